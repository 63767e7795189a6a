"""Putting policies back as a backup has them: merged into what stands now, or in its place.

A merge only adds what is allowed no more. It leaves out what would take from others (a Deny), what its owner has taken
back (a revocable grant), and what would mean something else in the policy of today.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from vended_logs.errors import PlanRefused, shown
from vended_logs.policy import proof
from vended_logs.policy.compaction import compact
from vended_logs.policy.document import VERSION, PolicyDocument, ResourcePolicy, Statement
from vended_logs.policy.limits import MAX_POLICIES, find
from vended_logs.policy.plan import Plan
from vended_logs.policy.request import is_revocable
from vended_logs.policy.steps import restored
from vended_logs_tools.planning.place import Place

Policies = tuple[ResourcePolicy, ...]
Statements = tuple[Statement, ...]

_OLDER = "2008-10-17"
"""The Version of a document that names none (IAM User Guide, "IAM JSON policy elements: Version")."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A statement of the backup that is gone and that a merge does not put back."""

    policy_name: str
    statement: Statement
    reason: Literal["deny", "revocable", "variables"]
    """A Deny, a resource's revocable grant, or variables that another Version reads otherwise."""


@dataclass(frozen=True, slots=True)
class Restoration:
    """What is to be written, one policy a plan, and what that leaves out or loses."""

    plans: tuple[Plan, ...]
    left_out: tuple[LeftOut, ...] = ()
    lost: tuple[tuple[str, Statements], ...] = ()
    """By policy: what is said now, cut to the resources concerned, and will not be said any more. A merge has none."""
    untouched: tuple[str, ...] = ()
    """Policies that are not in the backup; they stay as they are."""


def plan_restore(
    policies: Iterable[ResourcePolicy],
    backup: Iterable[ResourcePolicy],
    *,
    exact: bool = False,
    limits: Mapping[str, int] | None = None,
) -> Restoration:
    """Return what puts the backup's policies back.

    Law of a merge: whatever the policies say now they say afterwards, and each policy of the backup allows what it
    allowed then, what is left out excepted; nothing else is allowed, and planning again finds nothing to do. Law of
    ``exact``: each policy of the backup is as it was; policies that are not in it stay as they are.

    Args:
        policies: all account-level policies of the region, as read.
        backup: as they were.
        exact: replace instead of merging.
        limits: by policy, the most characters it may have, where the service has refused more.

    Raises:
        PlanRefused: there are ten policies already, a policy would be too large, or the plan could not be proved to
            lose nothing.
    """
    listed = tuple(sorted(policies, key=lambda policy: policy.name))
    kept = sorted(backup, key=lambda policy: policy.name)
    known = limits or {}
    places = [Place(policy, listed, known.get(policy.name)) for policy in kept]
    steps = [_replacement(place) if exact else _merge(place) for place in places]
    plans = tuple(step.plan for step in steps if step.plan is not None)
    _refuse_eleventh(listed, plans)
    names = {step.name for step in steps}
    return Restoration(
        plans,
        left_out=tuple(one for step in steps for one in step.left_out),
        lost=tuple(one for step in steps for one in step.lost),
        untouched=tuple(policy.name for policy in listed if policy.name not in names),
    )


@dataclass(frozen=True, slots=True)
class _Step:
    """What becomes of one policy of the backup."""

    name: str
    plan: Plan | None
    left_out: tuple[LeftOut, ...]
    lost: tuple[tuple[str, Statements], ...]


def _merge(place: Place) -> _Step:
    now = place.now
    wanted, left_out = [], []
    for statement in place.kept.document.statements:
        reason = _reason(statement, place)
        if reason is None:
            wanted.append(statement)
        elif not proof.within(statement, now.statements) or reason == "variables":
            left_out.append(LeftOut(place.kept.name, statement, reason))
    gone = proof.lost(tuple(wanted), _lasting(now.statements))
    if not gone:
        return _Step(place.kept.name, None, tuple(left_out), ())
    merged = restored(now.statements, gone)
    made = place.plan(*(replace(now, statements=some) for some in (merged, compact(merged))))
    _prove(place, made, gone)
    return _Step(place.kept.name, made, tuple(left_out), ())


