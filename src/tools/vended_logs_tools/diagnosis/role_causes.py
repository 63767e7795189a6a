"""What is found out about a state machine's role, in words: message, evidence and cure of each cause."""

import hashlib
import itertools
import json
from collections.abc import Callable, Iterable
from typing import Final

from vended_logs.policy.wildcard import arn_components
from vended_logs_tools.account.calls import Absent, Call, Unanswered, Unread
from vended_logs_tools.diagnosis import trust
from vended_logs_tools.diagnosis.commands import as_command, command, compact
from vended_logs_tools.diagnosis.finding import Diagnosis, Evidence, Weight
from vended_logs_tools.diagnosis.role import WRITING, Findings, Ruling, weight_of
from vended_logs_tools.rules.iam import ROLE_ACTIONS

ALLOWING: Final = {"Effect": "Allow", "Action": list(ROLE_ACTIONS), "Resource": "*"}
"""What the role needs."""
_DOCUMENT: Final = compact({"Version": "2012-10-17", "Statement": [ALLOWING]})
_POLICY: Final = "LogDelivery"
_FILE: Final = "boundary.json"
_LONGEST_NAME: Final = 128

_THOUGH: Final = ", for which AWS's guide asks, though AWS deploys roles without them"


def missing_role(absent: Absent, name: str, path: str, subject: str) -> Diagnosis:
    """Return the diagnosis that the role does not exist; making it anew mends the state machine, which names it."""
    where = (("role-name", name), *((("path", path),) if path != "/" else ()))
    return Diagnosis(
        cause="role-missing",
        weight=Weight.FAULT,
        subject=subject,
        message=f"Its role {name} does not exist",
        cure="Make the role anew, or give the state machine one that exists",
        commands=(
            command("iam create-role", *where, ("assume-role-policy-document", compact(trust.DOCUMENT))),
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
    actions = findings.unknown
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


def listed(names: tuple[str, ...]) -> str:
    """Return names with commas, and the last with an ``and``."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def named(actions: tuple[str, ...]) -> str:
    """Return some of the ten actions, or all of them in fewer words."""
    return listed(actions) if len(actions) < len(ROLE_ACTIONS) else "all actions of log delivery"


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
    count = f"{len(actions)} of the {len(ROLE_ACTIONS)} log-delivery actions"
    names = "" if len(actions) == len(ROLE_ACTIONS) else f" ({listed(actions)})"
    cure = 'Allow them on Resource "*" in a policy of the role'
    taken = findings.policies.inline if findings.policies else None
    policy = _free_name(taken) if taken is not None else _unlikely_name(findings.arn)
    if taken is None:
        cure += f"; its inline policies could not be listed, and one named {policy} would be replaced"
    return f"Its role {findings.role} lacks {count}{names}", cure, (_put(findings.role, policy),)


def _boundary(findings: Findings, actions: tuple[str, ...]) -> _Words:
    arn = findings.boundary
    name = f"permissions boundary {arn.rpartition('/')[2]}" if arn else "permissions boundary"
    message = f"The {name} of its role {findings.role} does not allow {named(actions)}"
    if arn is None:
        find = Call("iam", "GetRole", (("role-name", findings.role),))
        cure = 'Allow them on Resource "*" in the boundary that the role names, or give the role another one'
        return message, cure, (as_command(find, ("query", "Role.PermissionsBoundary.PermissionsBoundaryArn")),)
    edit = f"write its text to {_FILE}, add this statement there, take its actions out of any Deny"
    if _is_of_aws(arn):
        cure = f"That boundary is AWS's own and cannot be changed: {edit}, and make that the role's boundary"
        return message, cure, _other(findings, arn)
    return (
        message,
        f"{edit[0].upper()}{edit[1:]}, and make that the boundary's version in force",
        _amended(findings, arn),
    )


def _organization(findings: Findings, actions: tuple[str, ...]) -> _Words:
    message = f"A policy of the organization keeps its role {findings.role} from {named(actions)}"
    return message, "Have whoever administers the organization allow them in its service control policies", ()


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
    Ruling.BOUNDARY: _boundary,
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


def _is_of_aws(policy_arn: str) -> bool:
    return arn_components(policy_arn)[4:5] == ("aws",)


def _amended(findings: Findings, arn: str) -> tuple[str, ...]:
    """Return how to add to a boundary: what is in force into a file, the statement, and back as a new version."""
    put = (("policy-arn", arn), ("policy-document", f"file://{_FILE}"), ("set-as-default", None))
    return (*_saved(findings, arn), json.dumps(ALLOWING), command("iam create-policy-version", *put))


def _other(findings: Findings, arn: str) -> tuple[str, ...]:
    """Return how to give the role another boundary than one of AWS's, with the statement added."""
    suffix = f"-{_POLICY}"
    name = arn.rpartition("/")[2][: _LONGEST_NAME - len(suffix)] + suffix
    parts = arn_components(findings.arn)
    made = f"arn:{parts[1]}:iam::{parts[4]}:policy/{name}"
    return (
        *_saved(findings, arn),
        json.dumps(ALLOWING),
        command("iam create-policy", ("policy-name", name), ("policy-document", f"file://{_FILE}")),
        command("iam put-role-permissions-boundary", ("role-name", findings.role), ("permissions-boundary", made)),
    )


def _saved(findings: Findings, arn: str) -> tuple[str, ...]:
    """Return the commands that write a boundary's version in force into a file; its number may have to be asked for."""
    document = (("query", "PolicyVersion.Document"), ("output", "json"))
    boundary = findings.policies.boundary if findings.policies else None
    if boundary is not None:
        return (as_command(boundary.call, *document, tail=f"> {_FILE}"),)
    policy = Call("iam", "GetPolicy", (("policy-arn", arn),))
    ask = as_command(policy, ("query", "Policy.DefaultVersionId"), ("output", "text"))
    tail = f'--version-id "$VERSION" > {_FILE}'
    return (f"VERSION=$( {ask} )", command("iam get-policy-version", ("policy-arn", arn), *document, tail=tail))
