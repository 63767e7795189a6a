"""What a role's policies, as they were read, say of each of the ten actions of log delivery."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from vended_logs_tools.account.roles import RolePolicies, RolePolicy
from vended_logs_tools.diagnosis.policies import Answer
from vended_logs_tools.reading.conditions import Conditions
from vended_logs_tools.reading.formula import FALSE, TRUE, Formula
from vended_logs_tools.rules.iam import ROLE_ACTIONS, allowed, denied

# A live policy has nothing of a template's left to resolve.
_NO_TEMPLATE: Final = Conditions({})


@dataclass(frozen=True, slots=True)
class Denial:
    """A statement that denies an action on every resource."""

    policy: RolePolicy
    sid: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """What the policies say of one action."""

    allowed: Answer
    """Whether a policy of the role allows it, on the resource that it needs."""
    denials: tuple[Denial, ...] = ()
    """The statements of those that surely deny it."""
    doubtful: tuple[RolePolicy, ...] = ()
    """The policies, the boundary among them, that allow or deny it under a condition, or cannot be read in full."""
    may_be_denied: bool = False
    """Whether a statement of the role's own policies denies it under a condition."""
    bounded: Answer = Answer.YES
    """Whether the boundary allows it; yes if there is none."""


def said_of(policies: RolePolicies, *, has_boundary: bool) -> dict[str, Said]:
    """Return what the policies say of each of the ten actions; what was not read may say anything."""
    grants = [(policy, allowed(policy.document, _NO_TEMPLATE)) for policy in policies.own]
    takings = [taking for policy in policies.own for taking in _takings(policy)]
    bounded = bounded_by(policies.boundary) if has_boundary else dict.fromkeys(ROLE_ACTIONS, Answer.YES)
    unread = Answer.NO if policies.is_whole else Answer.MAYBE
    return {
        action: Said(
            allowed=max((unread, *(_answer(grant[action]) for _, grant in grants))),
            denials=tuple(one.denial for one in takings if one.is_sure and action in one.actions),
            may_be_denied=any(not one.is_sure and action in one.actions for one in takings),
            doubtful=(
                *(policy for policy, grant in grants if _answer(grant[action]) == Answer.MAYBE),
                *(one.denial.policy for one in takings if not one.is_sure and action in one.actions),
                *((policies.boundary,) if policies.boundary and bounded[action] == Answer.MAYBE else ()),
            ),
            bounded=bounded[action],
        )
        for action in ROLE_ACTIONS
    }


@dataclass(frozen=True, slots=True)
class _Taking:
    """A Deny statement: what it takes, and whether it always does."""

    denial: Denial
    actions: frozenset[str]
    is_sure: bool


def _takings(policy: RolePolicy) -> Iterator[_Taking]:
    for statement in _statements(policy.document):
        bare = {name: value for name, value in statement.items() if name != "Condition"}
        taken = denied({"Statement": [bare]}, _NO_TEMPLATE)
        actions = frozenset(action for action, when in taken.items() if when == TRUE)
        yield _Taking(Denial(policy, statement.get("Sid")), actions, is_sure=not statement.get("Condition"))


def _statements(document: object) -> Iterator[Mapping[str, Any]]:
    listed = document.get("Statement") if isinstance(document, Mapping) else None
    for one in listed if isinstance(listed, list) else [listed]:
        if isinstance(one, Mapping):
            yield one


def denials_of(policy: RolePolicy, actions: Iterable[str]) -> tuple[Denial, ...]:
    """Return the statements of a policy that surely deny some of these actions."""
    asked = set(actions)
    return tuple(one.denial for one in _takings(policy) if one.is_sure and one.actions & asked)


def bounded_by(boundary: RolePolicy | None) -> dict[str, Answer]:
    """Return whether a boundary allows each action; a Deny under a condition may take it. None is one not read."""
    if boundary is None:
        return dict.fromkeys(ROLE_ACTIONS, Answer.MAYBE)
    found = {action: _answer(when) for action, when in allowed(boundary.document, _NO_TEMPLATE).items()}
    for taking in _takings(boundary):
        limit = Answer.NO if taking.is_sure else Answer.MAYBE
        found |= {action: min(found[action], limit) for action in taking.actions}
    return found


def _answer(formula: Formula) -> Answer:
    """Return a formula's constant: where nothing is left open, Kleene's logic comes to one."""
    return Answer.YES if formula == TRUE else Answer.NO if formula == FALSE else Answer.MAYBE
