"""What a permissions boundary keeps from a role, and how it is mended: by a command, or by hand.

Sources: IAM User Guide, "Permissions boundaries for IAM entities" and "IAM and AWS STS quotas".
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from vended_logs.policy.wildcard import arn_components
from vended_logs_tools.account.calls import Call
from vended_logs_tools.account.roles import RolePolicy
from vended_logs_tools.diagnosis.amending import with_statement
from vended_logs_tools.diagnosis.delivery_actions import ALLOWING, counted, listed
from vended_logs_tools.diagnosis.identity import bounded_by, denials_of
from vended_logs_tools.diagnosis.policies import Answer
from vended_logs_tools.diagnosis.role import Findings
from vended_logs_tools.diagnosis.shell import as_command, command, compact

_LARGEST: Final = 6_144
"""Characters of a managed policy, white space aside."""
_LONGEST_NAME: Final = 128
_SUFFIX: Final = "-LogDelivery"

Cure = tuple[str, tuple[str, ...]]
"""A sentence without its full stop, and commands."""


def words(findings: Findings, actions: tuple[str, ...]) -> tuple[str, str, tuple[str, ...]]:
    """Return what a role's boundary does not allow, in words: message, cure and commands."""
    arn = findings.boundary
    name = f"permissions boundary {_name(arn)}" if arn else "permissions boundary"
    message = f"The {name} of its role {findings.role} does not allow {counted(actions)}"
    return (message, *(_cure(findings, arn, actions) if arn else _unnamed(findings)))


def _unnamed(findings: Findings) -> Cure:
    find = Call("iam", "GetRole", (("role-name", findings.role),))
    cure = 'Allow them on Resource "*" in the boundary that the role names, or give the role another one'
    return cure, (as_command(find, ("query", "Role.PermissionsBoundary.PermissionsBoundaryArn")),)


def _cure(findings: Findings, arn: str, actions: tuple[str, ...]) -> Cure:
    boundary = findings.policies.boundary if findings.policies else None
    if boundary is None:
        show = as_command(Call("iam", "GetPolicy", (("policy-arn", arn),)))
        return 'Allow them on Resource "*" in that boundary by hand, since its text could not be read', (show,)
    denials = tuple(one.sid or "without a Sid" for one in denials_of(boundary, actions))
    if denials:
        by_hand = f"Take them by hand out of that boundary's Deny {listed(denials)}, whose purpose is not known here"
        return f'{by_hand}, and see that it allows them on Resource "*"', (as_command(boundary.call),)
    document = _amended(boundary, actions)
    if document is None:
        cure = 'Give the role another boundary that allows them on Resource "*": this one can take no further statement'
        return cure, (as_command(boundary.call),)
    return _copied(findings, arn, document) if _is_of_aws(arn) else _renewed(arn, document)


def _amended(boundary: RolePolicy, actions: tuple[str, ...]) -> Mapping[str, Any] | None:
    """Return a boundary with the statement added; None if it cannot be read in full, or would be too large."""
    if not isinstance(boundary.document, Mapping):
        return None
    document = with_statement(boundary.document, ALLOWING)
    bounded = bounded_by(replace(boundary, document=document))
    is_cured = all(bounded[action] != Answer.NO for action in actions)
    return document if is_cured and len("".join(compact(document).split())) <= _LARGEST else None


def _renewed(arn: str, document: Mapping[str, Any]) -> Cure:
    options = (("policy-arn", arn), ("set-as-default", None), ("policy-document", compact(document)))
    cure = "Add a statement that allows them to that boundary: the command keeps all others, and makes that its version"
    return f"{cure} in force, for all who have this boundary", (command("iam create-policy-version", *options),)


def _copied(findings: Findings, arn: str, document: Mapping[str, Any]) -> Cure:
    """Return how to give the role a boundary of its own account's in the place of one of AWS's."""
    name = _name(arn)[: _LONGEST_NAME - len(_SUFFIX)] + _SUFFIX
    parts = arn_components(findings.arn)
    made = f"arn:{parts[1]}:iam::{parts[4]}:policy/{name}"
    return "That boundary is AWS's own and cannot be changed: make its text and a statement that allows them another", (
        command("iam create-policy", ("policy-name", name), ("policy-document", compact(document))),
        command("iam put-role-permissions-boundary", ("role-name", findings.role), ("permissions-boundary", made)),
    )


def _name(policy_arn: str) -> str:
    return policy_arn.rpartition("/")[2]


def _is_of_aws(policy_arn: str) -> bool:
    return arn_components(policy_arn)[4:5] == ("aws",)
