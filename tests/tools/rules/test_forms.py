"""The rules find the same in a template whatever form it comes in."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any, Final

import pytest
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from tests.e2e.deploying import read_template
from tests.tools.rules.fixtures import Fixture, fixtures
from vended_logs_tools import template_model
from vended_logs_tools.check import check

FIXTURES: Final = fixtures()
SAM: Final = "AWS::Serverless-2016-10-31"


@cache
def plain(fixture: Fixture) -> dict[str, Any]:
    """Return a fixture as plain values, by a reader that is not ours."""
    return dict(json.loads(fixture.text)) if fixture.path.suffix == ".json" else read_template(fixture.path)


def named(template: template_model.Template) -> set[tuple[str, str]]:
    """Return the rule and the resource of each finding."""
    return {(finding.rule, finding.resource) for finding in check(template)}


def expected(fixture: Fixture) -> set[tuple[str, str]]:
    """Return the rule and the resource of each finding that a fixture announces."""
    return {(finding.rule, finding.resource) for finding in fixture.expected}


@pytest.mark.parametrize("indent", [None, "\t"], ids=["one line", "tabs"])
@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.path.name)
def test_in_json(fixture: Fixture, indent: str | None) -> None:
    """Written out as JSON, in any layout, a template gives the same findings."""
    text = json.dumps(plain(fixture), indent=indent)
    assert named(template_model.parse(text.encode(), "template.json")) == expected(fixture)


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.path.name)
def test_as_values(fixture: Fixture) -> None:
    """Read by another program, a template gives the same findings."""
    assert named(template_model.of(plain(fixture), "template")) == expected(fixture)


@pytest.mark.parametrize(("end", "mark"), [("\r\n", b"\xef\xbb\xbf"), ("\r", b"")], ids=["CRLF and a mark", "CR"])
@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.path.name)
def test_with_other_line_ends(fixture: Fixture, end: str, mark: bytes) -> None:
    """With other line ends, with or without a byte order mark, the findings are at the same lines."""
    text = end.join(fixture.text.splitlines())
    found = check(template_model.parse(mark + text.encode(), "template"))
    assert sorted((one.line, one.rule, one.resource) for one in found) == [
        (one.line, one.rule, one.resource) for one in fixture.expected
    ]


def serverless() -> list[Fixture]:
    """Return the fixtures that the SAM transform alone runs over.

    Without nested apps: the transform makes stacks of them, without their metadata and their ids.
    """
    whole = [fixture for fixture in FIXTURES if plain(fixture).get("Transform") in (SAM, [SAM])]
    return [fixture for fixture in whole if "AWS::Serverless::Application" not in fixture.text]


@pytest.mark.parametrize("fixture", serverless(), ids=lambda fixture: fixture.path.name)
def test_after_the_transform(fixture: Fixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the SAM transform makes of a template gives the same findings."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    packaged = copy.deepcopy(plain(fixture))
    for body in packaged["Resources"].values():
        if "CodeUri" in body.get("Properties", {}):
            body["Properties"]["CodeUri"] = "s3://bucket/key"
    translated = Translator({}, Parser()).translate(packaged, {})
    assert named(template_model.of(translated, "translated")) == expected(fixture)
