"""Whether a formula can hold: looking at all worlds and asking the solver against a plain truth table."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vended_logs_tools.reading.formula import FALSE, TRUE, And, Atom, Formula, Not, all_of, any_of, negate
from vended_logs_tools.reading.satisfiability import MOST_WORLDS, satisfiable

_VALUES = {"Ref A": ("x", "y"), "Ref B": ("x", "y", "z"), "Ref C": ("z",)}
# What D may be besides the texts that are asked about.
_ANYTHING = ("x", "y", "z", "something else")

_formulas = st.recursive(
    st.builds(Atom, st.sampled_from(["Ref A", "Ref B", "Ref C", "Ref D"]), st.sampled_from("xyz")),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: all_of(*parts)),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: any_of(*parts)),
        inner.map(negate),
    ),
    max_leaves=15,
)


def _holds(formula: Formula, world: dict[str, str]) -> bool:
    if isinstance(formula, Atom):
        return world[formula.subject] == formula.value
    if formula in (TRUE, FALSE):
        return formula == TRUE
    parts = [_holds(part, world) for part in formula.parts]
    if isinstance(formula, Not):
        return not parts[0]
    return all(parts) if isinstance(formula, And) else any(parts)


@pytest.mark.parametrize("most_worlds", [MOST_WORLDS, 0], ids=["all worlds", "solver"])
@given(_formulas)
@settings(deadline=None)  # the first question imports the solver
def test_the_answer_is_that_of_the_truth_table(most_worlds: int, formula: Formula) -> None:
    """A formula is satisfiable exactly when some choice of one value for each subject makes it true."""
    choices = [*_VALUES.values(), _ANYTHING]
    worlds = [dict(zip((*_VALUES, "Ref D"), values, strict=True)) for values in product(*choices)]
    assert satisfiable(formula, _VALUES, most_worlds) is any(_holds(formula, world) for world in worlds)


@pytest.mark.parametrize("most_worlds", [MOST_WORLDS, 0], ids=["all worlds", "solver"])
def test_constants_need_no_world(most_worlds: int) -> None:
    """True is always possible, and false never."""
    assert satisfiable(TRUE, {}, most_worlds)
    assert not satisfiable(FALSE, {}, most_worlds)


def test_many_subjects_are_the_solvers() -> None:
    """Forty subjects that exclude each other pairwise leave room for one, and none for two."""
    switches = [Atom(f"Ref P{number}", "on") for number in range(40)]
    at_most_one = all_of(*(negate(all_of(a, b)) for a in switches for b in switches if a is not b))
    assert satisfiable(all_of(at_most_one, any_of(*switches)), {})
    assert not satisfiable(all_of(at_most_one, switches[3], switches[7]), {})
