"""A statement of a policy, as values: lists are sets in IAM, so they are kept sorted and without repetition."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

ELEMENTS = ("Principal", "Action", "Resource")


@dataclass(frozen=True, slots=True)
class Clause:
    """One operator and key of a Condition; its values are alternatives, the clauses of a statement all must hold."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Element:
    """A Principal, Action or Resource, or with ``negated`` its Not- twin.

    Principals are written ``*``, ``Service:delivery.logs.amazonaws.com`` or ``AWS:123456789012``.
    """

    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; an element that the document leaves out is None."""

    effect: str
    principal: Element | None
    action: Element | None
    resource: Element | None
    condition: tuple[Clause, ...] = ()
    sid: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the statement as JSON has it: keys in a fixed order, one-element lists as strings."""
        found: dict[str, Any] = {} if self.sid is None else {"Sid": self.sid}
        found["Effect"] = self.effect
        for name, element in zip(ELEMENTS, (self.principal, self.action, self.resource), strict=True):
            if element is not None:
                values = _principal_json(element.values) if name == "Principal" else _one_or_many(element.values)
                found["Not" * element.negated + name] = values
        if self.condition:
            found["Condition"] = _condition_json(self.condition)
        return found


def clauses(condition: Mapping[str, Mapping[str, Iterable[str]]]) -> tuple[Clause, ...]:
    """Return a Condition's clauses, sorted and each once, from the shape that JSON gives it."""
    return tuple(
        sorted(
            (
                Clause(operator, key, as_set(values))
                for operator, keys in condition.items()
                for key, values in keys.items()
            ),
            key=lambda clause: (clause.operator, clause.key),
        )
    )


def as_set(values: Iterable[str]) -> tuple[str, ...]:
    """Return the values sorted, each once."""
    return tuple(sorted(set(values)))


def _one_or_many(values: tuple[str, ...]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)


def _principal_json(values: tuple[str, ...]) -> str | dict[str, str | list[str]]:
    if values == ("*",):
        return "*"
    kinds: dict[str, list[str]] = {}
    for value in values:
        kind, _, name = value.partition(":")
        kinds.setdefault(kind, []).append(name)
    return {kind: _one_or_many(tuple(names)) for kind, names in kinds.items()}


def _condition_json(condition: tuple[Clause, ...]) -> dict[str, dict[str, str | list[str]]]:
    found: dict[str, dict[str, str | list[str]]] = {}
    for clause in condition:
        found.setdefault(clause.operator, {})[clause.key] = _one_or_many(clause.values)
    return found
