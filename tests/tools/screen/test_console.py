"""The console: its width and its colours come from the stream and the environment that are given, and nothing else."""

from __future__ import annotations

import io
import os

import pytest

from tests.tools.screen.examinations import Terminal
from vended_logs_tools.numbers import counted
from vended_logs_tools.screen.console import console, width
from vended_logs_tools.screen.writing import write, write_command


class Wide(Terminal):
    """A terminal with a number."""

    def fileno(self) -> int:
        """It has one."""
        return 1


@pytest.mark.parametrize(("columns", "used"), [(0, 80), (20, 40), (40, 40), (72, 72), (100, 100), (250, 100)])
def test_the_width_is_the_terminal_s_within_reason(columns: int, used: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between 40 and 100 columns a terminal's own width is used; one that does not know it has 80."""
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((columns, 24)))
    assert console(Wide(), {}).width == used


@pytest.mark.parametrize("variable", ["COLUMNS", "FORCE_COLOR", "TTY_COMPATIBLE", "CLICOLOR_FORCE"])
def test_the_process_s_environment_does_not_matter(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the environment that is given says how to write."""
    monkeypatch.setenv(variable, "1")
    screen = console(io.StringIO(), {})
    assert screen.width == width(io.StringIO()) == 80
    screen.print("red", style="red")
    assert isinstance(screen.file, io.StringIO)
    assert screen.file.getvalue() == "red\n"


@pytest.mark.parametrize("variable", ["NO_COLOR", "TTY_INTERACTIVE"])
def test_a_terminal_is_coloured_by_what_is_given(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the process's environment says, a terminal is coloured unless the one that is given forbids it."""
    monkeypatch.setenv(variable, "1")
    stream = Terminal()
    console(stream, {"NO_COLOR": ""}).print("red", style="red")
    assert stream.getvalue() == "\x1b[31mred\x1b[0m\n"


def test_a_paragraph_is_wrapped_beside_its_label() -> None:
    """The lines after the first stand under the text, and a word too long for a line is folded."""
    stream = io.StringIO()
    screen = console(stream, {})
    screen.width = 40
    write(screen, 2, "as long as it takes to need another line ", "x" * 40, label="label   ")
    assert stream.getvalue() == (
        "  label   as long as it takes to need\n"
        "          another line\n"
        "          xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
        "          xxxxxxxxxx\n"
    )


def test_a_command_is_one_line() -> None:
    """However long, and whatever is in it, a command takes one line, so that it can be copied whole."""
    stream = io.StringIO()
    write_command(console(stream, {}), "aws " + "x" * 200 + "\nrm -r")
    assert stream.getvalue() == "  aws " + "x" * 200 + "\\nrm -r\n"


def test_numbers_are_counted_in_words() -> None:
    """One is singular, all else plural, with commas in thousands."""
    assert [counted(n, "call") for n in (0, 1, 5000)] == ["0 calls", "1 call", "5,000 calls"]
    assert counted(2, "entry", "entries") == "2 entries"
