"""What parameters, mappings and rules leave possible."""

from typing import Any

import pytest

from tests.tools.reading.condition_templates import ENV, IS_PROD, condition_named, equals
from vended_logs_tools.reading.conditions import Conditions
from vended_logs_tools.reading.formula import FALSE, TRUE, UNKNOWN, Atom, all_of, negate


def test_a_parameter_of_one_value_is_that_value() -> None:
    """AllowedValues of a single entry leave nothing open."""
    parameters = {"Only": {"Type": "String", "AllowedValues": ["yes"]}}
    assert condition_named(equals({"Ref": "Only"}, "yes"), Parameters=parameters) == TRUE
    assert condition_named(equals({"Ref": "Env"}, {"Ref": "Only"}), Parameters=parameters) == FALSE


@pytest.mark.parametrize("kind", ["AWS::SSM::Parameter::Value<String>", "CommaDelimitedList", "List<Number>"])
def test_allowed_values_of_what_is_no_plain_text_say_nothing(kind: str) -> None:
    """The values allowed for a name in the parameter store, or for items of a list, are not those of the parameter."""
    parameters = {"P": {"Type": kind, "AllowedValues": ["a"]}}
    assert condition_named(equals({"Ref": "P"}, "b"), Parameters=parameters) == Atom("Ref P", "b")


@pytest.mark.parametrize(
    "definition", [{"AllowedValues": []}, {"AllowedValues": [{}]}, {"AllowedValues": {"Fn::Transform": {}}}], ids=str
)
def test_allowed_values_that_cannot_be_read_leave_the_parameter_unknown(definition: Any) -> None:
    """A parameter whose values are not known cannot be compared."""
    assert condition_named(equals({"Ref": "P"}, "a"), Parameters={"P": definition}) == UNKNOWN


@pytest.mark.parametrize("limit", [{"MinLength": 1}, {"MinLength": "3"}, {"AllowedPattern": "[a-z]+"}], ids=str)
def test_a_parameter_that_must_have_a_text_is_never_empty(limit: Any) -> None:
    """Comparing it with the empty text is false."""
    assert condition_named(equals({"Ref": "P"}, ""), Parameters={"P": {"Type": "String", **limit}}) == FALSE


@pytest.mark.parametrize(
    "limit", [{}, {"MinLength": 0}, {"AllowedPattern": "[a-z]*"}, {"AllowedPattern": "(?<a"}], ids=str
)
def test_a_parameter_may_be_empty_otherwise(limit: Any) -> None:
    """Without a limit that says so, or with one that cannot be read, the empty text is a value like others."""
    assert condition_named(equals({"Ref": "P"}, ""), Parameters={"P": {"Type": "String", **limit}}) == Atom("Ref P", "")


def test_two_free_parameters_are_equal_whichever_comes_first() -> None:
    """Whether two values without a list of their own are the same is one atom, without an order."""
    parameters = {"P": {"Type": "String"}, "Q": {"Type": "String"}}
    one = condition_named(equals({"Ref": "P"}, {"Ref": "Q"}), Parameters=parameters)
    assert isinstance(one, Atom)
    assert one == condition_named(equals({"Ref": "Q"}, {"Ref": "P"}), Parameters=parameters)


def test_a_mapping_is_looked_up_for_every_key() -> None:
    """An entry is what the template compares with where its key is, and unknown where no such key is."""
    mappings = {"Logging": {"dev": {"On": False}, "test": {"On": "true"}, "prod": {"On": True}}}
    lookup = equals({"Fn::FindInMap": ["Logging", {"Ref": "Env"}, "On"]}, "true")
    conditions = Conditions({"Parameters": {"Env": ENV}, "Mappings": mappings, "Conditions": {"On": lookup}})
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
    lookup = equals({"Fn::FindInMap": ["Logging", {"Ref": "Env"}, "On"]}, "true")
    conditions = Conditions({"Parameters": {"Env": ENV}, "Mappings": mappings, "Conditions": {"On": lookup}})
    assert not conditions.possible(all_of(negate(conditions.named("On")), IS_PROD))


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
            {"R": {"RuleCondition": equals({"Ref": "Env"}, "prod"), "Assertions": [{"Assert": equals("a", "b")}]}},
            False,
            True,
        ),
        (
            {"R": {"RuleCondition": equals({"Ref": "Env"}, "dev"), "Assertions": [{"Assert": {"Fn::Odd": []}}]}},
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
        ({"R": {"Assertions": [{"Assert": equals({"Fn::ValueOf": ["Env", "Tag"]}, "x")}]}}, False, False),
        ({"R": {"Assertions": [{"Assert": equals({"Fn::ValueOf": ["Free", "Tag"]}, "x")}]}}, True, True),
        (
            {
                "R": {"Assertions": [{"Assert": equals({"Ref": "Free"}, {"Ref": "Env"})}]},
                "S": {"Assertions": [{"Assert": equals({"Ref": "Free"}, "dev")}]},
            },
            False,
            True,
        ),
        ({"R": {"Assertions": None}, "S": None, "T": {"Assertions": [None]}}, True, True),
    ],
    ids=str,
)
def test_rules_bound_what_is_possible(rules: Any, prod: bool, dev: bool) -> None:  # noqa: FBT001 - a table's column
    """A deployment fulfils every rule that hangs on its parameters; one that is not understood rules them out."""
    conditions = Conditions({"Parameters": {"Env": ENV, "Free": {"Type": "String"}}, "Rules": rules})
    assert conditions.possible(conditions.equals({"Ref": "Env"}, "prod")) is prod
    assert conditions.possible(conditions.equals({"Ref": "Env"}, "dev")) is dev


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
