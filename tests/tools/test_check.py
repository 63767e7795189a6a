"""All rules over one template, and how they are switched off in it."""

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.tools.templates import template
from vended_logs_tools import template_model
from vended_logs_tools.check import check, faults

FIXTURES: Final = Path(__file__).parent / "rules" / "templates"
TEXT: Final = """
Metadata: TOP
Transform: AWS::Serverless-2016-10-31
Resources:
  One:
    Type: AWS::Serverless::StateMachine
    Metadata: ONE
    Properties: {Logging: {Level: ALL, Destinations: [{CloudWatchLogsLogGroup: {LogGroupArn: a}}]}}
  Two:
    Type: AWS::Serverless::StateMachine
    Properties: {Logging: {Level: ALL, Destinations: [{CloudWatchLogsLogGroup: {LogGroupArn: b}}]}}
"""
ALL: Final = [(rule, name) for name in ("One", "Two") for rule in ("E9601", "E9602", "E9603")]
ODD: Final[list[Any]] = [
    *(None, True, 7, "", "text", [], {}, [[]], {"a": []}, {"Ref": "AWS::NoValue"}, {"Ref": []}, {"Fn::Sub": [1]}),
    *({"Fn::If": ["C"]}, {"Fn::If": [[], {}, None]}, {"Fn::GetAtt": []}, {"Fn::GetAtt": "x"}, {"Fn::Join": "x"}),
    *({"Fn::Select": [[], []]}, {"Fn::FindInMap": [{}, [], None]}, {"Fn::Transform": []}, {"Fn::Split": [None, None]}),
]


def found(top: str = "{}", one: str = "{}", text: str = TEXT) -> list[tuple[str, str]]:
    """Return the rules and resources of what is found, with these metadata."""
    written = text.replace("TOP", top).replace("ONE", one)
    return [(finding.rule, finding.resource) for finding in check(template(written))]


def test_findings_come_in_the_order_of_their_lines() -> None:
    """Findings are in the order of lines, columns and rules."""
    assert found() == ALL


@pytest.mark.parametrize(
    ("ignored", "left"),
    [
        ("[E9601]", ["E9602", "E9603"]),
        ("[E9601, E9603]", ["E9602"]),
        ("[E96]", []),
        ("E9601", ["E9601", "E9602", "E9603"]),
    ],
)
def test_what_cfn_lint_is_told_to_ignore(ignored: str, left: list[str]) -> None:
    """A rule that metadata tell cfn-lint to ignore is ignored here too, for a resource or for the template."""
    metadata = f"{{cfn-lint: {{config: {{ignore_checks: {ignored}}}}}}}"
    assert found(one=metadata) == [(rule, name) for rule, name in ALL if name == "Two" or rule in left]
    assert found(top=metadata) == [(rule, name) for rule, name in ALL if rule in left]


@pytest.mark.parametrize("macro", ["[AWS::Serverless-2016-10-31, Company]", "{Name: AWS::Include}", "Company::Macro"])
def test_a_macro_over_the_whole_template(macro: str) -> None:
    """Where a macro that may change everything runs over the template, nothing is found."""
    assert found(text=TEXT.replace("AWS::Serverless-2016-10-31", macro)) == []


@pytest.mark.parametrize("odd", ["[]", "text", "12", "{}", "", "{A: }", "{A: []}", "{A: {Type: }, B: {Type: T}}"])
def test_odd_sections_are_no_crash(odd: str) -> None:
    """A section of the wrong kind is as good as none."""
    sections = "".join(f"{name}: {odd}\n" for name in ("Parameters", "Mappings", "Conditions", "Globals", "Rules"))
    assert found(text=sections + TEXT) == ALL


def paths(value: Any, start: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of everything inside a value."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*start, key)
        yield from paths(inner, (*start, key))


def with_odd(data: Any, path: tuple[str | int, ...], odd: Any) -> Any:
    """Return data with something odd at a path."""
    changed = copy.deepcopy(data)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = odd
    return changed


@pytest.mark.parametrize("rule", ["E9601", "E9602", "E9603", "W9604", "W9605", "W9606"])
def test_no_template_is_a_crash(rule: str) -> None:
    """Whatever stands in whatever place of a template, the rules find something or nothing, and raise nothing."""
    chance = random.Random(rule)  # noqa: S311  not for secrets
    originals = [template_model.read(path).data for path in sorted(FIXTURES.glob(f"{rule}-*"))]
    tried = 0
    for _ in range(500):
        data = chance.choice(originals)
        changed = with_odd(data, chance.choice(list(paths(data))), chance.choice(ODD))
        if template_model.is_template(changed):
            tried += 1
            for fault in faults(template_model.of(changed, "template.yaml")):
                assert fault.message, json.dumps(changed)
    assert tried > 300
