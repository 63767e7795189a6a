"""The proof that a plan must pass before it is used: it reads the two states and trusts nothing that made the plan.

A fault of planning becomes a refusal here, never a write.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cached_property

from vended_logs.errors import PlanRefused, shown
from vended_logs.policy.compaction import context, resources, with_resources
from vended_logs.policy.coverage import Allowances, denials, gives
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
    allowances = Allowances.of(relied)
    if any(map(allowances.missing, request.grants)) or any(denials(relied, *request.grants)):
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
    lasting = Sayings(statement for statement in becomes if not is_revocable(statement))
    revocable = Sayings(statement for statement in becomes if is_revocable(statement))
    for statement in was:
        stands = is_revocable(statement) and revocable.has_grown(statement)
        if not stands and not lasting.say(statement):
            raise _refusal(name, "would lose something that is allowed or denied now")
    agreed = Sayings((*was, *allowed))
    if not all(map(agreed.say, becomes)):
        raise _refusal(name, "would allow more than was asked for")


def lost(before: Statements, after: Statements) -> Statements:
    """Return the Allow statements of ``before``, cut to the resources that ``after`` no longer allows."""
    sayings = Sayings(after)
    found = map(sayings.unsaid, before)
    return tuple(statement for statement in found if statement is not None)


def within(statement: Statement, others: Statements) -> bool:
    """Return whether each thing that the statement says is said by the others, under whatever Sid.

    Law: sound; errs towards no.
    """
    return Sayings(others).say(statement)


class Sayings:
    """What statements say, under whatever Sid, made ready to be asked often."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        """Sort the statements."""
        self._statements = tuple(statements)
        self._exactly = {replace(statement, sid=None) for statement in self._statements}

    def say(self, statement: Statement) -> bool:
        """Return whether they say each thing that the statement says.

        Law: sound; errs towards no.
        """
        if replace(statement, sid=None) in self._exactly:
            return True
        if statement.effect == "Deny" or statement.resource is None or statement.resource.negated:
            return False
        named = self._named.get(context(statement))
        left = tuple(resource for resource in resources(statement) if resource not in (named or ()))
        if not left:
            return named is not None
        rest = replace(statement, resource=Element(left))
        return gives(rest) and self._allowances.resources(rest) == frozenset(left)

    def unsaid(self, statement: Statement) -> Statement | None:
        """Return an Allow statement cut to the resources that they do not allow, None if that is nothing."""
        if statement.effect == "Deny" or self.say(statement):
            return None
        if not gives(statement):
            return statement
        allowed = self._allowances.resources(statement)
        return with_resources(statement, [one for one in resources(statement) if one not in allowed])

    def has_grown(self, statement: Statement) -> bool:
        """Return whether the statement stands still: the same, or one of equal Sid and context has all it had."""
        if statement in self._statements:
            return True
        had = {*resources(statement)}
        return gives(statement) and any(had <= has for has in self._by_sid.get((statement.sid, context(statement)), ()))

    @cached_property
    def _named(self) -> Mapping[Hashable, AbstractSet[str]]:
        found: dict[Hashable, set[str]] = {}
        for statement in self._statements:
            found.setdefault(context(statement), set()).update(resources(statement))
        return found

    @cached_property
    def _by_sid(self) -> Mapping[Hashable, Sequence[AbstractSet[str]]]:
        found: dict[Hashable, list[set[str]]] = {}
        for statement in self._statements:
            found.setdefault((statement.sid, context(statement)), []).append({*resources(statement)})
        return found

    @cached_property
    def _allowances(self) -> Allowances:
        return Allowances(self._statements)


def _refusal(name: str, reason: str) -> PlanRefused:
    return PlanRefused(
        f"The plan for the CloudWatch Logs resource policy {shown(name)} {reason}, so nothing was changed: report this"
        " with the provider's log, which holds the policy as it was read.",
    )
