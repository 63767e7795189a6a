"""What a policy that names its principals says to one request of a service: a role's trust policy, a key's policy.

Three answers: it is so, it is not so, or it depends on what is not known here. What is said for sure rests on the
algebra of ``vended_logs.policy``, which is sound in both directions.

Source: IAM User Guide, "Policy evaluation logic" and "IAM JSON policy element reference".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from vended_logs.policy import condition
from vended_logs.policy.document import Clause, Element, PolicyDocument, Statement
from vended_logs.policy.wildcard import matches


class Answer(IntEnum):
    """Whether something is so; the order is that of a conjunction's minimum and a disjunction's maximum."""

    NO = 0
    MAYBE = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class Request:
    """What a service asks for."""

    principals: tuple[str, ...]
    """The names that it goes by: ``logs.us-east-1.amazonaws.com``."""
    kin: str
    """A pattern of names that may or may not be taken for it: those of other regions."""
    action: str
    resource: str | None = None
    """An ARN; None where policies have no Resource."""
    known: tuple[Clause, ...] = ()
    """What surely holds of it."""
    bounds: tuple[Clause, ...] = ()
    """What it surely keeps to: wider than ``known`` where that may be spelt in several ways."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a policy says to a request."""

    allowed: Answer
    denied: Answer
    denials: tuple[str | None, ...] = ()
    """The Sids of the statements that surely deny it."""

    @property
    def granted(self) -> Answer:
        """Return whether the request is let through."""
        return min(self.allowed, Answer(Answer.YES - self.denied))


def verdict(document: PolicyDocument, request: Request) -> Verdict:
    """Return what a policy says to a request.

    Law: ``YES`` and ``NO`` are sound; errs towards ``MAYBE``.
    """
    found = {"Allow": Answer.NO, "Deny": Answer.NO}
    denials = []
    for statement in document.statements:
        applies = _applies(statement, request)
        found[statement.effect] = max(found[statement.effect], applies)
        if statement.effect == "Deny" and applies == Answer.YES:
            denials.append(statement.sid)
    return Verdict(found["Allow"], found["Deny"], tuple(denials))


def names(statement: Statement, request: Request) -> Answer:
    """Return whether a statement is about a request, its condition aside."""
    return min(
        _is_about(statement.principal, request),
        _names(statement.action, request.action.lower(), fold=True),
        Answer.YES if request.resource is None else _names(statement.resource, request.resource),
    )


def excluding(statement: Statement, request: Request) -> tuple[Clause, ...]:
    """Return the clauses of a statement's condition that surely keep a request out."""
    return tuple(clause for clause in statement.condition if condition.excludes(request.bounds, [clause]))


def _applies(statement: Statement, request: Request) -> Answer:
    return min(names(statement, request), _holds(statement.condition, request))


def _is_about(element: Element | None, request: Request) -> Answer:
    """Return whether a Principal is the service: whether ``*`` means services too depends on more than the policy."""
    if element is None:
        return Answer.NO
    if element.negated:
        return Answer.NO if _has_name(element.values, request) else Answer.MAYBE
    if _has_name(element.values, request):
        return Answer.YES
    services = [name for kind, _, name in (value.partition(":") for value in element.values) if kind == "Service"]
    is_open = any(value.rpartition(":")[2] == "*" for value in element.values)
    return Answer.MAYBE if is_open or any(matches(request.kin, name) for name in services) else Answer.NO


def _has_name(values: Iterable[str], request: Request) -> bool:
    return not {f"Service:{name}" for name in request.principals}.isdisjoint(values)


def _names(element: Element | None, text: str, *, fold: bool = False) -> Answer:
    if element is None:
        return Answer.NO
    patterns = [pattern.lower() if fold else pattern for pattern in element.values]
    if any(matches(pattern, text) for pattern in patterns if "${" not in pattern):
        found = Answer.YES
    else:
        found = Answer.MAYBE if any("${" in pattern for pattern in patterns) else Answer.NO
    return Answer(Answer.YES - found) if element.negated else found


def _holds(clauses: tuple[Clause, ...], request: Request) -> Answer:
    if condition.implies(request.known, clauses):
        return Answer.YES
    return Answer.NO if condition.excludes(request.bounds, clauses) else Answer.MAYBE
