"""The proof that a plan must pass before it is used: it reads the two states and trusts nothing that made the plan.

A fault of planning becomes a refusal here, never a write.
"""

from collections.abc import Iterable
from dataclasses import replace

from vended_logs.errors import PlanRefused, shown
from vended_logs.policy.compaction import context, resources, with_resources
from vended_logs.policy.coverage import allowed_resources, gives, in_force
from vended_logs.policy.document import Element, ResourcePolicy, Statement
from vended_logs.policy.grant import Grant
from vended_logs.policy.request import Request, is_revocable
from vended_logs.policy.standing import relied_upon

Statements = tuple[Statement, ...]


def prove(
    before: Iterable[ResourcePolicy],
    after: Iterable[ResourcePolicy],
    request: Request,
    widened: Iterable[str] = (),
    put_back: Iterable[Statement] = (),
) -> None:
    """Hold the state after a plan against the state before it.

    Every grant asked for must be in force in it, so that planning again finds nothing to do.

    Raises:
        PlanRefused: a grant asked for is not in force after it, something allowed or denied before is not any more, or
            something is allowed that was neither before, nor asked for, nor put back, nor reported as widened.
    """
    old = {policy.name: policy.document.statements for policy in before}
    new = {policy.name: policy.document.statements for policy in after}
    relied = relied_upon(after, request)
    if not all(in_force(relied, grant) for grant in request.grants):
        raise _refusal(request.policy_name, "would not put the grant in force")
    asked = tuple(grant.statement() for grant in request.grants)
    wider = tuple(widened)
    for name in sorted(old.keys() | new.keys()):
        was, becomes = old.get(name, ()), new.get(name, ())
        if was != becomes:
            check(name, was, becomes, (*asked, *_wider(request.grants, wider, was), *put_back))


def _wider(grants: Iterable[Grant], widened: Iterable[str], was: Statements) -> Statements:
    """Return what widening may add: the patterns, where a statement of the grant's kind stood without condition."""
    contexts = {context(statement) for statement in was}
    bare = (grant.bare() for grant in grants)
    return tuple(with_resources(one, widened) for one in bare if context(one) in contexts)


def check(name: str, was: Statements, becomes: Statements, allowed: Statements) -> None:
    """Hold one policy's statements after a plan against those before it.

    Raises:
        PlanRefused: something that is said before is not said after, or something is allowed after it that was neither
            allowed before nor is among ``allowed``.
    """
    lasting = tuple(statement for statement in becomes if not is_revocable(statement))
    for statement in was:
        own = (statement,) if is_revocable(statement) and _grew(statement, becomes) else ()
        if not within(statement, (*lasting, *own)):
            raise _refusal(name, "would lose something that is allowed or denied now")
    for statement in becomes:
        if not within(statement, (*was, *allowed)):
            raise _refusal(name, "would allow more than was asked for")


def lost(before: Statements, after: Statements) -> Statements:
    """Return the Allow statements of ``before``, cut to the resources that ``after`` no longer allows."""
    found = []
    for statement in before:
        if statement.effect == "Deny" or within(statement, after):
            continue
        gone = [one for one in resources(statement) if not within(with_resources(statement, [one]), after)]
        found.append(with_resources(statement, gone) if gives(statement) else statement)
    return tuple(found)


def _grew(statement: Statement, becomes: Statements) -> bool:
    """Return whether a revocable statement stands still: the same, or of equal Sid and context and with all it had."""
    return statement in becomes or any(
        gives(statement)
        and statement.sid == other.sid
        and context(statement) == context(other)
        and set(resources(statement)) <= set(resources(other))
        for other in becomes
    )


def within(statement: Statement, others: Statements) -> bool:
    """Return whether each thing that the statement says is said by the others, under whatever Sid.

    Law: sound; errs towards no.
    """
    if any(replace(other, sid=statement.sid) == statement for other in others):
        return True
    if statement.effect == "Deny" or statement.resource is None or statement.resource.negated:
        return False
    same = [other for other in others if context(other) == context(statement)]
    named = {resource for other in same for resource in resources(other)}
    left = tuple(resource for resource in resources(statement) if resource not in named)
    if not left:
        return bool(same)
    rest = replace(statement, resource=Element(left))
    return gives(rest) and allowed_resources(others, rest) == frozenset(left)


def _refusal(name: str, reason: str) -> PlanRefused:
    return PlanRefused(
        f"The plan for the CloudWatch Logs resource policy {shown(name)} {reason}, so nothing was changed: report this"
        " with the provider's log, which holds the policy as it was read.",
    )
