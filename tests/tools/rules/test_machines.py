"""Whether logging is on."""

import pytest

from tests.tools.templates import template
from vended_logs_tools.reading.formula import TRUE
from vended_logs_tools.rules.holes import HOLE
from vended_logs_tools.rules.machines import Logging, log_group_name
from vended_logs_tools.rules.texts import Resolver
from vended_logs_tools.template_model import Template

TEMPLATE = """
Parameters:
  Open: {Type: String}
  Error: {Type: String, Default: ERROR}
  Off: {Type: String, Default: "OFF"}
  Chosen: {Type: String, Default: "OFF", AllowedValues: ["OFF", ALL]}
  Fixed: {Type: String, AllowedValues: [ALL, ERROR]}
  Stage: {Type: String}
Mappings:
  Levels: {prod: {level: ALL}, dev: {level: "OFF"}}
  Silent: {prod: {level: "OFF"}}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
  Never: !Equals [a, b]
Resources:
  M:
    Type: %s
    Properties: %s
"""
ON, OFF, DEPENDS, OPEN = "on", "off", "depends", "open"


def machine(properties: str, kind: str = "AWS::Serverless::StateMachine") -> tuple[Template, Logging]:
    """Return a template with one machine, and its logging."""
    found = template(TEMPLATE % (kind, properties))
    return found, Logging(found.resources["M"], found, Resolver(found))


def kind_of(logging: Logging, found: Template) -> str:
    """Return which of four it is: what is not possible for sure is off, or open if something is not known."""
    if logging.is_on == TRUE:
        return ON
    if found.conditions.possible(logging.is_on):
        return DEPENDS
    return OPEN if logging.is_on.vague else OFF


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ("{}", OFF),
        ("{Logging: {}}", OFF),
        ("{Logging: }", OFF),
        ("{Logging: {Level: OFF}}", OFF),
        ("{Logging: {Level: 'OFF', Destinations: [a]}}", OFF),
        ("{Logging: {Level: off}}", OFF),
        ("{Logging: {Level: false}}", OFF),
        ("{Logging: {Level: ALL}}", ON),
        ("{Logging: {Level: FATAL}}", ON),
        ("{Logging: {Destinations: [a]}}", ON),
        ("{Logging: {Level: !Ref Error}}", DEPENDS),
        ("{Logging: {Level: !Ref Off}}", OPEN),
        ("{Logging: {Level: !Ref Open}}", OPEN),
        ("{Logging: {Level: !Ref Chosen}}", DEPENDS),
        ("{Logging: {Level: !Ref Fixed}}", ON),
        ("{Logging: {Level: !ImportValue x}}", OPEN),
        ("{Logging: {Level: !FindInMap [Silent, prod, level]}}", OFF),
        ("{Logging: {Level: !FindInMap [Levels, prod, level]}}", ON),
        ("{Logging: {Level: !If [Prod, ALL, 'OFF']}}", DEPENDS),
        ("{Logging: !If [Prod, {Level: ALL}, !Ref 'AWS::NoValue']}", DEPENDS),
        ("{Logging: !If [Prod, {Level: 'OFF'}, !Ref 'AWS::NoValue']}", OFF),
        ("{Logging: !If [Never, {Level: ALL}, !Ref 'AWS::NoValue']}", OFF),
        ("{Logging: {Fn::Transform: {Name: Any}}}", OPEN),
        ("{Logging: !Ref Open}", OPEN),
        ("{Fn::Transform: {Name: Any}}", OPEN),
        ("{LoggingConfiguration: {Level: ALL}}", OFF),
    ],
)
def test_when_logging_is_on(properties: str, expected: str) -> None:
    """Logging is on unless it is absent or its level is OFF; what cannot be told is open."""
    found, logging = machine(properties)
    assert kind_of(logging, found) == expected


def test_a_level_from_a_map_is_on_where_the_map_says_so() -> None:
    """A level looked up by a parameter can be on, and its formula knows for which value."""
    found, logging = machine("{Logging: {Level: !FindInMap [Levels, !Ref Stage, level]}}")
    assert found.conditions.possible(logging.is_on)
    _, silent = machine("{Logging: {Level: !FindInMap [Silent, !Ref Stage, level]}}")
    assert not found.conditions.possible(silent.is_on)


def test_the_other_type_has_the_other_property() -> None:
    """CloudFormation's own type has LoggingConfiguration."""
    assert machine("{LoggingConfiguration: {Level: ALL}}", "AWS::StepFunctions::StateMachine")[1].is_on == TRUE


def test_destinations_with_their_paths() -> None:
    """Each destination is told with its path, through conditions."""
    _, logging = machine(
        "{Logging: {Level: ALL, Destinations: ["
        "!If [Prod, {CloudWatchLogsLogGroup: {LogGroupArn: a}}, !Ref 'AWS::NoValue'],"
        " {CloudWatchLogsLogGroup: !If [Prod, {LogGroupArn: b}, {LogGroupArn: c}]}, {Odd: 1}]}}"
    )
    start = ("Resources", "M", "Properties", "Logging", "Destinations")
    inner = ("CloudWatchLogsLogGroup", "LogGroupArn")
    assert [(one.value, one.path) for one, _ in logging.destinations] == [
        ("a", (*start, 0, "Fn::If", 1, *inner)),
        ("b", (*start, 1, inner[0], "Fn::If", 1, inner[1])),
        ("c", (*start, 1, inner[0], "Fn::If", 2, inner[1])),
    ]


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("arn:aws:logs:us-east-1:1:log-group:/a/b:*", "/a/b"),
        ("arn:aws:logs:us-east-1:1:log-group:/a/b", "/a/b"),
        (f"{HOLE}:log-group:/a{HOLE}:*", f"/a{HOLE}"),
        (HOLE, HOLE),
        ("/a/b", HOLE),
    ],
)
def test_the_name_in_an_arn(arn: str, name: str) -> None:
    """The log group's name stands between `:log-group:` and the next colon."""
    assert log_group_name(arn) == name
