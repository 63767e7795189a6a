"""A console of rich's that is the same everywhere: readable at 80 columns, without colour, and in a pipe."""

import os
from collections.abc import Mapping
from typing import Final, TextIO

from rich.console import Console

from vended_logs_tools.screen.plain import printable

__all__ = ["console", "printable", "width"]

SHORTEST: Final = 40
WIDEST: Final = 100
DEFAULT: Final = 80


def console(stream: TextIO, environment: Mapping[str, str]) -> Console:
    """Return a console on a stream.

    In colour on a terminal, unless NO_COLOR is set (https://no-color.org) or the terminal is dumb; FORCE_COLOR colours
    pipes too. 80 columns in a pipe, else the terminal's, between 40 and 100. No markup, emoji or highlighting: what
    AWS's names look like is never interpreted.
    """
    plain = bool(environment.get("NO_COLOR")) or environment.get("TERM") == "dumb"
    coloured = not plain and (stream.isatty() or bool(environment.get("FORCE_COLOR")))
    return _Console(
        file=stream,
        force_terminal=coloured,
        no_color=not coloured,
        color_system="standard" if coloured else None,
        width=max(SHORTEST, min(width(stream), WIDEST)),
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )


class _Console(Console):
    """A console whose reader may go: that is for the command to say, by its exit code."""

    def on_broken_pipe(self) -> None:
        """Raise what a write into nothing raises."""
        raise BrokenPipeError


def width(stream: TextIO) -> int:
    """Return the columns of a terminal, 80 for anything else."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or DEFAULT
    except (OSError, ValueError):
        return DEFAULT
