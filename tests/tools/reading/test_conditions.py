"""Conditions of templates: the formulas that they come to, what is unknown, and what the rules leave possible."""

import subprocess
import sys
import time
from typing import Any

import pytest

from vended_logs_tools.reading.conditions import Conditions
from vended_logs_tools.reading.formula import FALSE, TRUE, UNKNOWN, Atom, Formula, all_of, any_of, negate

_ENV = {"Type": "String", "AllowedValues": ["dev", "test", "prod"]}
_IS_PROD = Atom("Ref Env", "prod")


def _equals(left: Any, right: Any) -> dict[str, Any]:
    return {"Fn::Equals": [left, right]}


def _named(definition: Any, **sections: Any) -> Formula:
    """Return the one condition of a template with a parameter Env of three values and a free one."""
    parameters = {"Env": _ENV, "Free": {"Type": "String"}, **sections.pop("Parameters", {})}
    return Conditions({"Parameters": parameters, "Conditions": {"It": definition}, **sections}).named("It")


@pytest.mark.parametrize(
    ("definition", "formula"),
    [
        (_equals("a", "a"), TRUE),
        (_equals("true", "True"), FALSE),
        ({"Fn::Equals": [True, "true"]}, TRUE),
        (_equals(12, "12"), TRUE),
        (_equals({"Ref": "Env"}, "prod"), _IS_PROD),
        (_equals("prod", {"Ref": "Env"}), _IS_PROD),
        (_equals({"Fn::Sub": "${Env}"}, "prod"), _IS_PROD),
        (_equals({"Fn::Sub": "prod"}, {"Ref": "Env"}), _IS_PROD),
        (_equals({"Ref": "Env"}, "Prod"), FALSE),
        (_equals({"Fn::Join": ["-", ["pro", "d"]]}, "pro-d"), TRUE),
        (_equals({"Fn::Sub": "${Free}-x"}, "a-x"), Atom("Ref Free", "a")),
        (_equals({"Fn::Sub": ["${F}-x", {"F": {"Ref": "Free"}}]}, "a-y"), FALSE),
        (_equals({"Fn::Sub": "${Env}${!Env}"}, "prod${Env}"), _IS_PROD),
        (_equals({"Fn::Sub": "${Free}-${AWS::Region}"}, "none"), FALSE),
        (_equals({"Ref": "Env"}, {"Ref": "Env"}), TRUE),
        (_equals({"Ref": "AWS::Region"}, "eu-west-1"), Atom("Ref AWS::Region", "eu-west-1")),
        ({"Fn::Not": [_equals({"Ref": "Env"}, "prod")]}, negate(_IS_PROD)),
        ({"Fn::And": [_equals({"Ref": "Env"}, "prod"), _equals("a", "a")]}, _IS_PROD),
        (
            {"Fn::Or": [_equals({"Ref": "Env"}, "prod"), _equals({"Ref": "Env"}, "dev")]},
            any_of(_IS_PROD, Atom("Ref Env", "dev")),
        ),
    ],
    ids=str,
)
def test_a_condition_comes_to_its_formula(definition: Any, formula: Formula) -> None:
    """Texts are compared exactly, and a parameter with a text is one atom whichever side it stands on."""
    assert _named(definition) == formula


@pytest.mark.parametrize(
    "definition",
    [
        None,
        "It",
        [],
        {},
        {"Condition": "It"},
        {"Condition": "Nowhere"},
        {"Condition": ["Env"]},
        {"Fn::And": []},
        {"Fn::Not": [_equals("a", "a"), _equals("a", "a")]},
        {"Fn::Equals": ["a"]},
        {"Fn::Equals": "a"},
        {"Fn::Equals": ["a", "b"], "Fn::Not": []},
        {"Fn::Transform": {"Name": "Macro"}},
        _equals({"Fn::ImportValue": "env"}, "prod"),
        _equals({"Fn::Join": ["-", [{"Fn::ImportValue": "env"}, {"Ref": "Free"}]]}, "prod"),
        _equals({"Ref": "Nowhere"}, "prod"),
        _equals({"Ref": ["Env"]}, "prod"),
        _equals({"Fn::Sub": "${Nowhere}"}, "prod"),
        _equals({"Fn::Sub": "${Bucket.Arn}-x"}, "prod"),
        _equals({"Fn::Sub": ["${A}", {"A": {"Fn::GetAtt": ["B", "C"]}}]}, "prod"),
        _equals("{{resolve:ssm:env}}", "prod"),
        _equals({"Fn::Select": [0, ["prod", "dev"]]}, "prod"),
        _equals({"Fn::Sub": "${Free}-${Free}"}, "a-a"),
        _equals({"Fn::Sub": "${Free}-x"}, {"Fn::Join": ["", ["x-", {"Ref": "Free"}]]}),
        _equals({"Fn::Sub": "${AWS::Region}"}, {"Fn::Sub": "${AWS::Partition}"}),
        _equals({"Fn::FindInMap": ["Nowhere", "a", "b"]}, "prod"),
        _equals({"Fn::FindInMap": "a"}, "prod"),
        _equals(None, "prod"),
        _equals(["prod"], "prod"),
        _equals(1.5, "1.50"),
    ],
    ids=str,
)
def test_what_cannot_be_resolved_is_unknown(definition: Any) -> None:
    """Whatever is malformed, undefined, cyclic, or known elsewhere alone is neither true nor false."""
    formula = _named(definition)
    assert formula == UNKNOWN
    assert not Conditions({}).possible(formula)


