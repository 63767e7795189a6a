"""Conditions of any size are decided, or given up, in no time."""

import subprocess
import sys
import time
from typing import Any

from tests.tools.reading.condition_templates import ENV, IS_PROD, equals
from vended_logs_tools.reading.conditions import Conditions
from vended_logs_tools.reading.formula import FALSE, UNKNOWN, Atom, all_of, negate


def test_a_nest_of_sixty_conditions_over_forty_parameters_is_decided_quickly() -> None:
    """The answer takes no time to speak of, once the solver is there."""
    Conditions({}).possible(all_of(*(Atom(f"Ref {number}", "1") for number in range(40))))
    definitions: dict[str, Any] = {f"P{n}": equals({"Ref": f"Q{n}"}, "y") for n in range(40)}
    below = "P0"
    for n in range(60):
        inner = {"Fn::Or": [{"Condition": f"P{n * 7 % 40}"}, {"Condition": below}]}
        join = "Fn::Or" if n % 2 else "Fn::And"
        definitions[f"N{n}"] = {join: [{"Condition": below}, {"Fn::Not": [{"Condition": f"P{n % 40}"}]}, inner]}
        below = f"N{n}"
    parameters = {f"Q{n}": {"Type": "String"} for n in range(40)}
    start = time.monotonic()
    conditions = Conditions({"Parameters": parameters, "Conditions": definitions})
    assert conditions.possible(conditions.named(below))
    assert conditions.possible(negate(conditions.named(below)))
    other_ways = [negate(conditions.named("N58")), conditions.named("P19"), negate(conditions.named("P13"))]
    assert not conditions.possible(all_of(conditions.named(below), *other_ways))
    assert time.monotonic() - start < 1


def test_long_chains_and_huge_trees_end() -> None:
    """Thousands of conditions in a row are read; a tree that no person wrote is unknown, not a crash."""
    definitions: dict[str, Any] = {"C0": equals({"Ref": "Env"}, "prod")}
    definitions |= {f"C{n}": {"Fn::Not": [{"Condition": f"C{n - 1}"}]} for n in range(1, 3_000)}
    deep: Any = equals("a", "a")
    wide: Any = [equals("a", "a"), equals("a", "a")]
    for _ in range(1_500):
        deep = {"Fn::Not": [deep]}
    for _ in range(30):
        wide = [{"Fn::And": wide}, {"Fn::Or": wide}]
    conditions = Conditions(
        {"Parameters": {"Env": ENV}, "Conditions": {**definitions, "Deep": deep, "Wide": {"Fn::And": wide}}}
    )
    assert conditions.named("C2999") == negate(IS_PROD)
    assert (conditions.named("Deep"), conditions.named("Wide")) == (UNKNOWN, UNKNOWN)


def test_texts_strung_together_take_no_time() -> None:
    """Neither many parameters in one text, nor texts within texts, make a comparison slow."""
    conditions = Conditions({"Parameters": {"A": {"Type": "String"}, "B": {"Type": "String"}}})
    nested: Any = {"Ref": "A"}
    for _ in range(30):
        nested = {"Fn::Sub": ["${Twice}${Twice}", {"Twice": nested}]}
    start = time.monotonic()
    assert conditions.equals(nested, "aa") == UNKNOWN
    assert conditions.equals({"Fn::Sub": "${A}a" * 30 + "${B}!"}, "a" * 200) == FALSE
    assert time.monotonic() - start < 1


def test_no_solver_is_loaded_for_what_people_write() -> None:
    """A question over a handful of parameters is answered without importing sympy."""
    program = (
        "import sys\n"
        "from vended_logs_tools.reading.conditions import Conditions\n"
        "from vended_logs_tools.reading.formula import all_of, any_of, negate\n"
        "c = Conditions({'Parameters': {n: {'Type': 'String'} for n in 'ABCDEFGH'}})\n"
        "f = all_of(*(any_of(c.equals({'Ref': n}, 'x'), negate(c.equals({'Ref': n}, 'y'))) for n in 'ABCDEFGH'))\n"
        "sys.exit(not c.possible(f) or 'sympy' in sys.modules)\n"
    )
    path = [entry for entry in sys.path if entry]
    subprocess.run(  # noqa: S603  # the program is the one above
        [sys.executable, "-c", f"import sys; sys.path[:] = {path!r}\n{program}"], check=True, timeout=60
    )
