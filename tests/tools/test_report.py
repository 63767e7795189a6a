"""Findings as text, as JSON and as annotations."""

import io
import json
from typing import Final

import pytest

from vended_logs_tools import report
from vended_logs_tools.errors import Unreadable
from vended_logs_tools.finding import Finding

ERROR: Final = Finding("E9601", "a/app.yaml", 12, 5, "Orders", "may start first", "let it wait")
WARNING: Final = Finding("W9604", "b.json", 1, 80, "Bills", "its log group is outside", "name it otherwise")


class Terminal(io.StringIO):
    """A terminal that keeps what is shown."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def shown(findings: list[Finding], environment: dict[str, str], stream: io.StringIO) -> str:
    """Return what is written to a stream of 80 columns."""
    report.show(findings, 14, stream, environment)
    return stream.getvalue()


def test_text_has_the_place_first_and_the_cure_below() -> None:
    """Each finding is a line that editors can jump to, and its cure; files are separated by an empty line."""
    assert report.as_text([ERROR, ERROR, WARNING]) == (
        "a/app.yaml:12:5: E9601 Orders: may start first\n"
        "    let it wait\n"
        "a/app.yaml:12:5: E9601 Orders: may start first\n"
        "    let it wait\n"
        "\n"
        "b.json:1:80: W9604 Bills: its log group is outside\n"
        "    name it otherwise\n"
    )


def test_json_is_a_list_of_objects() -> None:
    """JSON has one object a finding with the seven fields, in ASCII, and an empty list where there are none."""
    odd = Finding("E9603", "\udcff ü.yaml", 1, 2, "M", "é", "→")
    text = report.as_json([ERROR, odd])
    assert text.isascii()
    assert json.loads(text)[0] == {
        "rule": "E9601",
        "file": "a/app.yaml",
        "line": 12,
        "column": 5,
        "resource": "Orders",
        "message": "may start first",
        "cure": "let it wait",
    }
    assert json.loads(text)[1]["file"] == "\udcff ü.yaml"
    assert json.loads(report.as_json([])) == []


def test_github_s_commands_are_escaped() -> None:
    """In GitHub's commands no file name and no message can end a property or begin a command of its own."""
    odd = Finding("W9606", "./100%,a:b.yaml", 3, 4, "P", "one\r\ntwo: 5%, three", "::stop-commands::x")
    assert report.as_github([ERROR, odd]) == (
        "::error file=a/app.yaml,line=12,col=5,title=E9601::Orders: may start first: let it wait\n"
        "::warning file=100%25%2Ca%3Ab.yaml,line=3,col=4,title=W9606::"
        "P: one%0D%0Atwo: 5%25, three: ::stop-commands::x\n"
    )


@pytest.mark.parametrize(
    ("error", "command"),
    [
        (
            Unreadable("a.yaml", "is empty: fill it"),
            "::error file=a.yaml,title=Unreadable::a.yaml: is empty: fill it\n",
        ),
        (
            Unreadable("a.yaml", "ends early: mend it", 3, 9),
            "::error file=a.yaml,line=3,col=9,title=Unreadable::a.yaml:3:9: ends early: mend it\n",
        ),
    ],
)
def test_files_that_cannot_be_read_are_annotated(error: Unreadable, command: str) -> None:
    """A file that cannot be read is an error on GitHub, with its place if that is known."""
    assert report.unreadable_as_github(error) == command


@pytest.mark.parametrize(
    ("findings", "text"),
    [
        ([], "Nothing found in 1,400 templates."),
        ([WARNING], "1 warning in 1 of 1,400 templates."),
        ([ERROR, ERROR, ERROR, WARNING], "3 errors, 1 warning in 2 of 1,400 templates."),
    ],
)
def test_the_summary_counts(findings: list[Finding], text: str) -> None:
    """The last line counts errors, warnings, and the templates that have any."""
    assert report.summary(findings, 1400) == text


def test_a_pipe_gets_plain_text() -> None:
    """Outside a terminal there are neither colours nor a summary."""
    assert shown([ERROR, WARNING], {}, io.StringIO()) == report.as_text([ERROR, WARNING])
    assert shown([], {}, io.StringIO()) == ""


def test_a_terminal_gets_colours_and_a_summary() -> None:
    """On a terminal the place stands alone on its line, in colours, and the summary closes the report."""
    text = shown([ERROR, WARNING], {}, Terminal())
    assert "\x1b[36ma/app.yaml:12:5\x1b[0m: \x1b[1;31mE9601\x1b[0m \x1b[1mOrders\x1b[0m\n" in text
    assert "\x1b[1;33mW9604\x1b[0m" in text
    assert text.endswith("\x1b[1m1 error, 1 warning in 2 of 14 templates.\x1b[0m\n")
    assert "Nothing found in 14 templates." in shown([], {}, Terminal())


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colours_can_be_refused(environment: dict[str, str]) -> None:
    """With NO_COLOR, and on a dumb terminal, the same is said without any escape."""
    text = shown([ERROR], environment, Terminal())
    assert "\x1b" not in text
    assert text.startswith("a/app.yaml:12:5: E9601 Orders\n    may start first\n    let it wait\n")


def test_colours_can_be_forced() -> None:
    """With FORCE_COLOR a pipe gets colours, as logs of pipelines want, and no summary."""
    text = shown([ERROR], {"FORCE_COLOR": "1"}, io.StringIO())
    assert "\x1b[36m" in text
    assert "templates" not in text


def test_lines_fit_80_columns() -> None:
    """Long messages are wrapped and stay indented; the place is never broken, so that it can be clicked."""
    name = "a" * 100 + ".yaml"
    long = Finding("E9601", name, 1, 1, "M", "word " * 60, "cure " * 60)
    first, *rest = shown([long], {"NO_COLOR": "1"}, Terminal()).splitlines()
    assert first == f"{name}:1:1: E9601 M"
    assert max(map(len, rest)) <= 80
    assert {line[:4] for line in rest if line and "template" not in line} == {"    "}


@pytest.mark.parametrize("environment", [{}, {"FORCE_COLOR": "1", "NO_COLOR": "1"}])
def test_a_template_cannot_steer_the_terminal(environment: dict[str, str]) -> None:
    """Control characters in names are shown as escapes, so that they neither colour, nor hide, nor begin a line."""
    odd = Finding("E9601", "a\n::error::b.yaml", 1, 1, "M\x1b[2J", "m\u202em", "c\rc")
    text = shown([odd], environment, io.StringIO())
    assert not {"\x1b", "\r", "\u202e"} & set(text)
    assert r"a\n::error::b.yaml:1:1: E9601 M\x1b[2J" in text
