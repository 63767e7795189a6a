"""Whether a set of policies gives a grant, and what a Deny takes from it.

``covers`` questions err towards no and Deny questions towards yes, so that a grant is never taken for standing when it
may not be.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Self

from vended_logs.policy import condition
from vended_logs.policy.document import Clause, Element, ResourcePolicy, Statement
from vended_logs.policy.grant import Grant
from vended_logs.policy.patterns import Patterns
from vended_logs.policy.wildcard import arn_covers, arn_overlaps, covers, overlaps


@dataclass(frozen=True, slots=True)
class Denial:
    """A Deny statement that takes from a grant."""

    policy_name: str
    sid: str | None


def gives(statement: Statement) -> bool:
    """Return whether the statement can make a grant stand: an Allow that names what it allows.

    ``Principal: "*"`` and the Not- elements are kept as they are but never relied upon: what they allow to a service
    depends on checks that are not documented.
    """
    named = (statement.principal, statement.action, statement.resource)
    return (
        statement.effect == "Allow"
        and all(element is not None and not element.negated for element in named)
        and statement.principal is not None
        and not any(value.rpartition(":")[2] == "*" for value in statement.principal.values)
    )


def context_covers(wide: Statement, narrow: Statement) -> bool:
    """Return whether ``wide`` allows whom and what ``narrow`` allows, on the resources that both name.

    Law: principals and actions are subsets, and each clause of ``wide`` follows from one of ``narrow``.
    """
    return (
        gives(wide)
        and gives(narrow)
        and set(_values(narrow.principal)) <= set(_values(wide.principal))
        and all(_any_covers(_values(wide.action), action) for action in _values(narrow.action))
        and condition.implies(narrow.condition, wide.condition)
    )


class Contexts:
    """Whom and what statements allow, and when, made ready to be asked often. A set of them is a number: bit n the nth.

    However many statements there are, a question takes one look for each principal, each action and each condition.
    """

    def __init__(self, statements: Iterable[Statement]) -> None:
        """Sort the statements that can make a grant stand; the others are in no answer."""
        self._givers = 0
        self._principals: dict[str, int] = {}
        self._actions: dict[str, int] = {}
        self._conditions: dict[tuple[Clause, ...], int] = {}
        self._under: dict[tuple[Clause, ...], int] = {}
        for position, statement in enumerate(statements):
            if gives(statement):
                self._enter(statement, 1 << position)
        self._patterns = Patterns(self._actions)

    def _enter(self, statement: Statement, bit: int) -> None:
        self._givers |= bit
        for principal in _values(statement.principal):
            self._principals[principal] = self._principals.get(principal, 0) | bit
        for action in map(str.lower, _values(statement.action)):
            self._actions[action] = self._actions.get(action, 0) | bit
        self._conditions[statement.condition] = self._conditions.get(statement.condition, 0) | bit

    def wider(self, narrow: Statement) -> int:
        """Return the statements that allow whom and what ``narrow`` allows, on the resources that both name.

        Law: the nth is among them exactly when ``context_covers`` says so.
        """
        found = self._at_all(narrow)
        for able in self.able(narrow):
            found &= able
        return found

    def able(self, narrow: Statement) -> list[int]:
        """Return, for each action of ``narrow``, the statements that allow whom ``narrow`` allows that one action."""
        found = self._at_all(narrow)
        return [found & self._doing(action.lower()) for action in _values(narrow.action)]

    def _at_all(self, narrow: Statement) -> int:
        found = self._givers if gives(narrow) else 0
        for principal in _values(narrow.principal):
            found &= self._principals.get(principal, 0)
        return found and found & self._when(narrow.condition)

    def _doing(self, action: str) -> int:
        found = 0
        for pattern in self._patterns.covering(action):
            found |= self._actions[pattern]
        return found

    def _when(self, narrow: tuple[Clause, ...]) -> int:
        if narrow not in self._under:
            wide = (held for asked, held in self._conditions.items() if condition.implies(narrow, asked))
            self._under[narrow] = reduce(or_, wide, 0)
        return self._under[narrow]


class Allowances:
    """What statements allow, made ready to be asked often."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        """Sort the statements and their resources."""
        listed = tuple(statements)
        self._contexts = Contexts(listed)
        self._holders: dict[str, int] = {}
        for position, statement in enumerate(listed):
            if gives(statement):
                for resource in _values(statement.resource):
                    self._holders[resource] = self._holders.get(resource, 0) | 1 << position
        self._patterns = Patterns(self._holders, arns=True)

    @classmethod
    def of(cls, policies: Iterable[ResourcePolicy]) -> Self:
        """Return what policies allow together; a Deny is not looked at."""
        return cls(statement for policy in policies for statement in policy.document.statements)

    def resources(self, narrow: Statement) -> frozenset[str]:
        """Return those resources of ``narrow`` that are allowed; each action may come from another statement."""
        able = {*self._contexts.able(narrow)}
        if not all(able):
            return frozenset()
        return frozenset(one for one in _values(narrow.resource) if self._allowed(one, able))

    def missing(self, grant: Grant) -> tuple[str, ...]:
        """Return the resources of the grant that are not allowed, in the grant's order."""
        allowed = self.resources(grant.statement())
        return tuple(resource for resource in grant.resources if resource not in allowed)

    def _allowed(self, resource: str, able: AbstractSet[int]) -> bool:
        """Return whether each of the sets has a statement with a resource that covers this one."""
        left = able
        for pattern in self._patterns.covering_again(resource):
            left = {one for one in left if not one & self._holders[pattern]}
            if not left:
                break
        return not left


