"""The doctor's look at a state machine's role: what is read of it, in which order, and what comes of that."""

from dataclasses import replace
from typing import Final

from vended_logs.errors import UnreadableDocument
from vended_logs.policy.wildcard import ARN_COMPONENTS, arn_components
from vended_logs_tools.account.calls import Absent, Call, Reader, Unanswered, Unread
from vended_logs_tools.account.roles import Role, read_policies, read_role, simulate, simulation_of
from vended_logs_tools.diagnosis.finding import Diagnosis
from vended_logs_tools.diagnosis.identity import said_of
from vended_logs_tools.diagnosis.role import Findings, Ruling
from vended_logs_tools.diagnosis.role_causes import causes, doubts, missing_role, unread
from vended_logs_tools.diagnosis.trust import diagnose_trust
from vended_logs_tools.rules.iam import ROLE_ACTIONS

Examined = tuple[list[Diagnosis], list[Unread]]

_ALL: Final = "whether its role {} may be assumed by Step Functions and may do log delivery"
_CLEAR: Final = frozenset({Ruling.ALLOWED})


def examine_role(reader: Reader, role_arn: str, subject: str, machine_arn: str | None = None) -> Examined:
    """Find what is wrong with a state machine's role.

    Two calls where nothing is wrong and the boundary, if any, is told of by the simulation; the role's policies are
    read only for what those leave open, and to say which of them is to be mended.

    Args:
        reader: the account and region of the state machine.
        role_arn: the role's.
        subject: the state machine, as the user knows it.
        machine_arn: its ARN if known, for conditions of the role's trust policy.
    """
    parts = arn_components(role_arn)
    path, _, name = parts[-1].removeprefix("role").rpartition("/")
    if len(parts) != ARN_COMPONENTS or parts[4] != reader.scope.account:
        where = f"account {parts[4]}" if len(parts) == ARN_COMPONENTS else "another account"
        call = Call("iam", "GetRole", (("role-name", name),))
        return [], [Unread(call, f"would have to be asked in {where}", _ALL.format(name))]
    try:
        role = read_role(reader, name)
    except Absent as absent:
        return [missing_role(absent, name, f"{path}/", reader.scope.account, subject)], []
    except Unanswered as unanswered:
        matters = f"whether Step Functions may assume its role {name}, and whether a permissions boundary limits it"
        unknown = Unread(unanswered.call, unanswered.reason, matters)
        found, unread_ = _examine_actions(reader, Role(name, None, None, unanswered.call), role_arn, subject)
        return found, [unknown, *unread_]
    return _joined(
        _examine_trust(reader, role, subject, machine_arn), _examine_actions(reader, role, role_arn, subject)
    )


def _examine_trust(reader: Reader, role: Role, subject: str, machine_arn: str | None) -> Examined:
    try:
        return diagnose_trust(role, reader.scope, subject, machine_arn), []
    except UnreadableDocument as error:
        matters = f"whether Step Functions may assume its role {role.name}"
        return [], [Unread(role.call, f"shows a trust policy that cannot be read in full ({error})", matters)]


def _examine_actions(reader: Reader, role: Role, role_arn: str, subject: str) -> Examined:
    findings, refused = _simulated(reader, role, role_arn)
    if set(findings.rulings()) != _CLEAR:
        policies = read_policies(reader, role.name, role.boundary)
        said = said_of(policies, has_boundary=role.boundary is not None)
        findings = replace(findings, policies=policies, said=said)
    unanswered = findings.policies.unanswered if findings.policies else ()
    unknown = [*refused, *(unread(findings, one) for one in unanswered), *doubts(findings)]
    return causes(findings, subject), unknown


def _simulated(reader: Reader, role: Role, role_arn: str) -> tuple[Findings, list[Unread]]:
    call = simulation_of(role_arn)
    findings = Findings(role.name, role_arn, role.boundary, call, {})
    try:
        return replace(findings, simulated=simulate(reader, role_arn, ROLE_ACTIONS)), []
    except Unanswered as unanswered:
        matters = f"whether a policy of the organisation takes log delivery from its role {role.name}"
        # What the role's own policies and its boundary say is read instead.
        return findings, [Unread(unanswered.call, unanswered.reason, matters, is_essential=False)]


def _joined(one: Examined, other: Examined) -> Examined:
    return [*one[0], *other[0]], [*one[1], *other[1]]
