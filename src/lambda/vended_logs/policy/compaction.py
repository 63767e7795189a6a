"""Lossless, deterministic compaction: the same grants in fewer characters.

Only Allow statements change. A Deny keeps its statement and its Sid, and a revocable grant is neither touched nor
relied upon, since it may go at any time.

The work for statements of N characters grows with N * N at most, whatever stands in them: each entry is asked of all
patterns at once (``patterns.Patterns`` has the bound of a question), each condition of each other one, and the rest is
a look in a table. The same holds for the proof and for the plan as a whole.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace

from vended_logs.policy.coverage import Contexts, gives
from vended_logs.policy.document import Element, Statement
from vended_logs.policy.patterns import Patterns
from vended_logs.policy.request import is_revocable

Entry = tuple[int, str]
"""A resource of a statement: the statement's position and the ARN pattern."""


def compact(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """Merge statements that differ only in resources, then drop each entry that another one covers.

    Law: the result allows exactly what the statements allow; it is never larger; compacting again changes nothing; of
    two entries of equal meaning the first stays.
    """
    return drop_covered(merge(statements))


def merge(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Make statements that differ only in resources one, at the place and with the Sid of the first."""
    merged: dict[Hashable, Statement] = {}
    for position, statement in enumerate(statements):
        key: Hashable = context(statement) if is_compactable(statement) else position
        first = merged.get(key)
        merged[key] = statement if first is None else with_resources(first, resources(first) + resources(statement))
    return tuple(merged.values())


def drop_covered(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return the statements without the entries that another entry covers.

    Entries go one at a time, the last first, and only while the one that covers them is still there, so that two which
    cover each other leave one.
    """
    listed = entries(statements)
    held: dict[str, int] = {}
    for position, resource in listed:
        held[resource] = held.get(resource, 0) | 1 << position
    patterns = Patterns(held, arns=True)
    wider = _wider(statements)
    for position, resource in reversed(listed):
        held[resource] &= ~(1 << position)
        if not any(held[pattern] & wider[position] for pattern in patterns.covering_again(resource)):
            held[resource] |= 1 << position
    return retain(statements, lambda entry: bool(held[entry[1]] >> entry[0] & 1))


def _wider(statements: Sequence[Statement]) -> list[int]:
    """Return for each statement those whose entries may cover its own (``coverage.Contexts``)."""
    contexts = Contexts(statements)
    return [contexts.wider(statement) for statement in statements]


def retain(statements: Sequence[Statement], is_kept: Callable[[Entry], bool]) -> tuple[Statement, ...]:
    """Return the statements with only those entries; a statement that had some and has none left goes."""
    found = []
    for position, statement in enumerate(statements):
        listed = left = resources(statement)
        if is_compactable(statement):
            left = tuple(resource for resource in listed if is_kept((position, resource)))
        if left or not listed:
            found.append(statement if left == listed else with_resources(statement, left))
    return tuple(found)


def is_compactable(statement: Statement) -> bool:
    """Return whether entries may be dropped and merged: those of an Allow that names all and that nobody can revoke."""
    return gives(statement) and not is_revocable(statement)


def context(statement: Statement) -> Hashable:
    """Return what a statement says apart from its Sid and the values of Resource, with equal spellings made equal.

    Whether it names a Resource, a NotResource or neither is part of it.
    """
    kind = statement.resource and statement.resource.negated
    action = statement.action and (
        frozenset(value.lower() for value in statement.action.values),
        statement.action.negated,
    )
    condition = frozenset((clause.operator, clause.key.lower(), clause.values) for clause in statement.condition)
    return statement.effect, statement.principal, action, condition, kind


def resources(statement: Statement) -> tuple[str, ...]:
    """Return the values of Resource or NotResource, none if the statement has neither."""
    return statement.resource.values if statement.resource else ()


def entries(statements: Iterable[Statement]) -> list[Entry]:
    """Return the entries that compaction may drop."""
    return [
        (position, resource)
        for position, statement in enumerate(statements)
        if is_compactable(statement)
        for resource in resources(statement)
    ]


def with_resources(statement: Statement, listed: Iterable[str]) -> Statement:
    """Return the statement with other resources, sorted and each once."""
    return replace(statement, resource=Element(tuple(sorted(set(listed)))))
