"""Whether a set of policies gives a grant, and what a Deny takes from it.

``covers`` questions err towards no and Deny questions towards yes, so that a grant is never taken for standing when it
may not be.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vended_logs.policy import condition
from vended_logs.policy.document import Element, ResourcePolicy, Statement
from vended_logs.policy.grant import Grant
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


def statement_covers(wide: Statement, narrow: Statement) -> bool:
    """Return whether everything that ``narrow`` allows is allowed by ``wide`` alone.

    Law: sound; errs towards no.
    """
    return context_covers(wide, narrow) and all(
        any(arn_covers(pattern, resource) for pattern in _values(wide.resource))
        for resource in _values(narrow.resource)
    )


def allowed_resources(statements: Iterable[Statement], narrow: Statement) -> frozenset[str]:
    """Return those resources of ``narrow`` that the statements allow; each action may come from another of them."""
    givers = [statement for statement in statements if gives(statement)]
    found = set(_values(narrow.resource))
    for action in _values(narrow.action):
        one = Statement(narrow.effect, narrow.principal, Element((action,)), narrow.resource, narrow.condition)
        patterns = [pattern for wide in givers if context_covers(wide, one) for pattern in _values(wide.resource)]
        found = {resource for resource in found if any(arn_covers(pattern, resource) for pattern in patterns)}
    return frozenset(found)


def denials(policies: Iterable[ResourcePolicy], grant: Grant) -> Iterator[Denial]:
    """Yield the Deny statements not provably disjoint from the grant by principal, action, resource or condition."""
    for policy in policies:
        for statement in policy.document.statements:
            if statement.effect == "Deny" and _takes(statement, grant):
                yield Denial(policy.name, statement.sid)


def missing(policies: Iterable[ResourcePolicy], grant: Grant) -> tuple[str, ...]:
    """Return the resources of the grant that no Allow gives, in the grant's order; a Deny is not looked at."""
    statements = [statement for policy in policies for statement in policy.document.statements]
    allowed = allowed_resources(statements, grant.statement())
    return tuple(resource for resource in grant.resources if resource not in allowed)


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
    return (
        _touches_principal(deny.principal, grant.principal)
        and any(_touches_action(deny.action, action) for action in grant.actions)
        and any(_touches_resource(deny.resource, resource) for resource in grant.resources)
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
