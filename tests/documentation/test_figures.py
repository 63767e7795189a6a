"""The figures in the pages that the code or the template decides are theirs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pytest

from documentation import causes, template
from tests.documentation.texts import PAGES, ROOT, name_of, one_line, text_of
from tests.simulation.network import LAG
from vended_logs import properties
from vended_logs.answer import MAX_REASON
from vended_logs.caller import WRITE_WITHIN
from vended_logs.wire import CALL_SECONDS
from vended_logs_tools.check import RULES
from vended_logs_tools.diagnosis.room import ENTRY, NEARLY_FULL
from vended_logs_tools.editing import snippets
from vended_logs_tools.rules.iam import ROLE_ACTIONS

WORDS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
HOW: Final = one_line(ROOT / "docs" / "how-it-works.md")
SECURITY: Final = one_line(ROOT / "docs" / "security.md")
TEMPLATE: Final = one_line(ROOT / "template.yaml")
LEAST: Final = properties._MIN_SETTLE  # noqa: SLF001 - what the pages tell is what the function holds to
MOST: Final = properties._MAX_SETTLE  # noqa: SLF001 - as above
LITERAL: Final = properties._MIN_LITERAL  # noqa: SLF001 - as above
PATIENCE: Final = snippets._TIMEOUT  # noqa: SLF001 - what inject writes
_DEFAULT_PATIENCE: Final = 3600
"""CloudFormation's own: an hour."""


def resource(name: str) -> dict[str, Any]:
    """Return the properties of a resource of the template."""
    found: dict[str, Any] = template.section("Resources")[name]["Properties"]
    return found


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_service_timeout_is_one_everywhere(page: Path) -> None:
    """Wherever a page sets the patience of CloudFormation, it is that of the template; else it is the default."""
    text = text_of(page)
    told = re.findall(r"[Ss]ervice_?[Tt]imeout[\"`]?(?::| =|=|,) *\"?(?:Duration\.seconds\()?(\d+)", text)
    told += re.findall(r"(\d+) fits the provider|the examples use (\d+)\)", text)
    figures = {int("".join(one)) for one in told}
    defaults = {int(one) for one in re.findall(r"`ServiceTimeout` (?:\| |\()`(\d+)`", text)}

    assert figures <= {PATIENCE}
    assert defaults <= {_DEFAULT_PATIENCE}


def test_the_service_timeout_is_found() -> None:
    """The search sees YAML, CDK's two languages, Terraform's and the prose; template and `inject` agree."""
    assert resource("VendedLogsPolicy")["ServiceTimeout"] == PATIENCE
    assert sum(len(re.findall(rf"\b{PATIENCE}\b", text_of(page))) for page in PAGES) >= 25
    for page in ("README.md", "README-SAR.md", "docs/rules/E9601.md", "examples/sam-drop-in/README.md"):
        assert re.search(rf"ServiceTimeout:? ?=? {PATIENCE}", text_of(ROOT / page)), page


def test_the_discipline_has_the_figures_of_the_code() -> None:
    """W, T, the lag, and what they add up to: the least that may be waited."""
    assert (WRITE_WITHIN, "a write is sent within one second of sending the read" in HOW) == (1, True)
    assert f"| T | a call gets {WORDS[CALL_SECONDS]} seconds, from connecting" in HOW
    assert (LAG, "or as it was at most *lag* ago: half a second." in HOW) == (0.5, True)
    sum_of = f"{WRITE_WITHIN:.0f} + {CALL_SECONDS} + {2 * LAG:.0f} + 1 = {LEAST}"
    assert f"`SettleSeconds ≥ W + T + 2 lag + 1`: {sum_of}, which is why {WORDS[LEAST]} is the least" in HOW
    assert WRITE_WITHIN + CALL_SECONDS + 2 * LAG + 1 == LEAST


def test_the_bounds_of_settling_are_those_of_the_code() -> None:
    """Where a page tells the bounds of `SettleSeconds`, they are those that the function takes."""
    for text in (TEMPLATE, *map(one_line, PAGES)):
        told = re.findall(
            r"(\d+) to (\d+)\. 0 is for|0, or (\d+) to (\d+)|0, or a whole number from (\d+) to (\d+)", text
        )
        assert {tuple(int(part) for part in one if part) for one in told} <= {(LEAST, MOST)}
    assert f"in a policy that has been quiet for `SettleSeconds`, {WORDS[LEAST]} or more" in HOW
    assert f"set it up to {MOST} where one is known to be slow" in HOW
    allowed = re.compile(template.section("Parameters")["SettleSeconds"]["AllowedPattern"])
    assert [one for one in range(MOST + 9) if allowed.fullmatch(str(one))] == [0, *range(LEAST, MOST + 1)]


def test_the_function_s_time_and_memory_are_the_template_s() -> None:
    """What pages say of the function's own properties is what the template gives it."""
    provider = resource("Provider")
    assert f"the template's is {provider['Timeout']}." in one_line(ROOT / "docs" / "troubleshooting.md")
    assert f"At the function's {provider['MemorySize']} MB" in one_line(ROOT / "README.md")
    assert (resource("ProviderLogGroup")["RetentionInDays"], "The log group keeps a year" in SECURITY) == (365, True)
    assert f"one sentence of at most {MAX_REASON} characters" in HOW


def test_literal_characters_are_as_many_as_the_code_wants() -> None:
    """A pattern's literal start is told alike in the template, in the pages and by the function."""
    for text in (TEMPLATE, *map(one_line, PAGES)):
        told = re.findall(r"(\w+) literal characters", text)
        assert {*told} <= {WORDS[LITERAL], str(LITERAL)}
    assert f"[-._/#A-Za-z0-9]{{{LITERAL}}}" in template.section("Parameters")["LogGroupPatterns"]["AllowedPattern"]
    assert f"(with {WORDS[LITERAL]} literal characters before its first wildcard)" in SECURITY


def test_room_is_told_alike() -> None:
    """An entry of AWS's, and the room that an alarm and the doctor want, are the same everywhere."""
    for text in (TEMPLATE, *map(one_line, PAGES)):
        entries = re.findall(
            r"one more log group takes some (\d+)|another entry of about (\d+)|takes about (\d+)[,:]", text
        )
        assert {int("".join(one)) for one in entries} <= {ENTRY}
    assert int(template.section("Parameters")["GuardRoomLeft"]["Default"]) == NEARLY_FULL
    assert f"`GuardRoomLeft` ({NEARLY_FULL}: {WORDS[NEARLY_FULL // ENTRY]} more entries of AWS's)" in HOW


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_rules_causes_and_actions_are_counted(page: Path) -> None:
    """How many rules, causes and actions of a role there are is what there is."""
    text = one_line(page)
    numbers = "|".join(WORDS[2:])

    assert {*re.findall(rf"\b({numbers}|\d+)\]? rules\b", text)} <= {WORDS[len(RULES)]}
    assert {*re.findall(r"\b(\d+) causes\b", text)} <= {str(len(causes.weights()))}
    assert {*re.findall(rf"\b(?:the|its|of the) ({numbers}) (?:log-delivery )?actions\b(?! that)", text)} <= {
        WORDS[len(ROLE_ACTIONS)]
    }


def test_what_is_counted_is_found() -> None:
    """The front page and the changelog have such counts."""
    assert f"[{WORDS[len(RULES)]} rules](docs/rules/README.md)" in one_line(ROOT / "README.md")
    assert f"[{len(causes.weights())} causes](docs/causes.md)" in one_line(ROOT / "CHANGELOG.md")
