"""Formulas of three values over what a template's author leaves open: true, false, or not to be resolved.

Formulas are immutable and shared: each ``And``, ``Or`` and ``Not`` exists once for its parts, so that comparing and
hashing take one step however large a formula is, and whoever walks one meets each node once.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final
from weakref import WeakValueDictionary


class Formula:
    """Something that holds or does not, once a template's parameters are known."""

    __slots__ = ("__weakref__",)

    @property
    def parts(self) -> tuple["Formula", ...]:
        """What it is made of, in order; nothing for constants and atoms."""
        return ()

    @property
    def vague(self) -> bool:
        """Whether ``UNKNOWN`` is somewhere in it."""
        return False


@dataclass(frozen=True, slots=True, eq=False)
class Constant(Formula):
    """``TRUE``, ``FALSE`` or ``UNKNOWN``; there is one of each."""

    name: str

    @property
    def vague(self) -> bool:
        """Whether it is ``UNKNOWN``."""
        return self.name == "unknown"


@dataclass(frozen=True, slots=True)
class Atom(Formula):
    """The value of an expression, written as text, equals this text exactly."""

    subject: str
    value: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Compound(Formula):
    """What is made of other formulas; equal to itself alone, since there is but one of each."""

    members: tuple[Formula, ...]
    holds_unknown: bool

    def __repr__(self) -> str:
        """Say what it is, without its parts: written out, what is shared would grow without bounds."""
        return f"{type(self).__name__} of {len(self.members)}"

    @property
    def parts(self) -> tuple[Formula, ...]:
        """What it is made of, in order."""
        return self.members

    @property
    def vague(self) -> bool:
        """Whether ``UNKNOWN`` is somewhere in it."""
        return self.holds_unknown


class Not(Compound):
    """The one part does not hold."""

    __slots__ = ()


class And(Compound):
    """Every part holds."""

    __slots__ = ()


class Or(Compound):
    """Some part holds."""

    __slots__ = ()


TRUE: Final = Constant("true")
FALSE: Final = Constant("false")
UNKNOWN: Final = Constant("unknown")

_Key = tuple[type[Compound], tuple[Formula, ...]]
_COMPOUNDS: Final[WeakValueDictionary[_Key, Compound]] = WeakValueDictionary()


def all_of(*formulas: Formula) -> Formula:
    """Return the formula that holds when every one of these does; ``TRUE`` for none.

    Law: Kleene's conjunction. Constants are folded, nested conjunctions flattened, the order kept.
    """
    return _joined(And, formulas, TRUE, FALSE)


def any_of(*formulas: Formula) -> Formula:
    """Return the formula that holds when one of these does; ``FALSE`` for none.

    Law: Kleene's disjunction. Constants are folded, nested disjunctions flattened, the order kept.
    """
    return _joined(Or, formulas, FALSE, TRUE)


def negate(formula: Formula) -> Formula:
    """Return the formula that holds when this one does not.

    Law: ``negate(negate(f)) is f`` for compounds, and ``UNKNOWN`` is its own negation.
    """
    if formula == TRUE:
        return FALSE
    if formula == FALSE:
        return TRUE
    if formula == UNKNOWN:
        return UNKNOWN
    return formula.parts[0] if isinstance(formula, Not) else _compound(Not, (formula,))


def nodes(formula: Formula) -> tuple[Formula, ...]:
    """Return every node of a formula once, each after its parts, the formula itself last."""
    done: dict[Formula, None] = {}
    waiting = [formula]
    while waiting:
        node = waiting[-1]
        missing = [part for part in node.parts if part not in done]
        if missing:
            waiting.extend(reversed(missing))
        else:
            done[waiting.pop()] = None
    return tuple(done)


def atoms(formula: Formula) -> tuple[Atom, ...]:
    """Return the formula's atoms, each once, in the order of their first appearance."""
    return tuple(node for node in nodes(formula) if isinstance(node, Atom))


def pessimistic(formula: Formula, doubtful: Collection[str] = ()) -> Formula:
    """Return the formula with whatever is not known decided against it, at each place where it stands.

    Args:
        formula: Any formula.
        doubtful: Subjects whose atoms are taken for unknown as well.

    Law: the answer holds no ``UNKNOWN``, and where it holds, the formula does, whatever its unknowns are.
    """
    if not doubtful and not formula.vague:
        return formula
    worst: dict[Formula, Formula] = {}
    best: dict[Formula, Formula] = {}
    for node in nodes(formula):
        parts = node.parts
        if node == UNKNOWN or (isinstance(node, Atom) and node.subject in doubtful):
            worst[node], best[node] = FALSE, TRUE
        elif isinstance(node, Not):
            worst[node], best[node] = negate(best[parts[0]]), negate(worst[parts[0]])
        elif parts:
            join = all_of if isinstance(node, And) else any_of
            worst[node], best[node] = join(*map(worst.__getitem__, parts)), join(*map(best.__getitem__, parts))
        else:
            worst[node] = best[node] = node
    return worst[formula]


def _joined(kind: type[Compound], formulas: Iterable[Formula], neutral: Constant, final: Constant) -> Formula:
    # There is one object for each constant, and most formulas that are joined are one.
    telling = []
    for formula in formulas:
        if formula is final:
            return final
        if formula is not neutral:
            telling.append(formula)
    if len(telling) < 2:  # noqa: PLR2004  # nothing is joined
        return telling[0] if telling else neutral
    members: dict[Formula, None] = {}
    for formula in telling:
        members.update(dict.fromkeys(formula.parts if isinstance(formula, kind) else (formula,)))
    if any(_contradicts(member, members) for member in members):
        return final
    return next(iter(members)) if len(members) == 1 else _compound(kind, tuple(members))


def _contradicts(member: Formula, members: Collection[Formula]) -> bool:
    # Two unknowns need not be the same one, so "x and not x" says nothing if x has one in it.
    return isinstance(member, Not) and not member.vague and member.parts[0] in members


def _compound(kind: type[Compound], members: tuple[Formula, ...]) -> Compound:
    known = _COMPOUNDS.get((kind, members))
    if known is None:
        known = kind(members, any(member.vague for member in members))
        _COMPOUNDS[kind, members] = known
    return known