def _reason(statement: Statement, place: Place) -> Literal["deny", "revocable", "variables"] | None:
    """Return why a merge does not put a statement back."""
    if statement.effect == "Deny":
        return "deny"
    if is_revocable(statement):
        return "revocable"
    return "variables" if _means_otherwise(statement, place.kept.document, place.now) else None


def _means_otherwise(statement: Statement, then: PolicyDocument, now: PolicyDocument) -> bool:
    """Return whether ``${...}`` in a statement is a variable in one of the documents and plain text in the other."""
    return (then.version == VERSION) != (now.version == VERSION) and "${" in json.dumps(statement.to_dict())


def _replacement(place: Place) -> _Step:
    document = _normalised(place.kept.document)
    if _meaning(place.now) == _meaning(document):
        return _Step(place.kept.name, None, (), ())
    lost = losses(place.now, document)
    return _Step(place.kept.name, place.plan(document), (), ((place.kept.name, lost),) if lost else ())


def losses(now: PolicyDocument, then: PolicyDocument) -> Statements:
    """Return what one document says and another does not, cut to the resources concerned.

    A lasting grant is lost, too, where only a revocable one takes its place; so is what reads otherwise under the
    other's Version, even if its text stays.
    """
    becomes = then.statements
    reread = tuple(one for one in now.statements if _means_otherwise(one, then, now))
    rest = tuple(one for one in now.statements if one not in reread)
    revocable = tuple(one for one in rest if is_revocable(one))
    lasting = proof.lost(_lasting(rest), _lasting(becomes))
    return (*lasting, *proof.lost(revocable, becomes), *denials(replace(now, statements=rest), then), *reread)


def denials(document: PolicyDocument, other: PolicyDocument) -> Statements:
    """Return the Deny statements of a document that the other does not have."""
    return tuple(one for one in document.statements if one.effect == "Deny" and not proof.within(one, other.statements))


def remakes(now: PolicyDocument, then: PolicyDocument, agreed: Statements) -> bool:
    """Return whether a document keeps all that another says and adds nothing but what was agreed to."""
    if _normalised(now).version != _normalised(then).version or losses(now, then):
        return False
    return all(proof.within(one, agreed) for one in gains(now, then))


def gains(now: PolicyDocument, then: PolicyDocument) -> Statements:
    """Return what the second document says and the first does not, cut to the resources concerned."""
    return (*proof.lost(then.statements, now.statements), *denials(then, now))


def _normalised(document: PolicyDocument) -> PolicyDocument:
    """Return the document as DescribeResourcePolicies would show it again: with a Version always."""
    return replace(document, version=document.version or _OLDER)


def _meaning(document: PolicyDocument) -> tuple[str | None, str | None, frozenset[Statement]]:
    """Return what makes two documents the same; the order of statements does not."""
    return _normalised(document).version, document.id, frozenset(document.statements)


def _prove(place: Place, made: Plan, gone: Statements) -> None:
    """Hold a merge against what stands now.

    Raises:
        PlanRefused: something said now would be lost, something else would be allowed, or something is not put back.
    """
    [put] = made.puts
    becomes = put.document.statements
    proof.check(put.name, place.now.statements, becomes, gone)
    if proof.lost(gone, _lasting(becomes)):
        raise PlanRefused(
            f"The plan for the CloudWatch Logs resource policy {shown(put.name)} would not put back all that is gone,"
            " so nothing was changed: report this with the policy and the backup."
        )


def _lasting(statements: Statements) -> Statements:
    return tuple(statement for statement in statements if not is_revocable(statement))


def _refuse_eleventh(policies: Policies, plans: tuple[Plan, ...]) -> None:
    new = [made.policy_name for made in plans if find(policies, made.policy_name) is None]
    if len(policies) + len(new) > MAX_POLICIES:
        raise PlanRefused(
            f"{len(policies)} of {MAX_POLICIES} policies of CloudWatch Logs exist in this region, and the backup would"
            f" make {len(new)} more ({shown(', '.join(new))}): delete or merge others, then restore again."
        )
