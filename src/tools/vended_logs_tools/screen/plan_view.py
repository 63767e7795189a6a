"""What a plan changes, policy by policy and statement by statement: + added, - dropped, ~ widened."""

from collections.abc import Container, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.text import Text

from vended_logs.policy.compaction import context, resources
from vended_logs.policy.document import Element, ResourcePolicy, Statement
from vended_logs.policy.grant import ACTIONS, LOG_DELIVERY, Scope
from vended_logs.policy.limits import SIZE_LIMIT, find
from vended_logs.policy.request import is_revocable
from vended_logs_tools.screen.console import printable

Notes = Mapping[tuple[str, Hashable, str], str]
"""Why a resource is dropped: by policy, by what its statement says (``compaction.context``), and the resource."""

_USUAL: Final = frozenset(action.lower() for action in ACTIONS)
_STYLES: Final = {"+": "green", "-": "red", "~": "yellow"}


@dataclass(frozen=True, slots=True)
class StatementChange:
    """Statements of one policy that say the same apart from their resources, before and after.

    A revocable one stands for itself: that it takes the place of a lasting one is a change.
    """

    before: tuple[Statement, ...]
    after: tuple[Statement, ...]

    @property
    def one(self) -> Statement:
        """Return one of them."""
        return (self.after or self.before)[0]

    @property
    def marker(self) -> str:
        """Return + for what is new, - for what goes, and a space for what is changed inside."""
        return " " if self.before and self.after else "+" if self.after else "-"

    @property
    def added(self) -> tuple[str, ...]:
        """Return the resources that come in."""
        return tuple(sorted(_listed(self.after) - _listed(self.before)))

    @property
    def dropped(self) -> tuple[str, ...]:
        """Return the resources that go."""
        return tuple(sorted(_listed(self.before) - _listed(self.after)))

    @property
    def is_change(self) -> bool:
        """Return whether anything differs, a statement of the same words that is there twice included."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """One policy before and after; None where there is none."""

    before: ResourcePolicy | None
    after: ResourcePolicy | None
    statements: tuple[StatementChange, ...]
    unchanged: int
    """How many statements stay as they are."""

    @property
    def name(self) -> str:
        """Return the policy's name."""
        held = self.after or self.before
        return held.name if held else ""

    @property
    def limit(self) -> int:
        """Return the characters that it may have: what it had, if that was more than is documented."""
        return max(SIZE_LIMIT, self.before.size if self.before else 0)


def differences(before: Iterable[ResourcePolicy], after: Iterable[ResourcePolicy]) -> tuple[PolicyChange, ...]:
    """Return the policies that differ, by name."""
    old, new = tuple(before), tuple(after)
    names = sorted({policy.name for policy in (*old, *new)})
    pairs = [(find(old, name), find(new, name)) for name in names]
    return tuple(
        _difference(was, becomes)
        for was, becomes in pairs
        if was is None or becomes is None or was.document != becomes.document
    )


def _difference(was: ResourcePolicy | None, becomes: ResourcePolicy | None) -> PolicyChange:
    old, new = _by_context(was), _by_context(becomes)
    found = [StatementChange(old.get(key, ()), new.get(key, ())) for key in {**old, **new}]
    same = sum(len(change.after) for change in found if not change.is_change)
    return PolicyChange(was, becomes, tuple(change for change in found if change.is_change), same)


def _by_context(policy: ResourcePolicy | None) -> dict[Hashable, tuple[Statement, ...]]:
    found: dict[Hashable, tuple[Statement, ...]] = {}
    for statement in policy.document.statements if policy else ():
        key = context(statement), statement.sid if is_revocable(statement) else None
        found[key] = (*found.get(key, ()), statement)
    return found


def _listed(statements: Iterable[Statement]) -> set[str]:
    return {resource for statement in statements for resource in resources(statement)}


