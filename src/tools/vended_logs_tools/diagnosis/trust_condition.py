"""A statement that lets Step Functions take a role, were it not for its condition: which condition, and that mended.

The condition is there to keep others out, so no statement without one is put beside it: it gets the right value. What
names something of this account is kept, since another state machine may go by it; what names another account can serve
no state machine, and is replaced.

Source: Step Functions Developer Guide, "Preventing cross-service confused deputy issues".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from vended_logs.policy import condition
from vended_logs.policy.document import Clause, PolicyDocument
from vended_logs.policy.wildcard import ARN_COMPONENTS, arn_components, matches
from vended_logs_tools.diagnosis.amending import statements_of
from vended_logs_tools.diagnosis.policies import Answer, Request, excluding, names

_ACCOUNT: Final = "aws:sourceaccount"
_ARN: Final = "aws:sourcearn"
_IF_EXISTS: Final = "IfExists"
_MOST_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Guarded:
    """A statement that is about the request, and whose condition keeps it out."""

    position: int
    """Among the document's statements."""
    sid: str | None
    clauses: tuple[Clause, ...]
    """Those that surely keep it out."""
    is_shared: bool
    """Whether it names others too, for whom its values may be right."""

    @property
    def shown(self) -> str:
        """Return the condition in words: ``aws:SourceAccount 999999999999 (StringEquals)``."""
        return " and ".join(f"{one.key} {_alternatives(one.values)} ({one.operator})" for one in self.clauses)


@dataclass(frozen=True, slots=True)
class Source:
    """Who asks."""

    account: str
    arn: str
    """Of the state machine; with ``*`` for its name if any may be meant."""

    def value(self, key: str) -> str | None:
        """Return what a condition's key has to be; None if it is not about who asks."""
        return {_ACCOUNT: self.account, _ARN: self.arn}.get(key.lower())


def guarded(document: PolicyDocument, request: Request) -> tuple[Guarded, ...]:
    """Return the statements that would let a request through without their conditions."""
    found = []
    for position, one in enumerate(document.statements):
        clauses = excluding(one, request)
        if one.effect == "Allow" and clauses and names(one, request) == Answer.YES:
            ours = {f"Service:{name}" for name in request.principals}
            others = set(one.principal.values) - ours if one.principal else set()
            found.append(Guarded(position, one.sid, clauses, is_shared=bool(others)))
    return tuple(found)


def mended(trust: Mapping[str, Any], one: Guarded, source: Source, request: Request) -> dict[str, Any] | None:
    """Return a trust policy with the right values in one statement's condition, and everything else as it was.

    None if its condition is of a kind that another value does not mend.
    """
    right = {(clause.operator, clause.key): _mended(clause, source, request, one) for clause in one.clauses}
    if None in right.values():
        return None
    statements = statements_of(trust)
    whole = statements[one.position]
    conditions = {
        operator: {key: right.get((operator, key), values) for key, values in keys.items()}
        for operator, keys in whole["Condition"].items()
    }
    statements[one.position] = {**whole, "Condition": conditions}
    return {**trust, "Statement": statements}


def _mended(clause: Clause, source: Source, request: Request, one: Guarded) -> str | list[str] | None:
    value = source.value(clause.key)
    if value is None or not condition.implies(
        request.known, [Clause(clause.operator.removesuffix(_IF_EXISTS), clause.key, (value,))]
    ):
        return None
    kept = [old for old in clause.values if one.is_shared or _is_of(source.account, old)]
    return [*kept, value] if kept else value


def _is_of(account: str, value: str) -> bool:
    parts = arn_components(value)
    return len(parts) == ARN_COMPONENTS and matches(parts[4], account)


def _alternatives(values: Iterable[str]) -> str:
    first, *others = values
    shown = [first, *others[: _MOST_SHOWN - 1]]
    left = len(others) + 1 - len(shown)
    return " or ".join([*shown, *([f"{left} more"] if left else [])])
