"""What the pages name of the programs, these have: verbs, options, rules, parameters, metrics and outcomes."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from documentation import command, template
from tests.documentation.texts import PAGES, ROOT, fenced, name_of, prose, spans, text_of
from vended_logs.result import Result
from vended_logs_tools.check import RULES

LAMBDA: Final = ROOT / "src" / "lambda" / "vended_logs"
_CALL: Final = re.compile(r"(?<![\w.-])vended-logs +([a-z-]+)([^|#;&>]*)")
_OPTION: Final = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
_PARAMETER: Final = re.compile(r"\b(?:Guard|Allowed|Reserved|Share)[A-Z]\w*")
_METRIC: Final = re.compile(r"[A-Z][a-z]+(?:[A-Z][a-z]+)*")
_OF_AWS: Final = {
    "AllowedByOrganizations",
    "AllowedByPermissionsBoundary",
    "AllowedValues",
    "ReservedConcurrentExecutions",
}
"""Names of AWS's own that look like parameters of ours."""
_OF_A_DELETE: Final = {"Retained", "Removed"}


@cache
def options(verb: str) -> frozenset[str]:
    """Return the options in a verb's help; those of the command itself for no verb."""
    return frozenset(_OPTION.findall(command.printed([*verb.split(), "--help"])))


@cache
def verbs() -> frozenset[str]:
    """Return the verbs of the command."""
    return frozenset(re.findall(r"\[`([a-z]+)`\]", command.verbs()))


def calls(page: Path) -> Iterator[tuple[str, str]]:
    """Yield each call of the command that a page shows, as its first word and the rest."""
    for code in (*spans(prose(page)), *fenced(page, "sh")):
        yield from _CALL.findall(code)
    for line in fenced(page, "console", "yaml", "text", "", "make"):
        yield from _CALL.findall(line) if re.match(r"\s*(\$|- run:|run:|vended-logs [a-z]+ .*--)", line) else ()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_verbs_and_their_options_exist(page: Path) -> None:
    """What follows the command's name is one of its verbs, and each option behind it is in that verb's help."""
    for verb, rest in calls(page):
        known = verbs() | {"--help", "--version"}
        assert verb in known, f"vended-logs {verb}{rest}"
        assert {*_OPTION.findall(rest)} <= options(verb if verb in verbs() else ""), f"vended-logs {verb}{rest}"


def test_calls_are_found() -> None:
    """The search sees those in code style, in blocks for a shell and in sessions."""
    seen = {verb for page in PAGES for verb, _ in calls(page)}
    assert seen >= verbs()
    assert len([*calls(ROOT / "README.md")]) >= 10


@pytest.mark.parametrize("verb", ["check", "inject", "doctor", "ensure", "restore"])
def test_options_in_a_verb_s_own_section_are_its_own(verb: str) -> None:
    """In the page of the command line, an option that stands in code style by itself is one of the verb it is below."""
    [section] = re.findall(rf"^## {verb}\n(.*?)(?=^## )", prose(ROOT / "docs" / "cli.md"), re.DOTALL | re.MULTILINE)
    named = {option for code in spans(section) if code.startswith("--") for option in _OPTION.findall(code)}

    assert named
    assert named <= options(verb)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_rules_exist(page: Path) -> None:
    """A page names no rule that there is not."""
    assert {*re.findall(r"\b[EW]9\d{3}\b", text_of(page))} <= {*RULES}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_parameters_of_the_provider_exist(page: Path) -> None:
    """What looks like a parameter of the guard, of the bounds or of sharing is one of the template's, or a resource."""
    told = [*spans(prose(page)), *fenced(page, "sh", "yaml")]
    known = {*parameters(), *template.section("Resources"), *_OF_AWS}
    assert {name for code in told for name in _PARAMETER.findall(code)} <= known


def parameters() -> dict[str, Any]:
    """Return the parameters of the provider's stack."""
    return template.section("Parameters")


def test_the_metrics_that_are_named_are_those_that_are_given() -> None:
    """The page on the guard names each metric that the provider prints, and none that it does not."""
    given = {one.value for one in first_arguments(LAMBDA / "provider.py", "add_metric")}
    page = prose(ROOT / "docs" / "how-it-works.md")
    [section] = re.findall(r"^### What it tells\n(.*?)(?=^##)", page, re.DOTALL | re.MULTILINE)
    named = {code for code in spans(section) if _METRIC.fullmatch(code)}
    of_aws = {*re.findall(r"`AWS/Lambda`, `(\w+)`", section)}

    assert "GrantRepaired" in given
    assert named - {*parameters()} - {"VendedLogsPolicy", "ServiceTimeout"} - of_aws == given
    assert given | of_aws >= {*re.findall(r"MetricName: (\w+)", text_of(ROOT / "template.yaml"))} >= of_aws


def first_arguments(path: Path, *called: str) -> Iterator[ast.Constant]:
    """Yield the texts that are given as ``outcome``, or as the first argument, to what is called so in a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            named = [one.value for one in node.keywords if one.arg == "outcome"]
            for given in [*node.args[:1], *named] if name in called else []:
                branches = [given.body, given.orelse] if isinstance(given, ast.IfExp) else [given]
                yield from (one for one in branches if isinstance(one, ast.Constant))


@cache
def outcomes() -> frozenset[str]:
    """Return the outcomes that the function can come to, as its code has them."""
    paths = sorted(LAMBDA.rglob("*.py"))
    found = (one.value for path in paths for one in first_arguments(path, "Plan", "Candidate", "Result", "_result"))
    return frozenset(str(value) for value in found)


def test_the_outcomes_are_all_told() -> None:
    """The attribute's own words, and those of a Delete, are what the function can come to."""
    [told] = re.findall(r"^Outcome: (.*)$", inspect.getdoc(Result.attributes) or "", re.MULTILINE)
    assert {*re.findall(r"``(\w+)``", told)} | _OF_A_DELETE == outcomes()
    assert "`Retained` and `Removed` are outcomes of a Delete" in text_of(ROOT / "docs" / "properties.md")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_outcomes_that_are_named_exist(page: Path) -> None:
    """Where a sentence or a row is about an outcome, what it has in code style is one, or a value of a parameter."""
    values = {str(value) for one in parameters().values() for value in one.get("AllowedValues", ())}
    for told in re.split(r"\. |\n(?=\|)|\n\n", prose(page)):
        if re.search(r"`outcome\b", told, re.IGNORECASE):
            named = {word for code in spans(told) for word in re.findall(r"\b[A-Z][a-z]\w+", code)}
            assert named - {"Outcome"} <= outcomes() | values, told
