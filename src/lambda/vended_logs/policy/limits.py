"""What CloudWatch Logs allows of account-level resource policies in one region."""

from collections.abc import Iterable

from vended_logs.policy.document import ResourcePolicy

SIZE_LIMIT = 5120
"""Characters of a policy (Step Functions Developer Guide, "Logging using CloudWatch Logs")."""
MAX_POLICIES = 10
"""Policies, not adjustable (CloudWatch Logs quotas)."""
MAX_NAME = 255
"""Characters of a policy's name (AWS::Logs::ResourcePolicy)."""


def find(policies: Iterable[ResourcePolicy], name: str) -> ResourcePolicy | None:
    """Return the policy of that name."""
    return next((policy for policy in policies if policy.name == name), None)


def size_limit(policies: Iterable[ResourcePolicy], name: str, refused_above: int | None = None) -> int:
    """Return the most characters a policy may have: the documented limit, or its size now if that is larger already.

    Args:
        policies: as read.
        name: the policy's.
        refused_above: the most that may be tried where the service has refused more.
    """
    held = find(policies, name)
    room = max(SIZE_LIMIT, held.size if held else 0)
    return room if refused_above is None else min(room, refused_above)
