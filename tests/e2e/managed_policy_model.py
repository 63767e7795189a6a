"""Our own model of a managed policy that is to be deleted while a role has it: IAM refuses that, the engine does not.

IAM API, DeletePolicy: "Before you can delete a managed policy, you must first detach the policy from all users, groups,
and roles that it is attached to". The engine's own DeletePolicy refuses so; its CloudFormation goes past that.
"""

from __future__ import annotations

from typing import Any, Final

from ministack.core.responses import new_uuid
from ministack.services import iam
from ministack.services.cloudformation import provisioners

from tests.e2e.patching import existing

_MANAGED_POLICY: Final = "AWS::IAM::ManagedPolicy"
ATTACHED: Final = "Cannot delete a policy attached to entities."


class PolicyAttachedError(RuntimeError):
    """A role that the policy's own template does not name has the policy."""


def apply() -> None:
    """Put the model over the engine; raises MissingNameError if a name that it needs is not there."""
    policies = existing(iam, "_policies")
    handlers = existing(provisioners, "_RESOURCE_HANDLERS")[_MANAGED_POLICY]
    delete = handlers["delete"]

    def deleted(physical_id: str, props: dict[str, Any]) -> None:
        named = sum(len(props.get(kind) or []) for kind in ("Roles", "Users", "Groups"))
        if policies.get(physical_id, {}).get("AttachmentCount", 0) > named:
            told = f"{ATTACHED} (Service: Iam, Status Code: 409, Request ID: {new_uuid()})"
            raise PolicyAttachedError(
                f'Resource handler returned message: "{told}" (RequestToken: {new_uuid()}, '
                "HandlerErrorCode: GeneralServiceException)"
            )
        delete(physical_id, props)

    handlers["delete"] = deleted
