"""Which Delete has something to take back: the same rule for the provider and for what stands in for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FAILED_CREATE_ID = "vended-logs-policy-create-failed"
"""The id of a resource that was never made; a Delete for it does nothing."""
DEFAULT_POLICY_NAME = "AWSLogDeliveryWrite20150319"
"""The account policy that carries the grant where no other is asked for."""


def revoked_policy_name(event: Mapping[str, Any]) -> str | None:
    """Return the policy that a Delete has to take a grant out of, None if it takes nothing back.

    Nothing for ``Retain``, and for an id that is not the PolicyName of the properties: CloudFormation makes ids up
    after a failed Create.
    """
    found = event.get("ResourceProperties")
    given = found if isinstance(found, dict) else {}
    name = given.get("PolicyName", DEFAULT_POLICY_NAME)
    if given.get("OnDelete") != "RemoveWhenUnused" or not isinstance(name, str):
        return None
    return name if event.get("PhysicalResourceId") == name else None