@pytest.mark.parametrize(
    "data", [None, [], {}, {"Conditions": [], "Parameters": 1, "Mappings": None, "Rules": "x"}], ids=str
)
def test_a_template_without_sections_has_no_conditions(data: Any) -> None:
    """Missing and malformed sections count as empty ones."""
    conditions = Conditions(data)
    assert conditions.named("Any") == UNKNOWN
    assert conditions.named(None) == UNKNOWN
    assert conditions.possible(TRUE)
    assert not conditions.possible(FALSE)


def test_what_hangs_on_a_cycle_is_unknown() -> None:
    """Conditions that name each other are unknown, so is what names them, and no other."""
    cycle = {"A": {"Fn::Not": [{"Condition": "B"}]}, "B": {"Condition": "A"}, "C": {"Condition": "B"}}
    conditions = Conditions({"Conditions": {**cycle, "D": _equals("a", "a"), "E": {"Condition": "D"}}})
    assert [conditions.named(name) for name in "ABCDE"] == [UNKNOWN, UNKNOWN, UNKNOWN, TRUE, TRUE]


def test_a_parameter_of_one_value_is_that_value() -> None:
    """AllowedValues of a single entry leave nothing open."""
    parameters = {"Only": {"Type": "String", "AllowedValues": ["yes"]}}
    assert _named(_equals({"Ref": "Only"}, "yes"), Parameters=parameters) == TRUE
    assert _named(_equals({"Ref": "Env"}, {"Ref": "Only"}), Parameters=parameters) == FALSE


@pytest.mark.parametrize("kind", ["AWS::SSM::Parameter::Value<String>", "CommaDelimitedList", "List<Number>"])
def test_allowed_values_of_what_is_no_plain_text_say_nothing(kind: str) -> None:
    """The values allowed for a name in the parameter store, or for items of a list, are not those of the parameter."""
    parameters = {"P": {"Type": kind, "AllowedValues": ["a"]}}
    assert _named(_equals({"Ref": "P"}, "b"), Parameters=parameters) == Atom("Ref P", "b")


@pytest.mark.parametrize(
    "definition", [{"AllowedValues": []}, {"AllowedValues": [{}]}, {"AllowedValues": {"Fn::Transform": {}}}], ids=str
)
def test_allowed_values_that_cannot_be_read_leave_the_parameter_unknown(definition: Any) -> None:
    """A parameter whose values are not known cannot be compared."""
    assert _named(_equals({"Ref": "P"}, "a"), Parameters={"P": definition}) == UNKNOWN


@pytest.mark.parametrize("limit", [{"MinLength": 1}, {"MinLength": "3"}, {"AllowedPattern": "[a-z]+"}], ids=str)
def test_a_parameter_that_must_have_a_text_is_never_empty(limit: Any) -> None:
    """Comparing it with the empty text is false."""
    assert _named(_equals({"Ref": "P"}, ""), Parameters={"P": {"Type": "String", **limit}}) == FALSE


@pytest.mark.parametrize(
    "limit", [{}, {"MinLength": 0}, {"AllowedPattern": "[a-z]*"}, {"AllowedPattern": "(?<a"}], ids=str
)
def test_a_parameter_may_be_empty_otherwise(limit: Any) -> None:
    """Without a limit that says so, or with one that cannot be read, the empty text is a value like others."""
    assert _named(_equals({"Ref": "P"}, ""), Parameters={"P": {"Type": "String", **limit}}) == Atom("Ref P", "")


