"""What is found out about a state machine's role, in words: message, evidence and cure of each cause."""

import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from vended_logs_tools.account.calls import Absent, Call, Unanswered, Unread
from vended_logs_tools.diagnosis import boundary, trust
from vended_logs_tools.diagnosis.delivery_actions import ALLOWING, counted, listed, named
from vended_logs_tools.diagnosis.finding import Diagnosis, Evidence, Weight
from vended_logs_tools.diagnosis.role import WRITING, Findings, Ruling, weight_of
from vended_logs_tools.diagnosis.shell import as_command, command, compact

_DOCUMENT: Final = compact({"Version": "2012-10-17", "Statement": [ALLOWING]})
_POLICY: Final = "LogDelivery"

_IN_A_STACK: Final = "in a stack that makes the role itself, deploy again instead"
"""Else its next deploy would find a role of that name, and fail."""
_THOUGH: Final = ", for which AWS's guide asks, though AWS deploys roles without them"


def missing_role(absent: Absent, name: str, path: str, account: str, subject: str) -> Diagnosis:
    """Return the diagnosis that the role does not exist; making it anew mends the state machine, which names it."""
    where = (("role-name", name), *((("path", path),) if path != "/" else ()))
    return Diagnosis(
        cause="role-missing",
        weight=Weight.FAULT,
        subject=subject,
        message=f"Its role {name} does not exist",
        cure=f"Make the role anew, or give the state machine one that exists; {_IN_A_STACK}",
        commands=(
            command("iam create-role", *where, ("assume-role-policy-document", compact(trust.document(account)))),
            _put(name, _POLICY),
        ),
        evidence=(Evidence(absent.call, absent.reason),),
    )


def causes(findings: Findings, subject: str) -> list[Diagnosis]:
    """Return what takes which of the ten actions from the role: each action is named under one cause."""
    found = findings.rulings()
    in_order = (Ruling.LACKING, Ruling.BOUNDARY, Ruling.ORGANIZATION, Ruling.DENIED)
    return [_diagnosis(one, found[one], findings, subject) for one in in_order if one in found]


def doubts(findings: Findings) -> list[Unread]:
    """Return what the answers that were given leave open: it is said, not guessed."""
    contradicted = tuple(one for one in findings.unknown if findings.is_contradicted(one))
    others = tuple(one for one in findings.unknown if one not in contradicted)
    return [*_contradictions(findings, contradicted), *_open(findings, others)]


def _contradictions(findings: Findings, actions: tuple[str, ...]) -> Iterator[Unread]:
    """Yield that the simulation and the policies disagree: neither is believed alone."""
    if actions:
        which = "policies and its boundary allow" if findings.boundary else "policies allow"
        reason = f"says implicitDeny, though the role's {which} {'it' if len(actions) == 1 else 'them'}"
        # The policies, and the boundary if there is one, have been read in full and are sure.
        yield Unread(findings.simulation, reason, may_do(findings.role, actions), is_essential=False)


def _open(findings: Findings, actions: tuple[str, ...]) -> list[Unread]:
    if not actions:
        return []
    matters = may_do(findings.role, actions)
    keys = {key for one in actions if one in findings.simulated for key in findings.simulated[one].missing}
    if keys:
        return [Unread(findings.simulation, f"cannot tell without {listed(tuple(sorted(keys)))}", matters)]
    doubtful = {policy.call for one in actions if findings.said for policy in findings.said[one].doubtful}
    shows = "shows a policy with conditions, or one that cannot be read in full"
    return [Unread(call, shows, matters) for call in sorted(doubtful, key=lambda call: call.arguments)]


def unread(findings: Findings, unanswered: Unanswered) -> Unread:
    """Return what is not known for want of an answer about a policy."""
    matters = may_do(findings.role, findings.unknown) if findings.unknown else "which policy of the role to mend"
    return Unread(unanswered.call, unanswered.reason, matters)


def may_do(role: str, actions: tuple[str, ...]) -> str:
    """Return the question of some actions."""
    return f"whether its role {role} may do {named(actions)}"


def _diagnosis(ruling: Ruling, actions: tuple[str, ...], findings: Findings, subject: str) -> Diagnosis:
    message, cure, commands = _WORDS[ruling](findings, actions)
    return Diagnosis(
        cause=ruling.value,
        weight=weight_of(actions),
        subject=subject,
        message=message + (_THOUGH if WRITING.issuperset(actions) else ""),
        cure=cure,
        commands=commands,
        evidence=(*_by_simulation(findings, actions, ruling), *_by_policies(findings, actions, ruling)),
    )


