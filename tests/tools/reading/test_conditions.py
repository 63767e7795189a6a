"""Conditions of templates: the formulas that they come to, and what is unknown."""

from typing import Any

import pytest

from tests.tools.reading.condition_templates import ENV, IS_PROD, condition_named, equals
from vended_logs_tools.reading.conditions import Conditions
from vended_logs_tools.reading.formula import FALSE, TRUE, UNKNOWN, Atom, Formula, any_of, negate


@pytest.mark.parametrize(
    ("definition", "formula"),
    [
        (equals("a", "a"), TRUE),
        (equals("true", "True"), FALSE),
        ({"Fn::Equals": [True, "true"]}, TRUE),
        (equals(12, "12"), TRUE),
        (equals({"Ref": "Env"}, "prod"), IS_PROD),
        (equals("prod", {"Ref": "Env"}), IS_PROD),
        (equals({"Fn::Sub": "${Env}"}, "prod"), IS_PROD),
        (equals({"Fn::Sub": "prod"}, {"Ref": "Env"}), IS_PROD),
        (equals({"Ref": "Env"}, "Prod"), FALSE),
        (equals({"Fn::Join": ["-", ["pro", "d"]]}, "pro-d"), TRUE),
        (equals({"Fn::Sub": "${Free}-x"}, "a-x"), Atom("Ref Free", "a")),
        (equals({"Fn::Sub": ["${F}-x", {"F": {"Ref": "Free"}}]}, "a-y"), FALSE),
        (equals({"Fn::Sub": "${Env}${!Env}"}, "prod${Env}"), IS_PROD),
        (equals({"Fn::Sub": "${Free}-${AWS::Region}"}, "none"), FALSE),
        (equals({"Ref": "Env"}, {"Ref": "Env"}), TRUE),
        (equals({"Ref": "AWS::Region"}, "eu-west-1"), Atom("Ref AWS::Region", "eu-west-1")),
        ({"Fn::Not": [equals({"Ref": "Env"}, "prod")]}, negate(IS_PROD)),
        ({"Fn::And": [equals({"Ref": "Env"}, "prod"), equals("a", "a")]}, IS_PROD),
        (
            {"Fn::Or": [equals({"Ref": "Env"}, "prod"), equals({"Ref": "Env"}, "dev")]},
            any_of(IS_PROD, Atom("Ref Env", "dev")),
        ),
    ],
    ids=str,
)
def test_a_condition_comes_to_its_formula(definition: Any, formula: Formula) -> None:
    """Texts are compared exactly, and a parameter with a text is one atom whichever side it stands on."""
    assert condition_named(definition) == formula


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
        {"Fn::Not": [equals("a", "a"), equals("a", "a")]},
        {"Fn::Equals": ["a"]},
        {"Fn::Equals": "a"},
        {"Fn::Equals": ["a", "b"], "Fn::Not": []},
        {"Fn::Transform": {"Name": "Macro"}},
        equals({"Fn::ImportValue": "env"}, "prod"),
        equals({"Fn::Join": ["-", [{"Fn::ImportValue": "env"}, {"Ref": "Free"}]]}, "prod"),
        equals({"Ref": "Nowhere"}, "prod"),
        equals({"Ref": ["Env"]}, "prod"),
        equals({"Fn::Sub": "${Nowhere}"}, "prod"),
        equals({"Fn::Sub": "${Bucket.Arn}-x"}, "prod"),
        equals({"Fn::Sub": ["${A}", {"A": {"Fn::GetAtt": ["B", "C"]}}]}, "prod"),
        equals("{{resolve:ssm:env}}", "prod"),
        equals({"Fn::Select": [0, ["prod", "dev"]]}, "prod"),
        equals({"Fn::Sub": "${Free}-${Free}"}, "a-a"),
        equals({"Fn::Sub": "${Free}-x"}, {"Fn::Join": ["", ["x-", {"Ref": "Free"}]]}),
        equals({"Fn::Sub": "${AWS::Region}"}, {"Fn::Sub": "${AWS::Partition}"}),
        equals({"Fn::FindInMap": ["Nowhere", "a", "b"]}, "prod"),
        equals({"Fn::FindInMap": "a"}, "prod"),
        equals(None, "prod"),
        equals(["prod"], "prod"),
        equals(1.5, "1.50"),
    ],
    ids=str,
)
def test_what_cannot_be_resolved_is_unknown(definition: Any) -> None:
    """Whatever is malformed, undefined, cyclic, or known elsewhere alone is neither true nor false."""
    formula = condition_named(definition)
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
    conditions = Conditions({"Conditions": {**cycle, "D": equals("a", "a"), "E": {"Condition": "D"}}})
    assert [conditions.named(name) for name in "ABCDE"] == [UNKNOWN, UNKNOWN, UNKNOWN, TRUE, TRUE]


def test_an_if_is_compared_branch_by_branch() -> None:
    """Comparing what Fn::If comes to asks which branch is taken."""
    conditions = Conditions({"Parameters": {"Env": ENV}, "Conditions": {"IsProd": equals({"Ref": "Env"}, "prod")}})
    assert conditions.equals({"Fn::If": ["IsProd", "ALL", "OFF"]}, "ALL") == IS_PROD
    assert conditions.equals({"Fn::If": ["IsProd", "ALL", "OFF"]}, "OFF") == negate(IS_PROD)


def test_wildcards_in_a_text_are_plain_characters() -> None:
    """A star or a question mark that a template writes stands for itself."""
    conditions = Conditions({"Parameters": {"A": {"Type": "String"}, "B": {"Type": "String"}}})
    assert conditions.equals({"Fn::Sub": "${A}*${B}"}, "a-b") == FALSE
    assert isinstance(conditions.equals({"Fn::Sub": "${A}*${B}"}, "a*b"), Atom)
    assert conditions.equals({"Fn::Sub": "?${A}"}, "?b") == Atom("Ref A", "b")