def test_two_free_parameters_are_equal_whichever_comes_first() -> None:
    """Whether two values without a list of their own are the same is one atom, without an order."""
    parameters = {"P": {"Type": "String"}, "Q": {"Type": "String"}}
    one = _named(_equals({"Ref": "P"}, {"Ref": "Q"}), Parameters=parameters)
    assert isinstance(one, Atom)
    assert one == _named(_equals({"Ref": "Q"}, {"Ref": "P"}), Parameters=parameters)


def test_a_mapping_is_looked_up_for_every_key() -> None:
    """An entry is what the template compares with where its key is, and unknown where no such key is."""
    mappings = {"Logging": {"dev": {"On": False}, "test": {"On": "true"}, "prod": {"On": True}}}
    lookup = _equals({"Fn::FindInMap": ["Logging", {"Ref": "Env"}, "On"]}, "true")
    conditions = Conditions({"Parameters": {"Env": _ENV}, "Mappings": mappings, "Conditions": {"On": lookup}})
    on = conditions.named("On")
    assert [conditions.possible(all_of(on, Atom("Ref Env", env))) for env in ("dev", "test", "prod")] == [
        False,
        True,
        True,
    ]
    assert [conditions.possible(all_of(negate(on), Atom("Ref Env", env))) for env in ("dev", "test")] == [True, False]


def test_a_key_that_a_mapping_lacks_is_nobodys_finding() -> None:
    """A deployment that would fail for a missing key is not held to be possible."""
    mappings = {"Logging": {"dev": {"On": "false"}}}
    lookup = _equals({"Fn::FindInMap": ["Logging", {"Ref": "Env"}, "On"]}, "true")
    conditions = Conditions({"Parameters": {"Env": _ENV}, "Mappings": mappings, "Conditions": {"On": lookup}})
    assert not conditions.possible(all_of(negate(conditions.named("On")), _IS_PROD))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"Fn::Sub": "${Free}-${Other}"}, {"Ref": "Free"}),
        ({"Fn::Join": ["-", [{"Ref": "Free"}, {"Ref": "Other"}]]}, {"Ref": "Other"}),
        ({"Fn::Select": [0, {"Ref": "Free"}]}, {"Fn::Join": ["", {"Ref": "Free"}]}),
        ({"Ref": "AWS::Partition"}, {"Ref": "AWS::Region"}),
        ({"Fn::Sub": ["${F}-${Other}", {"F": {"Ref": "Free"}}]}, {"Fn::Sub": "${Free}-"}),
    ],
    ids=str,
)
def test_values_that_hang_together_unseen_are_not_promised(one: Any, other: Any) -> None:
    """Each of two expressions over one parameter may have a value, but nobody knows whether both can at once."""
    conditions = Conditions({"Parameters": {"Free": {"Type": "String"}, "Other": {"Type": "String"}}})
    left, right = conditions.equals(one, "a-a"), conditions.equals(other, "b-")
    assert conditions.possible(left)
    assert conditions.possible(negate(left))
    assert not conditions.possible(all_of(left, right))
    assert not conditions.possible(all_of(left, negate(left)))


@pytest.mark.parametrize(
    ("rules", "prod", "dev"),
    [
        ({}, True, True),
        ({"R": {"Assertions": [{"Assert": {"Fn::Contains": [["dev", "test"], {"Ref": "Env"}]}}]}}, False, True),
        (
            {"R": {"RuleCondition": _equals({"Ref": "Env"}, "prod"), "Assertions": [{"Assert": _equals("a", "b")}]}},
            False,
            True,
        ),
        (
            {"R": {"RuleCondition": _equals({"Ref": "Env"}, "dev"), "Assertions": [{"Assert": {"Fn::Odd": []}}]}},
            True,
            False,
        ),
        (
            {
                "R": {
                    "Assertions": [
                        {"Assert": {"Fn::EachMemberIn": [{"Fn::ValueOfAll": ["X", "Y"]}, {"Fn::RefAll": "X"}]}}
                    ]
                }
            },
            False,
            False,
        ),
        ({"R": {"Assertions": [{"Assert": _equals({"Fn::ValueOf": ["Env", "Tag"]}, "x")}]}}, False, False),
        ({"R": {"Assertions": [{"Assert": _equals({"Fn::ValueOf": ["Free", "Tag"]}, "x")}]}}, True, True),
        (
            {
                "R": {"Assertions": [{"Assert": _equals({"Ref": "Free"}, {"Ref": "Env"})}]},
                "S": {"Assertions": [{"Assert": _equals({"Ref": "Free"}, "dev")}]},
            },
            False,
            True,
        ),
        ({"R": {"Assertions": None}, "S": None, "T": {"Assertions": [None]}}, True, True),
    ],
    ids=str,
)
def test_rules_bound_what_is_possible(rules: Any, prod: bool, dev: bool) -> None:  # noqa: FBT001
    """A deployment fulfils every rule that hangs on its parameters; one that is not understood rules them out."""
    conditions = Conditions({"Parameters": {"Env": _ENV, "Free": {"Type": "String"}}, "Rules": rules})
    assert conditions.possible(conditions.equals({"Ref": "Env"}, "prod")) is prod
    assert conditions.possible(conditions.equals({"Ref": "Env"}, "dev")) is dev


