"""Deny statements that surely take from a grant.

Where a policy is to be written, a Deny counts unless it is provably apart from the grant (``coverage.denials``). Where
a fault is claimed, it counts only if it provably applies: one for requests without TLS, say, never meets log delivery.
"""

from collections.abc import Iterable, Iterator

from vended_logs.policy import condition
from vended_logs.policy.coverage import Denial
from vended_logs.policy.document import ResourcePolicy, Statement
from vended_logs.policy.grant import Grant
from vended_logs.policy.statement import Element
from vended_logs.policy.wildcard import arn_covers, covers


def sure_denials(policies: Iterable[ResourcePolicy], grant: Grant) -> Iterator[Denial]:
    """Yield the Deny statements that take from the grant, or from a part of what it is for, under its own condition.

    Law: sound; whatever is yielded is among ``coverage.denials``.
    """
    for policy in policies:
        for statement in policy.document.statements:
            if statement.effect == "Deny" and _applies(statement, grant):
                yield Denial(policy.name, statement.sid)


def _applies(statement: Statement, grant: Grant) -> bool:
    return (
        any(kind == "*" or name in ("*", grant.principal) for kind, name in _principals(statement.principal))
        and any(
            covers(pattern.lower(), action.lower()) for pattern in _values(statement.action) for action in grant.actions
        )
        and any(
            arn_covers(pattern, resource) or arn_covers(resource, pattern)
            for pattern in _values(statement.resource)
            for resource in grant.resources
        )
        and condition.implies(grant.condition, statement.condition)
    )


def _values(element: Element | None) -> tuple[str, ...]:
    """Return the values; none of what is negated, of which little is sure."""
    return element.values if element is not None and not element.negated else ()


def _principals(element: Element | None) -> Iterator[tuple[str, str]]:
    for value in _values(element):
        kind, _, name = value.partition(":")
        yield kind, name