_Words = tuple[str, str, tuple[str, ...]]


def _lacking(findings: Findings, actions: tuple[str, ...]) -> _Words:
    cure = 'Allow them on Resource "*" in a policy of the role'
    taken = findings.policies.inline if findings.policies else None
    policy = _free_name(taken) if taken is not None else _unlikely_name(findings.arn)
    if taken is None:
        cure += f"; its inline policies could not be listed, and one named {policy} would be replaced"
    return f"Its role {findings.role} lacks {counted(actions)}", cure, (_put(findings.role, policy),)


def _organization(findings: Findings, actions: tuple[str, ...]) -> _Words:
    message = f"A policy of the organisation keeps its role {findings.role} from {named(actions)}"
    return message, "Have whoever administers the organisation allow them in its service control policies", ()


def _denied(findings: Findings, actions: tuple[str, ...]) -> _Words:
    denials = findings.denials(actions)
    message = f"Its role {findings.role} is denied {named(actions)}"
    by = [f"statement {one.sid} of {one.policy.name}" if one.sid else one.policy.name for one in denials]
    if not by:
        decided = (findings.simulated[one] for one in actions if one in findings.simulated)
        by = sorted({policy for one in decided for policy in one.policies}) or ["a policy of its own"]
    message += f" by {listed(tuple(by))}"
    commands = tuple(dict.fromkeys(as_command(one.policy.call) for one in denials))
    return message, "Take the actions out of that Deny", commands


_WORDS: Final[dict[Ruling, Callable[[Findings, tuple[str, ...]], _Words]]] = {
    Ruling.LACKING: _lacking,
    Ruling.BOUNDARY: boundary.words,
    Ruling.ORGANIZATION: _organization,
    Ruling.DENIED: _denied,
}


def _by_simulation(findings: Findings, actions: tuple[str, ...], ruling: Ruling) -> tuple[Evidence, ...]:
    decided = [findings.simulated[one] for one in actions if one in findings.simulated]
    if ruling == Ruling.ORGANIZATION:
        return (Evidence(findings.simulation, f"AllowedByOrganizations is false for {named(actions)}"),)
    if ruling == Ruling.BOUNDARY and any(one.by_boundary is False for one in decided):
        return (Evidence(findings.simulation, f"AllowedByPermissionsBoundary is false for {named(actions)}"),)
    decisions = tuple(sorted({one.decision for one in decided} - {"allowed"}))
    return (Evidence(findings.simulation, f"{listed(decisions)} for {named(actions)}"),) if decisions else ()


def _by_policies(findings: Findings, actions: tuple[str, ...], ruling: Ruling) -> tuple[Evidence, ...]:
    if findings.policies is None:
        return ()
    if ruling == Ruling.DENIED:
        return tuple(
            Evidence(one.policy.call, f"statement {one.sid} is a Deny" if one.sid else "a statement is a Deny")
            for one in findings.denials(actions)
        )
    if ruling == Ruling.BOUNDARY and findings.policies.boundary:
        return (Evidence(findings.policies.boundary.call, f"the boundary does not allow {named(actions)}"),)
    if ruling == Ruling.LACKING and all(findings.is_unmentioned(action) for action in actions):
        return tuple(Evidence(one.call, "no statement allows them") for one in findings.policies.own) or (
            Evidence(Call("iam", "ListRolePolicies", (("role-name", findings.role),)), "the role has no policy"),
        )
    return ()


def _put(role: str, policy: str) -> str:
    return command("iam put-role-policy", ("role-name", role), ("policy-name", policy), ("policy-document", _DOCUMENT))


def _free_name(taken: Iterable[str]) -> str:
    """Return a name that no inline policy of the role has: one of the same name would be replaced."""
    folded = {name.lower() for name in taken}
    names = itertools.chain([_POLICY], (f"{_POLICY}{number}" for number in itertools.count(2)))
    return next(name for name in names if name.lower() not in folded)


def _unlikely_name(role_arn: str) -> str:
    """Return a name that hardly anybody gave to a policy, the same on every run."""
    return f"{_POLICY}-{hashlib.sha256(role_arn.encode()).hexdigest()[:8]}"