def test_an_if_is_compared_branch_by_branch() -> None:
    """Comparing what Fn::If comes to asks which branch is taken."""
    conditions = Conditions({"Parameters": {"Env": _ENV}, "Conditions": {"IsProd": _equals({"Ref": "Env"}, "prod")}})
    assert conditions.equals({"Fn::If": ["IsProd", "ALL", "OFF"]}, "ALL") == _IS_PROD
    assert conditions.equals({"Fn::If": ["IsProd", "ALL", "OFF"]}, "OFF") == negate(_IS_PROD)


def test_a_nest_of_sixty_conditions_over_forty_parameters_is_decided_quickly() -> None:
    """The answer takes no time to speak of, once the solver is there."""
    Conditions({}).possible(all_of(*(Atom(f"Ref {number}", "1") for number in range(40))))
    definitions: dict[str, Any] = {f"P{n}": _equals({"Ref": f"Q{n}"}, "y") for n in range(40)}
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
    definitions: dict[str, Any] = {"C0": _equals({"Ref": "Env"}, "prod")}
    definitions |= {f"C{n}": {"Fn::Not": [{"Condition": f"C{n - 1}"}]} for n in range(1, 3_000)}
    deep: Any = _equals("a", "a")
    wide: Any = [_equals("a", "a"), _equals("a", "a")]
    for _ in range(1_500):
        deep = {"Fn::Not": [deep]}
    for _ in range(30):
        wide = [{"Fn::And": wide}, {"Fn::Or": wide}]
    conditions = Conditions(
        {"Parameters": {"Env": _ENV}, "Conditions": {**definitions, "Deep": deep, "Wide": {"Fn::And": wide}}}
    )
    assert conditions.named("C2999") == negate(_IS_PROD)
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


def test_wildcards_in_a_text_are_plain_characters() -> None:
    """A star or a question mark that a template writes stands for itself."""
    conditions = Conditions({"Parameters": {"A": {"Type": "String"}, "B": {"Type": "String"}}})
    assert conditions.equals({"Fn::Sub": "${A}*${B}"}, "a-b") == FALSE
    assert isinstance(conditions.equals({"Fn::Sub": "${A}*${B}"}, "a*b"), Atom)
    assert conditions.equals({"Fn::Sub": "?${A}"}, "?b") == Atom("Ref A", "b")


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


@pytest.mark.parametrize(
    ("limit", "text", "expected"),
    [
        ({"AllowedPattern": "^(true|false)$"}, "maybe", False),
        ({"AllowedPattern": "(true|false)"}, "true", True),
        ({"AllowedPattern": "^prod$"}, "dev", False),
        ({"AllowedPattern": "^[a-z]+$"}, "dev", True),
        ({"AllowedPattern": "a|b"}, "c", True),
        ({"MaxLength": 2}, "dev", False),
        ({"MaxLength": "3"}, "dev", True),
        ({"MinValue": 2}, "1", False),
        ({"MaxValue": 2}, "3", False),
        ({"MaxValue": 2}, "text", True),
        ({"MaxLength": {}}, "dev", True),
    ],
    ids=range(11),
)
def test_limits_of_a_parameter(limit: dict[str, Any], text: str, *, expected: bool) -> None:
    """A choice of texts as pattern, a length and bounds limit what a parameter can be; other patterns are not tried."""
    conditions = Conditions({"Parameters": {"P": {"Type": "String", **limit}}})
    assert conditions.possible(conditions.equals({"Ref": "P"}, text)) is expected


def test_a_choice_of_texts_is_all_that_there_is() -> None:
    """Where a pattern is a choice, one of its texts is the value."""
    conditions = Conditions({"Parameters": {"P": {"Type": "String", "AllowedPattern": "^(true|false)$"}}})
    neither = all_of(*(negate(conditions.equals({"Ref": "P"}, text)) for text in ("true", "false")))
    assert not conditions.possible(neither)