def denials(policies: Iterable[ResourcePolicy], *grants: Grant) -> Iterator[Denial]:
    """Yield the Deny statements not provably disjoint from a grant by principal, action, resource or condition.

    In the order of the grants, and for each in the order of the policies.
    """
    denied = [(policy.name, one) for policy in policies for one in policy.document.statements if one.effect == "Deny"]
    touched: dict[tuple[Element | None, tuple[str, ...]], bool] = {}
    for grant in grants:
        for name, statement in denied:
            if _takes(statement, grant):
                pair = statement.resource, grant.resources  # the grants of a request share theirs: compared once
                if pair not in touched:
                    touched[pair] = any(_touches_resource(statement.resource, one) for one in grant.resources)
                if touched[pair]:
                    yield Denial(name, statement.sid)


def missing(policies: Iterable[ResourcePolicy], grant: Grant) -> tuple[str, ...]:
    """Return the resources of the grant that no Allow gives, in the grant's order; a Deny is not looked at."""
    return Allowances.of(policies).missing(grant)


def in_force(policies: Iterable[ResourcePolicy], grant: Grant) -> bool:
    """Return whether the policies together allow the whole grant and no Deny takes from it.

    Law: sound; errs towards no.
    """
    listed = tuple(policies)
    return not missing(listed, grant) and next(denials(listed, grant), None) is None


def _values(element: Element | None) -> tuple[str, ...]:
    return element.values if element is not None else ()


def _any_covers(wide: Iterable[str], action: str) -> bool:
    return any(covers(pattern.lower(), action.lower()) for pattern in wide)


def _takes(deny: Statement, grant: Grant) -> bool:
    """Return whether a Deny takes something from the grant where both name the same resource."""
    return (
        _touches_principal(deny.principal, grant.principal)
        and any(_touches_action(deny.action, action) for action in grant.actions)
        and not condition.excludes(grant.condition, deny.condition)
    )


def _touches_principal(element: Element | None, service: str) -> bool:
    if element is None:
        return True
    if element.negated:
        return f"Service:{service}" not in element.values
    return any(
        kind == "*" or name == "*" or (kind == "Service" and overlaps(name, service))
        for kind, _, name in (value.partition(":") for value in element.values)
    )


def _touches_action(element: Element | None, action: str) -> bool:
    if element is None:
        return True
    if element.negated:
        return not _any_covers(element.values, action)
    return any(overlaps(pattern.lower(), action.lower()) for pattern in element.values)


def _touches_resource(element: Element | None, resource: str) -> bool:
    if element is None:
        return True
    if element.negated:
        return not any(arn_covers(pattern, resource) for pattern in element.values)
    return any(arn_overlaps(pattern, resource) for pattern in element.values)
