"""What people see of an account: whole screens, at any width, in any terminal, of any names."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest

from tests.tools.diagnosis.accounts import account, granting, policy
from tests.tools.screen import examinations
from tests.tools.screen.examinations import Terminal, examined, failed, full, healthy, shown, targeted, troubled
from tests.tools.screen.screens import FULL, HEALTHY, NARROW, TARGETED, TROUBLED
from tests.unit.policy.policies import SHARED, aws_statement
from vended_logs_tools.diagnosis.examination import Examination
from vended_logs_tools.diagnosis.finding import Diagnosis, Weight


@pytest.mark.parametrize(
    ("examination", "expected"),
    [(full(), FULL), (healthy(), HEALTHY), (troubled(), TROUBLED), (targeted(), TARGETED)],
    ids=["full", "healthy", "troubled", "targeted"],
)
def test_a_screen_of_80_columns(examination: Examination, expected: str) -> None:
    """A whole region is shown as expected, in a pipe, without an escape or a blank at a line's end."""
    assert shown(examination) == expected
    assert not re.search("[ \t]+$", expected, re.MULTILINE)


def test_a_screen_of_40_columns() -> None:
    """On a narrow screen the same is said on more lines."""
    assert shown(full(), width=40) == NARROW


@pytest.mark.parametrize("examination", [full(), healthy(), troubled(), targeted()])
@pytest.mark.parametrize("width", [40, 57, 80, 100])
def test_nothing_is_lost_at_any_width(examination: Examination, width: int) -> None:
    """Whatever the width, every character is there in its order; no line is wider, but for commands to be copied."""
    text = shown(examination, width=width)
    assert re.sub(r"\s", "", text) == re.sub(r"\s", "", shown(examination, width=1000))
    commands = {f"  {examination.command(one)}" for found in examination.findings for one in found.commands}
    commands |= {line for line in text.splitlines() if line.startswith("  vended-logs doctor --stack NAME")}
    lines = set(text.splitlines())
    assert commands <= lines
    assert all(len(line) <= width for line in lines - commands)


def test_a_command_goes_to_the_place_it_is_about() -> None:
    """The options for region and profile stand in the commands, and no blank is left where none are needed."""
    finding = Diagnosis("c", Weight.FAULT, "s", "m", "c", ("one {place}", "two {place} --x", "three"))
    somewhere = Examination(scope=full().scope, place="--region r --profile 'a b'", findings=(finding,))
    here = replace(somewhere, place="")
    assert [somewhere.command(one) for one in finding.commands] == [
        "one --region r --profile 'a b'",
        "two --region r --profile 'a b' --x",
        "three",
    ]
    assert [here.command(one) for one in finding.commands] == ["one", "two --x", "three"]


def test_several_regions_are_summed_up() -> None:
    """The last line counts the findings by weight, the regions, those that were not examined, and the calls."""
    last = shown(full(), troubled(), failed(), width=100).splitlines()[-1]
    assert last == "3 faults in 2 regions, 1 region not examined (15 calls, 3 s)."
    assert shown(failed()).splitlines()[-1] == "1 region not examined (1 call, 3 s)."
    assert "Not examined: logs is not reachable: look at the network." in shown(failed())


def test_a_terminal_gets_colours_that_add_nothing() -> None:
    """With its escapes taken out, what a terminal gets is what a pipe gets."""
    coloured = shown(full(), stream=Terminal())
    assert "\x1b[1;31mfault: policy-full\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == FULL


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}])
def test_without_colour_there_is_no_escape(environment: dict[str, str]) -> None:
    """With NO_COLOR, and on a dumb terminal, nothing but text is written."""
    assert shown(full(), stream=Terminal(), environment=environment) == FULL


def test_colour_can_be_forced_into_a_pipe() -> None:
    """With FORCE_COLOR a pipe gets what a terminal gets."""
    assert shown(full(), environment={"FORCE_COLOR": "1"}) == shown(full(), stream=Terminal())


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437", "no-such-encoding"])
def test_where_blocks_cannot_be_written_plain_characters_are(encoding: str) -> None:
    """On a stream that cannot carry blocks the bars are made of # and -, and all is ASCII."""

    class Stream(io.StringIO):
        @property
        def encoding(self) -> str:  # type: ignore[override]  # an attribute there, and of this stream one that is given
            return encoding

    text = shown(full(), stream=Stream())
    assert text.isascii()
    assert f"    {'#' * 24} 5,120 of 5,120 characters" in text
    assert f"    #{'-' * 23} 248 of 5,120 characters" in text


HOSTILE = [
    "\x1b[2J\x1b]0;gone\x07",
    "a\nfault: policy-full  you",
    "\u202emorf dna",
    "[bold red]markup[/] [link=https://example.com]x[/link] :bomb:",
    "\ud800\u200b\u00a0",
    "x" * 500,
    "שלום",
    "漢字" * 60,
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("width", [40, 80])
def test_names_cannot_steer_the_terminal(name: str, width: int) -> None:
    """Of whatever a name is made, it is shown as text: no escape, no line of its own, no markup, and nothing cut."""
    survey = account(policy(name, granting()), policy(SHARED, aws_statement([name])))
    finding = Diagnosis("c", Weight.NOTE, name, f"of {name}", f"mend {name}", (f"mend {name}",))
    hostile = examined(survey, findings=(finding,), target=name)
    text = shown(hostile, width=width, stream=Terminal())
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert all(one.isprintable() or one == "\n" for one in plain)
    assert not re.search("^ {0,2}fault", plain, re.MULTILINE)
    written = "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in name)
    squeezed = re.sub(r"\s", "", written)
    assert re.sub(r"\s", "", plain).count(squeezed) >= 5
    assert f"  mend {written}\n" in plain


def test_who_the_statements_are_for_is_said() -> None:
    """Services are named without their domain, accounts in full, and what is for anyone or all but someone as that."""
    anyone = aws_statement(["*"], sid="1") | {"Principal": "*"}
    others = {key: value for key, value in aws_statement(["*"], sid="2").items() if key != "Principal"}
    others["NotPrincipal"] = {"Service": "es.amazonaws.com"}
    text = shown(examined(account(policy("p", anyone, others, examinations.text_only()))), width=1000)
    assert "for *, all but es, AWS:999999999999, es, route53; 2 of 3 statements under a condition\n" in text


def test_a_refused_plan_is_no_offer() -> None:
    """Where nothing can be written, what is in the way is told, and ensure is not named beside it."""
    ten = examined(account(*(policy(f"p{number}") for number in range(10))))
    text = " ".join(shown(ten).split())
    assert "grant not in force; nothing can be written: 10 of 10 policies" in text
    assert "vended-logs ensure puts" not in text


def test_a_revocable_grant_is_told_from_a_lasting_one() -> None:
    """A grant that goes with its stack is in force, and the line says by what."""
    text = shown(examined(account(policy(SHARED, granting() | {"Sid": "VendedLogsPolicyR0123abcd"}))))
    assert "grant       in force, by a stack's revocable statement alone" in text
    assert "note: grant-revocable" in text
    assert "No fault and no warning." in text
