"""What a value refers to, and what it may be."""

from typing import Any

import pytest

from vended_logs_tools.reading.conditions import Conditions
from vended_logs_tools.reading.formula import TRUE, UNKNOWN, Atom, all_of, negate
from vended_logs_tools.reading.intrinsics import ABSENT, UNSEEN, alternatives, items, references, substituted

CONDITIONS = Conditions(
    {"Parameters": {"P": {"Type": "String"}}, "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "x"]}}}
)
C = Atom("Ref P", "x")
NONE = {"Ref": "AWS::NoValue"}


@pytest.mark.parametrize(
    ("value", "targets"),
    [
        ({"Ref": "A"}, ["A"]),
        ({"Fn::GetAtt": ["A", "Arn"]}, ["A"]),
        ({"Fn::GetAtt": "A.Arn"}, ["A"]),
        ({"Fn::GetAtt": ["A", {"Ref": "B"}]}, ["A", "B"]),
        ({"Fn::Sub": "${A}-${B.Arn}-${!C}-${AWS::Region}"}, ["A", "B", "AWS::Region"]),
        ({"Fn::Sub": ["${A}${V}", {"V": {"Ref": "B"}}]}, ["A", "B"]),
        ({"a": [{"b": {"Fn::Join": ["", [{"Ref": "A"}, "${B}"]]}}]}, ["A"]),
        ("${A}", []),
        ({"Fn::Sub": 3}, []),
        ({"Ref": ["A"]}, []),
        ({"Fn::GetAtt": []}, []),
        ({"Fn::If": ["C", {"Ref": "A"}]}, []),
    ],
)
def test_references(value: Any, targets: list[str]) -> None:
    """Ref, Fn::GetAtt and Fn::Sub refer to what they name, and to nothing that is only spelled alike."""
    assert [reference.target for reference in references(value, CONDITIONS)] == targets


def test_a_branch_refers_under_its_condition() -> None:
    """A reference inside Fn::If is one where its condition holds, or does not."""
    found = list(references({"Fn::If": ["C", {"Ref": "A"}, {"Fn::If": ["C", {"Ref": "B"}, {"Ref": "D"}]}]}, CONDITIONS))
    assert [(one.target, one.formula) for one in found] == [("A", C), ("B", all_of(negate(C), C)), ("D", negate(C))]


def test_a_macro_may_refer_to_anything() -> None:
    """Where a macro stands nobody can tell what is referred to; what it is given is referred to all the same."""
    value = {"a": {"Fn::Transform": {"Name": "Any"}, "b": {"Ref": "A"}}}
    assert [(one.target, one.formula) for one in references(value, CONDITIONS)] == [(UNSEEN, UNKNOWN), ("A", TRUE)]


def test_alternatives_and_where_they_stand() -> None:
    """Each branch is an alternative with its path; no value is ABSENT."""
    value = {"Fn::If": ["C", {"Fn::If": ["C", 1, 2]}, NONE]}
    found = [(one.value, one.path) for one in alternatives(value, CONDITIONS, ("p",))]
    assert found == [
        (1, ("p", "Fn::If", 1, "Fn::If", 1)),
        (2, ("p", "Fn::If", 1, "Fn::If", 2)),
        (ABSENT, ("p", "Fn::If", 2)),
    ]


def test_items_of_lists_with_conditions() -> None:
    """The items of a list are told one by one, through Fn::If around it and in it; no value is no item."""
    value = {"Fn::If": ["C", ["a", {"Fn::If": ["C", ["b", "c"], NONE]}], "d"]}
    assert [one.value for one in items(value, CONDITIONS)] == ["a", "b", "c", "d"]


def test_substitution() -> None:
    """Variables are replaced, with spaces around their names or not, and literals written out."""
    assert substituted("a${ B }c${!D}", {"B": "x"}) == "axc${D}"
