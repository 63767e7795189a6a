"""Each rule finds what its templates say, no more and no less, and has a page that says so too."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from tests.tools.rules.fixtures import FOLDER, Expected, Fixture, fixtures
from vended_logs_tools import template_model
from vended_logs_tools.check import RULES, check

ROOT: Final = Path(__file__).resolve().parents[3]
PAGES: Final = ROOT / "docs" / "rules"
FIXTURES: Final = fixtures()
HEADINGS: Final = ("What it finds", "Why it matters", "How to fix it", "When it is quiet", "How to switch it off")
TOOLS: Final = (
    "AWS SAM",
    "CloudFormation",
    "AWS CDK (TypeScript)",
    "AWS CDK (Python)",
    "Serverless Framework",
    "Terraform",
)
_BLOCK: Final = re.compile(r"^```(\w+)(?: (wrong|right))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def findings(data: bytes, name: str) -> list[Expected]:
    """Return what the rules find in a template's text."""
    found = check(template_model.parse(data, name))
    return sorted(Expected(finding.line, finding.rule, finding.resource) for finding in found)


def page(rule: str) -> str:
    """Return the page of a rule."""
    return (PAGES / f"{rule}.md").read_text(encoding="utf-8")


def examples(rule: str, kind: str) -> list[str]:
    """Return the templates of a rule's page that are marked as wrong or right."""
    return [
        text for language, mark, text in _BLOCK.findall(page(rule)) if mark == kind and language in ("yaml", "json")
    ]


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.path.name)
def test_a_template_gives_what_it_says(fixture: Fixture) -> None:
    """A template gives exactly the findings that its marks announce, at these lines."""
    assert findings(fixture.path.read_bytes(), fixture.path.name) == fixture.expected


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.path.name)
def test_a_template_is_about_one_rule(fixture: Fixture) -> None:
    """A fail template announces findings of its own rule only, a pass template none at all."""
    assert {expected.rule for expected in fixture.expected} == (set() if fixture.passes else {fixture.rule})


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.path.name)
def test_every_finding_says_what_is_wrong_and_what_to_do(fixture: Fixture) -> None:
    """A finding has a place in the file, a message of one line and a cure of one line."""
    for finding in check(template_model.read(fixture.path)):
        assert finding.file == str(fixture.path)
        assert finding.line > 0
        assert finding.column > 0
        assert re.fullmatch(r"\S[^\n]*\S", finding.message)
        assert re.fullmatch(r"\S[^\n]*\S", finding.cure)


def test_the_list_of_findings_in_json_names_templates_that_are_there() -> None:
    """No line of the list is left over from a template that has gone."""
    names = {line.split(":")[0] for line in (FOLDER / "json-findings.txt").read_text(encoding="utf-8").splitlines()}
    assert names <= {fixture.path.name for fixture in FIXTURES if not fixture.passes}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_has_templates_of_both_kinds(rule: str) -> None:
    """Every rule is held to three templates that pass and three that fail, in YAML and in JSON."""
    kinds = Counter(fixture.passes for fixture in FIXTURES if fixture.rule == rule)
    languages = {(fixture.passes, fixture.path.suffix) for fixture in FIXTURES if fixture.rule == rule}

    assert min(kinds[True], kinds[False]) >= 3
    assert len(languages) == 4


def test_there_is_a_page_for_each_rule_and_for_no_other() -> None:
    """The pages are the rules' and the table of them."""
    assert {path.name for path in PAGES.iterdir()} == {"README.md", *(f"{rule}.md" for rule in RULES)}
    table = (PAGES / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| \[(\w+)\]\(\1\.md\)", table, re.MULTILINE) == sorted(RULES, key=lambda rule: rule[1:])


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.md")), ids=lambda path: path.name)
def test_the_links_of_a_page_lead_somewhere(path: Path) -> None:
    """Each relative link of a page names a file that is there."""
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("rule", RULES)
def test_a_page_says_what_why_and_how(rule: str) -> None:
    """A page is titled by its rule, has the sections that every page has, and a block for each tool that it names."""
    text = page(rule)
    tools = re.findall(r"<summary>(.+?)</summary>", text)

    assert text.startswith(f"# {rule}: ")
    assert tuple(re.findall(r"^## (.+)$", text, re.MULTILINE)) == HEADINGS
    assert text.count("<details>") == text.count("</details>") == len(tools)
    assert tools == [tool for tool in TOOLS if tool in tools]
    assert {"AWS SAM", "CloudFormation"} <= set(tools) or "AWS SAM and CloudFormation" in tools
    for block in re.findall(r"<details>(.*?)</details>", text, re.DOTALL):
        assert "```" in block


@pytest.mark.parametrize("rule", RULES)
def test_a_page_shows_a_template_that_is_wrong(rule: str) -> None:
    """What a page shows as wrong gives its rule and no other."""
    assert examples(rule, "wrong")
    for text in examples(rule, "wrong"):
        assert {finding.rule for finding in findings(text.encode(), "wrong.yaml")} == {rule}


@pytest.mark.parametrize("rule", RULES)
def test_a_page_shows_templates_that_are_right(rule: str) -> None:
    """What a page shows as right is right."""
    assert len(examples(rule, "right")) >= 2
    for text in examples(rule, "right"):
        assert findings(text.encode(), "right.yaml") == []


@pytest.mark.parametrize("rule", RULES)
def test_a_page_tells_how_to_switch_it_off(rule: str) -> None:
    """A page names the switch of the command line, of cfn-lint and of a single resource."""
    off = page(rule).split("## How to switch it off")[1]
    assert f"vended-logs check --ignore {rule}" in off
    assert f"ignore_checks: [{rule}]" in off
