"""The desk: what is said while something is waited for."""

from __future__ import annotations

import io
from dataclasses import replace

from tests.tools.applying.terminal import Terminal
from vended_logs_tools import ensure


class Screen(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        """Return that it is."""
        return True


def test_a_terminal_shows_what_is_waited_for(terminal: Terminal) -> None:
    """On the error stream, in a line that is taken away again; a pipe gets nothing."""
    screen = Screen()
    with replace(terminal.desk(), err=screen).waiting("waiting for it"):
        pass
    assert "waiting for it" in screen.getvalue()
    assert screen.getvalue().endswith("\x1b[2K")
    with terminal.desk().waiting("waiting for it"):
        pass
    assert terminal.err.getvalue() == ""


def test_a_run_on_a_terminal_says_the_same(terminal: Terminal) -> None:
    """The progress is no part of the output: what is printed does not depend on it."""
    screen = Screen()
    assert ensure.run(ensure.Options(), replace(terminal.desk(), err=screen)) == 0
    assert "quiet for five seconds" in screen.getvalue()
    assert "\x1b" not in terminal.said
    assert "Done: " in terminal.said


def test_a_complaint_takes_the_place_of_what_is_waited_for(terminal: Terminal) -> None:
    """On a terminal it is a line of its own, not the end of the other; in a pipe there is nothing to take away."""
    screen = Screen()
    replace(terminal.desk(), err=screen).complain("it is late")
    assert screen.getvalue() == "\r\x1b[2Kvended-logs: it is late\n"
    terminal.desk().complain("it is\x1b[2J late")
    assert terminal.err.getvalue() == "vended-logs: it is\\x1b[2J late\n"
