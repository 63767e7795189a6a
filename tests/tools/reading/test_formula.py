"""Formulas: Kleene's three values, each node once, whatever the shape."""

import gc
import time
import weakref
from collections.abc import Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vended_logs_tools.reading.formula import (
    FALSE,
    TRUE,
    UNKNOWN,
    And,
    Atom,
    Constant,
    Formula,
    Not,
    Or,
    all_of,
    any_of,
    atoms,
    negate,
    nodes,
    pessimistic,
)

_A, _B, _C = (Atom(f"Ref {name}", "on") for name in "ABC")
# None is neither true nor false; every unknown stands for a choice of its own.
_Truth = bool | None


def _truth(formula: Formula, world: Mapping[Atom, bool]) -> _Truth:
    """Return what a formula comes to by Kleene's tables, read off its structure."""
    if isinstance(formula, Constant):
        return {TRUE: True, FALSE: False}.get(formula)
    if isinstance(formula, Atom):
        return world[formula]
    parts = [_truth(part, world) for part in formula.parts]
    if isinstance(formula, Not):
        return None if parts[0] is None else not parts[0]
    return _meet(parts) if isinstance(formula, And) else _join(parts)


def _meet(parts: list[_Truth]) -> _Truth:
    return False if False in parts else None if None in parts else True


def _join(parts: list[_Truth]) -> _Truth:
    return True if True in parts else None if None in parts else False


_worlds = [dict(zip((_A, _B, _C), values, strict=True)) for values in product((False, True), repeat=3)]
_formulas = st.recursive(
    st.sampled_from([_A, _B, _C, TRUE, FALSE, UNKNOWN]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: all_of(*parts)),
        st.lists(inner, max_size=3).map(lambda parts: any_of(*parts)),
        inner.map(negate),
    ),
    max_leaves=12,
)


@given(st.lists(_formulas, max_size=3))
@settings(deadline=None)  # other work on the machine is no fault
def test_joining_folds_to_what_the_parts_come_to(parts: list[Formula]) -> None:
    """A conjunction, disjunction or negation has in every world the value that Kleene's tables give its parts."""
    for world in _worlds:
        values = [_truth(part, world) for part in parts]
        # Folding "x and not x" may decide what the tables leave open; nothing decided may change.
        assert _meet(values) in (None, _truth(all_of(*parts), world))
        assert _join(values) in (None, _truth(any_of(*parts), world))
        assert [_truth(negate(part), world) for part in parts] == [None if v is None else not v for v in values]


@given(_formulas)
@settings(deadline=None)  # other work on the machine is no fault
def test_pessimism_never_promises_more_than_is_known(formula: Formula) -> None:
    """Where the pessimistic formula holds, the formula holds; and it says so wherever that is known."""
    worst = pessimistic(formula)
    assert not worst.vague
    for world in _worlds:
        assert _truth(worst, world) is (_truth(formula, world) is True)


def test_each_compound_exists_once() -> None:
    """The same parts in the same order give the very same formula, however they were nested."""
    assert all_of(_A, _B, _C) is all_of(all_of(_A, _B), _C)
    assert any_of(_A, any_of(_B, _A)) is any_of(_A, _B)
    assert negate(negate(any_of(_A, _B))) is any_of(_A, _B)


def test_order_is_that_of_the_first_appearance() -> None:
    """Parts keep their order, so that output is the same on every run."""
    assert all_of(_C, _A, _C, _B).parts == (_C, _A, _B)


def test_nothing_is_joined_without_need() -> None:
    """No parts, one part and neutral parts give no compound."""
    assert (all_of(), any_of()) == (TRUE, FALSE)
    assert all_of(TRUE, _A) is _A
    assert any_of(FALSE, _A) is _A


def test_what_contradicts_itself_is_decided() -> None:
    """A formula and its negation are never both true, and one of them always is."""
    assert all_of(_A, _B, negate(_A)) is FALSE
    assert any_of(negate(all_of(_A, _B)), all_of(_A, _B)) is TRUE


def test_two_unknowns_need_not_be_the_same() -> None:
    """What is unknown and its negation say nothing together, since they may come from different places."""
    vague = any_of(UNKNOWN, _A)
    assert all_of(UNKNOWN, negate(UNKNOWN)) is UNKNOWN
    assert isinstance(all_of(vague, negate(vague)), And)
    assert isinstance(any_of(vague, negate(vague)), Or)


def test_doubtful_subjects_are_decided_against_the_formula() -> None:
    """An atom in doubt is false where it is wanted and true where it is not."""
    assert pessimistic(any_of(_A, _B), doubtful={"Ref A"}) is _B
    assert pessimistic(all_of(_B, negate(_A)), doubtful={"Ref A"}) is FALSE


@pytest.mark.parametrize("depth", [10, 2_000])
def test_a_shared_part_is_walked_once(depth: int) -> None:
    """A formula in which each level uses the one below twice has as many nodes as levels, not two to their power."""
    formula: Formula = _A
    for level in range(depth):
        atom = Atom(f"Ref P{level}", "on")
        formula = any_of(all_of(formula, atom), negate(all_of(formula, _B)))
    start = time.monotonic()
    assert len(nodes(formula)) <= 6 * depth
    assert len(atoms(formula)) == depth + 2
    assert pessimistic(formula) is formula
    assert time.monotonic() - start < 2


def test_formulas_no_longer_used_are_forgotten() -> None:
    """The table of compounds keeps none alive."""
    formula = all_of(Atom("Ref Gone", "1"), Atom("Ref Gone", "2"))
    kept = weakref.ref(formula)
    del formula
    gc.collect()
    assert kept() is None
