"""How the demo prints: 80 columns, colours where a terminal takes them (NO_COLOR honoured), a live line while it waits.

Without a terminal the live line is a plain one, every other second.
"""

from __future__ import annotations

import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status
from rich.text import Text

from tests.e2e.deploying import Event

_WIDTH = 80
_STACK = "AWS::CloudFormation::Stack"
_PLAIN_SECONDS = 2.0
# The engine also reports what an update leaves as it is; CloudFormation does not, and nothing here changes these.
_UNCHANGED = {"UPDATE_COMPLETE": ("AWS::Logs::LogGroup", "AWS::IAM::Role")}


class Narrator:
    """Prints a story; `watch` is what a Deployer tells its events to."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status: Status | None = None
        self._waiting_for = ""
        self._since = self._last_line = time.monotonic()

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self._print("")
        self._print(title, "bold")
        self._print("")

    def say(self, *paragraphs: str) -> None:
        """Print paragraphs, wrapped."""
        for paragraph in paragraphs:
            self._print(textwrap.fill(paragraph, _WIDTH, break_on_hyphens=False))

    def quote(self, text: str, style: str = "") -> None:
        """Print what someone else says, wrapped and indented."""
        self._print(textwrap.indent(textwrap.fill(text, _WIDTH - 6, break_on_hyphens=False), " " * 6), style)

    def lines(self, *lines: str, style: str = "") -> None:
        """Print lines as they are, indented."""
        for line in lines:
            self._print(f"  {line}", style)

    def added(self, text: str) -> None:
        """Print lines that are added to a template."""
        self.lines(*(f"+ {line}" for line in text.splitlines()), style="green")

    @contextmanager
    def waiting(self, what: str) -> Iterator[None]:
        """Show that something takes a moment."""
        self._print(f"{what} ...")
        self._waiting_for, self._since = what, time.monotonic()
        self._last_line = time.monotonic()
        if not self._console.is_terminal:
            yield
            return
        with self._console.status(what, spinner="line") as self._status:
            yield
        self._status = None

    def watch(self, event: Event | None) -> None:
        """Print a stack event if the story needs it; without one, show what is being waited for."""
        if event is None:
            self._tick()
        elif event.status.endswith("_FAILED"):
            self._event(event, "bold red")
            self.quote(event.reason, "red")
        elif event.status.endswith("_IN_PROGRESS"):
            self._waiting_for, self._since = f"{event.logical_id} {event.status}", time.monotonic()
        elif event.resource_type == _STACK and "ROLLBACK" in event.status:
            self._event(event, "bold red")
        elif event.resource_type not in _UNCHANGED.get(event.status, ()) and not event.status.startswith("DELETE_"):
            self._event(event, "bold green" if event.resource_type == _STACK else "green")

    def _event(self, event: Event, style: str) -> None:
        self._last_line = time.monotonic()
        line = Text("  ").append(f"{event.status:<18}", style).append(f" {event.logical_id:<24}")
        self._console.print(line.append(event.resource_type, "dim"))

    def _tick(self) -> None:
        seconds = time.monotonic() - self._since
        if self._status is not None:
            self._status.update(f"{self._waiting_for}, {seconds:.0f} s")
        elif time.monotonic() - self._last_line >= _PLAIN_SECONDS:
            self._last_line = time.monotonic()
            self._print(f"  ... {self._waiting_for}, {seconds:.0f} s")

    def _print(self, text: str, style: str = "") -> None:
        self._console.print(Text(text, style))
