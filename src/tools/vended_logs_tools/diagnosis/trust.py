"""Whether Step Functions may take a role: what the role's trust policy says to it.

Source: Step Functions Developer Guide, "Creating an IAM role for your state machine" and "Preventing cross-service
confused deputy issues".
"""

import json
from typing import Final

from vended_logs.policy.document import PolicyDocument, clauses
from vended_logs.policy.grant import Scope
from vended_logs_tools.account.roles import Role
from vended_logs_tools.diagnosis.commands import as_command, command, compact
from vended_logs_tools.diagnosis.finding import Diagnosis, Evidence, Weight
from vended_logs_tools.diagnosis.policies import Answer, Request, verdict

SERVICE: Final = "states.amazonaws.com"
STATEMENT: Final = {"Effect": "Allow", "Principal": {"Service": SERVICE}, "Action": "sts:AssumeRole"}
"""What a trust policy needs."""
DOCUMENT: Final = {"Version": "2012-10-17", "Statement": [STATEMENT]}

_CAUSE: Final = "role-trust"
_REFUSES: Final = f"does not let Step Functions ({SERVICE}) assume it"
_CURE: Final = f"Let {SERVICE} do sts:AssumeRole in the role's trust policy"


def diagnose_trust(role: Role, scope: Scope, subject: str, machine_arn: str | None = None) -> list[Diagnosis]:
    """Return what keeps Step Functions from taking a role, or may do so.

    Args:
        role: as it was read, its trust policy readable: see ``unreadable``.
        scope: where the state machine is.
        subject: the state machine, as the user knows it.
        machine_arn: its ARN if known; without it, any state machine of the scope may be meant.
    """
    found = verdict(PolicyDocument.parse(json.dumps(role.trust)), _request(scope, machine_arn))
    if found.granted == Answer.YES:
        return []
    if found.granted == Answer.MAYBE:
        return [_open(role, subject)]
    return [_denied(role, subject, found.denials) if found.denials else _closed(role, subject)]


def _open(role: Role, subject: str) -> Diagnosis:
    return Diagnosis(
        cause=_CAUSE,
        weight=Weight.NOTE,
        subject=subject,
        message=f"Its role {role.name} may not let Step Functions assume it",
        cure="If it cannot be assumed, look at the conditions of its trust policy",
        commands=(as_command(role.call),),
        evidence=(Evidence(role.call, "what its trust policy says of Step Functions hangs on what is not known here"),),
    )


def _denied(role: Role, subject: str, sids: tuple[str | None, ...]) -> Diagnosis:
    return Diagnosis(
        cause=_CAUSE,
        weight=Weight.FAULT,
        subject=subject,
        message=f"Its role {role.name} {_REFUSES}",
        cure=f"Take Step Functions out of that Deny, and {_CURE[0].lower()}{_CURE[1:]}",
        commands=(as_command(role.call),),
        evidence=(Evidence(role.call, f"{_named(sids[0])} of its trust policy denies it"),),
    )


def _closed(role: Role, subject: str) -> Diagnosis:
    return Diagnosis(
        cause=_CAUSE,
        weight=Weight.FAULT,
        subject=subject,
        message=f"Its role {role.name} {_REFUSES}",
        cure=_CURE,
        commands=(_cure(role),),
        evidence=(Evidence(role.call, f"no statement of its trust policy lets {SERVICE} assume it for {subject}"),),
    )


def _request(scope: Scope, machine_arn: str | None) -> Request:
    region, suffix = scope.region, ".cn" if scope.partition == "aws-cn" else ""
    names = (SERVICE, f"{SERVICE}{suffix}", f"states.{region}.amazonaws.com", f"states.{region}.amazonaws.com{suffix}")
    machines = f"arn:{scope.partition}:states:{region}:{scope.account}:stateMachine:*"
    account = {"StringEquals": {"aws:SourceAccount": [scope.account]}}
    # A version or an alias adds its own part to a state machine's ARN.
    sources = [machine_arn, f"{machine_arn}:*"] if machine_arn else [machines]
    return Request(
        principals=names,
        kin="states.*",
        action="sts:AssumeRole",
        known=clauses({**account, "ArnLike": {"aws:SourceArn": [machine_arn or machines]}}),
        bounds=clauses({**account, "ArnLike": {"aws:SourceArn": sources}}),
    )


def _cure(role: Role) -> str:
    """Return the command that adds the statement and keeps all others."""
    kept = role.trust if isinstance(role.trust, dict) else {}
    listed = kept.get("Statement", [])
    statements = [*(listed if isinstance(listed, list) else [listed]), STATEMENT]
    whole = compact({**DOCUMENT, **kept, "Statement": statements})
    return command("iam update-assume-role-policy", ("role-name", role.name), ("policy-document", whole))


def _named(sid: str | None) -> str:
    return f"statement {sid}" if sid else "a statement"
