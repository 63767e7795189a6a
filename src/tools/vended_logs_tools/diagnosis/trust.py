"""Whether Step Functions may take a role: what the role's trust policy says to it.

Source: Step Functions Developer Guide, "Creating an IAM role for your state machine" and "Preventing cross-service
confused deputy issues".
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from vended_logs.policy.document import PolicyDocument, clauses
from vended_logs.policy.grant import Scope
from vended_logs_tools.account.roles import Role
from vended_logs_tools.diagnosis.amending import with_statement
from vended_logs_tools.diagnosis.finding import Diagnosis, Evidence, Weight
from vended_logs_tools.diagnosis.policies import Answer, Request, verdict
from vended_logs_tools.diagnosis.shell import as_command, command, compact
from vended_logs_tools.diagnosis.trust_condition import Guarded, Source, guarded, mended

SERVICE: Final = "states.amazonaws.com"

_CAUSE: Final = "role-trust"
_REFUSES: Final = f"does not let Step Functions ({SERVICE}) assume it"
_CURE: Final = f"Let {SERVICE} do sts:AssumeRole in the role's trust policy"


_PARTS_OF_MACHINE: Final = 7
"""Of its ARN: six, and its name; a version or an alias adds one."""


def statement(account: str) -> dict[str, Any]:
    """Return what a trust policy needs: Step Functions, on behalf of state machines of one account."""
    deed = {"Effect": "Allow", "Principal": {"Service": SERVICE}, "Action": "sts:AssumeRole"}
    return {**deed, "Condition": {"StringEquals": {"aws:SourceAccount": account}}}


def document(account: str) -> dict[str, Any]:
    """Return a trust policy for Step Functions alone."""
    return {"Version": "2012-10-17", "Statement": [statement(account)]}


def diagnose_trust(role: Role, scope: Scope, subject: str, machine_arn: str | None = None) -> list[Diagnosis]:
    """Return what keeps Step Functions from taking a role, or may do so.

    Args:
        role: as it was read, its trust policy readable: see ``unreadable``.
        scope: where the state machine is.
        subject: the state machine, as the user knows it.
        machine_arn: its ARN if known; without it, any state machine of the scope may be meant.
    """
    # Step Functions asks in the name of the state machine, not of a version of it.
    machine = ":".join(machine_arn.split(":")[:_PARTS_OF_MACHINE]) if machine_arn else None
    policy, request = PolicyDocument.parse(json.dumps(role.trust)), _request(scope, machine)
    found = verdict(policy, request)
    if found.granted == Answer.YES:
        return []
    if found.granted == Answer.MAYBE:
        return [_open(role, subject)]
    if found.denials:
        return [_denied(role, subject, found.denials)]
    guards = guarded(policy, request)
    source = Source(scope.account, machine or _machines(scope))
    return [_guarded(role, subject, guards, source, request) if guards else _closed(role, subject, scope)]


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


def _closed(role: Role, subject: str, scope: Scope) -> Diagnosis:
    kept = role.trust if isinstance(role.trust, dict) else {}
    return Diagnosis(
        cause=_CAUSE,
        weight=Weight.FAULT,
        subject=subject,
        message=f"Its role {role.name} {_REFUSES}",
        cure=f"{_CURE}, as the command does for this account: it keeps all other statements",
        commands=(_put(role, with_statement(kept, statement(scope.account))),),
        evidence=(Evidence(role.call, f"no statement of its trust policy lets {SERVICE} assume it for {subject}"),),
    )


def _guarded(role: Role, subject: str, guards: tuple[Guarded, ...], source: Source, request: Request) -> Diagnosis:
    """Return that statements are there, and that their conditions name another account, region or state machine."""
    kept = role.trust if isinstance(role.trust, dict) else {}
    cured = [(one, whole) for one in guards if (whole := mended(kept, one, source, request)) is not None]
    if cured:
        values = dict.fromkeys(source.value(clause.key) for clause in cured[0][0].clauses)
        cure = f"Have the condition name {' and '.join(filter(None, values))}, as the command does: it keeps all else"
    else:
        cure = f"Change that condition by hand so that it lets in {source.arn} of account {source.account}"
    return Diagnosis(
        cause=_CAUSE,
        weight=Weight.FAULT,
        subject=subject,
        message=f"Its role {role.name} {_REFUSES} for {subject}",
        cure=cure,
        commands=(_put(role, cured[0][1]) if cured else as_command(role.call),),
        evidence=tuple(
            Evidence(role.call, f"{_named(one.sid)} of its trust policy lets it in only with {one.shown}")
            for one in guards
        ),
    )


def _request(scope: Scope, machine_arn: str | None) -> Request:
    region, suffix = scope.region, ".cn" if scope.partition == "aws-cn" else ""
    names = (SERVICE, f"{SERVICE}{suffix}", f"states.{region}.amazonaws.com", f"states.{region}.amazonaws.com{suffix}")
    machines = _machines(scope)
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


def _machines(scope: Scope) -> str:
    return f"arn:{scope.partition}:states:{scope.region}:{scope.account}:stateMachine:*"


def _put(role: Role, whole: Mapping[str, Any]) -> str:
    return command("iam update-assume-role-policy", ("role-name", role.name), ("policy-document", compact(whole)))


def _named(sid: str | None) -> str:
    return f"statement {sid}" if sid else "a statement"
