"""What values come to as text, with holes for what is not known."""

import pytest

from tests.tools.templates import template
from vended_logs_tools.rules.holes import HOLE, WORD, may_match
from vended_logs_tools.rules.texts import Resolver

HERE = "us-east-1:123456789012"
TEMPLATE = """
Parameters:
  Open: {Type: String}
  Given: {Type: String, AllowedValues: [given]}
  Default: {Type: String, Default: given}
  Chosen: {Type: String, AllowedValues: [a, b], Default: a}
  Number: {Type: Number, AllowedValues: [7]}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /a/b}
  Listed: {Type: CommaDelimitedList, Default: "a,b"}
Mappings:
  Map: {given: {name: mapped}}
Conditions:
  C: !Equals [!Ref Open, x]
Resources:
  Named: {Type: "AWS::Logs::LogGroup", Properties: {LogGroupName: !Sub "/x/${Given}"}}
  Unnamed: {Type: "AWS::Logs::LogGroup"}
  Maybe: {Type: "AWS::Logs::LogGroup", Properties: {LogGroupName: !If [C, /y, !Ref "AWS::NoValue"]}}
  Hidden: {Type: "AWS::Logs::LogGroup", Properties: {Fn::Transform: {Name: Any}}}
  Queue: {Type: "AWS::SQS::Queue"}
Outputs:
  Value: {Value: %s}
"""


def texts(value: str) -> list[str]:
    """Return what a value in short form comes to."""
    found = template(TEMPLATE % value)
    return [text for _, text in Resolver(found).texts(found.data["Outputs"]["Value"]["Value"])]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain", "plain"),
        ("12", "12"),
        ("!Ref Given", "given"),
        ("!Ref Number", "7"),
        ("!Ref Open", HOLE),
        ("!Ref Stored", HOLE),
        ("!Ref Nothing", HOLE),
        ("!Ref Queue", HOLE),
        ("!Ref [a]", HOLE),
        ("!Ref AWS::Region", "us-east-1"),
        ("!Ref AWS::StackName", WORD),
        ("!Ref AWS::StackId", HOLE),
        ("!Ref Named", "/x/given"),
        ("!Ref Unnamed", f"{WORD}-Unnamed-{WORD}"),
        ("!Ref Hidden", HOLE),
        ("!GetAtt Named.Arn", f"arn:aws:logs:{HERE}:log-group:/x/given:*"),
        ("!GetAtt Queue.Arn", HOLE),
        ("!Sub 'a-${Given}-${Open}-${!Given}'", f"a-given-{HOLE}-${{Given}}"),
        ("!Sub ['${V}${Given}', {V: !Ref Number}]", "7given"),
        ("!Sub '${Named.Arn}'", f"arn:aws:logs:{HERE}:log-group:/x/given:*"),
        ("!Sub 3", "3"),
        ("!Sub [[a]]", HOLE),
        ("!Join ['-', [a, !Ref Given, !Ref 'AWS::NoValue', !Ref Open]]", f"a-given-{HOLE}"),
        ("!Join [[], a]", HOLE),
        ("!Select [1, !Split ['/', 'a/b/c']]", "b"),
        ("!Select [0, !Split [':*', !GetAtt Named.Arn]]", f"arn:aws:logs:{HERE}:log-group:/x/given"),
        ("!Select [1, [a, !Ref Given]]", "given"),
        ("!Select [9, [a]]", HOLE),
        ("!Select [1, !Split ['-', !Ref Open]]", HOLE),
        ("!Select [x, [a]]", HOLE),
        ("!FindInMap [Map, !Ref Given, name]", "mapped"),
        ("!FindInMap [Map, !Ref Open, name]", "mapped"),
        ("!FindInMap [Map, !Ref Given, other]", HOLE),
        ("!FindInMap [Map, !Ref Given, other, {DefaultValue: d}]", "d"),
        ("!FindInMap [[], a, b]", HOLE),
        ("!FindInMap [Map]", HOLE),
        ("!ImportValue x", HOLE),
        ("'{{resolve:ssm:/a}}-b'", f"{HOLE}-b"),
        ("!Sub '{{resolve:ssm:/${Given}}}-b'", f"{HOLE}-b"),
        ("{Fn::ToJsonString: {a: !Ref Given, b: [1]}}", '{"a": "given", "b": ["1"]}'),
        ("{a: b}", HOLE),
    ],
)
def test_one_text(value: str, expected: str) -> None:
    """A value with one outcome is that text, with a hole for each part that is not known."""
    assert texts(value) == [expected]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("!If [C, a, b]", ["a", "b"]),
        ("!Ref Default", ["given", HOLE]),
        ("!Ref Chosen", ["a", "b"]),
        ("!Sub '${Default}-${Chosen}'", ["given-a", "given-b", f"{HOLE}-a", f"{HOLE}-b"]),
        ("!Join ['-', !Ref Listed]", ["a-b", HOLE]),
        ("!FindInMap [Map, !Ref Open, name, {DefaultValue: d}]", ["mapped", "d"]),
        ("!If [C, a, !Ref 'AWS::NoValue']", ["a"]),
        ("!Join ['', [!If [C, a, b], !If [C, c, d]]]", ["ac", "ad", "bc", "bd"]),
        ("!Sub ['${V}', {V: !If [C, a, b]}]", ["a", "b"]),
        ("!Ref Maybe", ["/y", f"{WORD}-Maybe-{WORD}"]),
    ],
)
def test_several_texts(value: str, expected: list[str]) -> None:
    """A value under conditions is each of the texts that it may be."""
    assert texts(value) == expected


def test_too_many_texts() -> None:
    """Where conditions multiply beyond measure some parts become holes, and soon."""
    found = texts(f"!Join ['', [{', '.join(['!If [C, a, b]'] * 30)}]]")
    assert 1 < len(found) <= 64
    assert all(HOLE in text for text in found)


def test_a_default_holds_where_nothing_else_is_given() -> None:
    """A parameter's default counts only where conditions do not say that it has another value."""
    found = template(
        """
        Parameters: {P: {Type: String, Default: ""}}
        Conditions: {Given: !Not [!Equals [!Ref P, ""]]}
        Resources: {R: {Type: T}}
        """
    )
    ways = Resolver(found).texts({"Ref": "P"}, found.conditions.named("Given"))
    assert [text for when, text in ways if found.conditions.possible(when)] == [HOLE]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("/aws/*", "/aws/x", True),
        ("/aws/*", f"/{HOLE}", True),
        ("/aws/*", f"{HOLE}/x", True),
        ("/aws/*", f"{WORD}-x", False),
        ("prod-*", f"{WORD}-x", True),
        ("*", f"{WORD}-x", True),
        ("/aws/*", "/awe/x", False),
    ],
)
def test_what_a_text_may_match(pattern: str, text: str, *, expected: bool) -> None:
    """A hole may be anything, and a stack's name begins with a letter."""
    assert may_match(pattern, text) is expected
