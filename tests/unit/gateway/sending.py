"""Whether a change may be sent, and one that may."""

from __future__ import annotations

from vended_logs.policy.document import PolicyDocument, ResourcePolicy

EMPTY = ResourcePolicy("name", PolicyDocument(), 0)


def always() -> bool:
    """Return that a change may be sent."""
    return True