@dataclass(frozen=True, slots=True)
class PlanView:
    """Prints changes on a console."""

    console: Console
    scope: Scope

    def show(
        self,
        changed: Iterable[PolicyChange],
        notes: Notes | None = None,
        widened: Container[str] = (),
    ) -> None:
        """Print the changes.

        Args:
            changed: of which policies.
            notes: why a resource is dropped, where that is not because another one covers it.
            widened: resources that stand for those they cover, in statements without a condition.
        """
        for change in changed:
            marker = "+" if change.before is None else "-" if change.after is None else " "
            self._line(0, marker, f"{change.name}{_fate(change)}", "bold")
            for line in _headers(change):
                self._line(2, "~", line)
            for statement in change.statements:
                reasons = {
                    resource: why
                    for (name, said, resource), why in (notes or {}).items()
                    if name == change.name and said == context(statement.one)
                }
                self._statement(statement, reasons, widened)
            if change.unchanged:
                self._line(2, " ", f"{_count(change.unchanged, 'statement')} as before", "dim")
            self._line(2, " ", _sizes(change))

    def _statement(self, change: StatementChange, reasons: Mapping[str, str], widened: Container[str]) -> None:
        self._line(2, change.marker, self._title(change))
        for resource in change.added:
            is_wide = resource in widened and not change.one.condition
            self._line(6, "~" if is_wide else "+", self._short(resource) + (" (no condition)" if is_wide else ""))
        for resource in change.dropped:
            self._line(6, "-", f"{self._short(resource)} ({reasons.get(resource, 'covered')})")
        stays = len(_listed(change.before) & _listed(change.after))
        if stays:
            self._line(6, " ", f"{_count(stays, 'entry')} as before", "dim")

    def _title(self, change: StatementChange) -> str:
        """Return who may do what: the Sids, the principals, and what is out of the ordinary."""
        one = change.one
        sids = ", ".join(dict.fromkeys(statement.sid or "(no Sid)" for statement in (*change.before, *change.after)))
        negated = (("NotPrincipal", one.principal), ("NotResource", one.resource))
        remarks = [
            *(["Deny"] if one.effect == "Deny" else []),
            *(["revocable"] if is_revocable(one) else []),
            *(word for word, element in negated if element is not None and element.negated),
            *_actions(one.action),
            *self._conditions(one),
        ]
        return f"{sids}: {_who(one)}" + (f" ({'; '.join(remarks)})" if remarks else "")

    def _conditions(self, one: Statement) -> Iterator[str]:
        """Yield each clause of a condition that is not the account's."""
        usual = [frozenset(self.scope.source_conditions(principal)) for principal in (LOG_DELIVERY, "")]
        if not one.condition:
            yield "no condition"
        elif frozenset(one.condition) not in usual:
            for clause in one.condition:
                yield f"if {clause.key} {clause.operator} {', '.join(clause.values)}"

    def _short(self, resource: str) -> str:
        """Return a resource without what all log groups of the account and region begin with."""
        return resource.removeprefix(self.scope.log_groups)

    def _line(self, indent: int, marker: str, text: str, style: str = "") -> None:
        """Print a line, wrapped so that what goes on stands below what began."""
        room = max(self.console.width - indent - 2, 20)
        styled = Text(printable(text), style=_STYLES.get(marker, style))
        for number, part in enumerate(styled.wrap(self.console, room, overflow="fold")):
            part.rstrip()
            head = Text(" " * indent + (marker if number == 0 else " ") + " ", style=_STYLES.get(marker, ""))
            self.console.print(head + part, soft_wrap=True)


def _fate(change: PolicyChange) -> str:
    if change.before is None:
        return " (new)"
    return " (deleted: nothing else is in it)" if change.after is None else ""


def _headers(change: PolicyChange) -> Iterator[str]:
    """Yield what changes of a policy beside its statements."""
    if change.before and change.after:
        was, becomes = change.before.document, change.after.document
        for word, old, new in (("Version", was.version, becomes.version), ("Id", was.id, becomes.id)):
            if old != new:
                yield f"{word} {old or '(none)'} -> {new or '(none)'}"


def _who(one: Statement) -> str:
    if one.principal is None:
        return "everyone else"
    return ", ".join(value.removeprefix("Service:") for value in one.principal.values)


def _actions(element: Element | None) -> Iterator[str]:
    """Yield what is done to resources, unless that is what log delivery does."""
    if element is None:
        yield "no Action"
    elif element.negated or frozenset(value.lower() for value in element.values) != _USUAL:
        yield f"{'NotAction' if element.negated else 'Action'} {', '.join(element.values) or '(none)'}"


def _sizes(change: PolicyChange) -> str:
    was = change.before.size if change.before else 0
    if change.after is None:
        return f"{was:,} characters freed"
    left = change.limit - change.after.size
    return f"{was:,} -> {change.after.size:,} of {change.limit:,} characters, {max(left, 0):,} left"


def _count(number: int, what: str) -> str:
    plural = what[:-1] + "ies" if what.endswith("y") else what + "s"
    return f"{number} {what if number == 1 else plural}"
