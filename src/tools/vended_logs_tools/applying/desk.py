"""Where a verb that changes an account works: the account, the time, the streams, and whoever can be asked."""

import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from rich.console import Console

from vended_logs.caller import LogsGateway
from vended_logs.clock import Clock
from vended_logs.errors import PlanRefused, UnreadableDocument, VendedLogsError
from vended_logs.policy.grant import Scope
from vended_logs_tools.errors import ToolError
from vended_logs_tools.exits import FAILED, REFUSED
from vended_logs_tools.screen.console import console, printable

_CLEAR = "\r\x1b[2K"


def _now() -> datetime:
    return datetime.now(UTC)


def _as_it_is(sentence: str) -> str:
    return sentence


@dataclass(frozen=True, slots=True)
class Desk:
    """All that ``ensure`` and ``restore`` reach of the world; they make no clients and read no settings themselves."""

    gateway: LogsGateway
    """CloudWatch Logs in one region."""
    scope: Scope
    clock: Clock
    out: TextIO
    err: TextIO
    environment: Mapping[str, str]
    ask: Callable[[str], bool] | None
    """Shows a question and returns whether the answer is yes; None where there is nobody who sees plan and question."""
    here: Path
    """The folder for backups."""
    place: str
    """The options that name profile and region, as in ``--profile x --region y``, for commands that are shown."""
    now: Callable[[], datetime] = field(default=_now)
    """The time of day, for the names of backups."""
    reword: Callable[[str], str] = field(default=_as_it_is)
    """Makes a sentence of the function's one for a terminal: names of properties become those of options."""

    @property
    def screen(self) -> Console:
        """Return a console on the output."""
        return console(self.out, self.environment)

    def say(self, *sentences: str) -> None:
        """Print sentences, wrapped at the console's width."""
        width = self.screen.width
        for sentence in sentences:
            text = printable(sentence)
            indent = text[: len(text) - len(text.lstrip())]
            lines = textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False)
            self.out.writelines(f"{line}\n" for line in lines)
        self.out.flush()

    def say_whole(self, *lines: str) -> None:
        """Print lines as they are, however long: they hold paths and commands to copy."""
        for line in lines:
            self.out.write(f"{line}\n")
        self.out.flush()

    @property
    def named(self) -> str:
        """Return which account and region this is about, as the doctor's headings have it."""
        return f"{self.scope.account} {self.scope.region}"

    def complain(self, sentence: str) -> None:
        """Say on the error stream what is in the way."""
        # The line that says what is waited for stands there, without an end.
        clear = _CLEAR if console(self.err, self.environment).is_terminal else ""
        self.err.write(f"{clear}vended-logs: {printable(self.reword(sentence))}\n")
        self.err.flush()

    @contextmanager
    def waiting(self, for_what: str) -> Iterator[None]:
        """Show on a terminal, in one line that goes again, that something is being waited for; nothing in a pipe."""
        screen = console(self.err, self.environment)
        if not screen.is_terminal:
            yield
            return
        with screen.status(for_what):
            yield

    def command(self, *words: str) -> str:
        """Return a command of ours that works on the same account and region."""
        return " ".join(("vended-logs", *words, *([self.place] if self.place else [])))


def ending(desk: Desk, work: Callable[[], int]) -> int:
    """Return what the work returns, or the exit code for what it raises, after saying that in one sentence."""
    try:
        return work()
    except (PlanRefused, UnreadableDocument) as error:
        desk.complain(str(error))
        return REFUSED
    except (VendedLogsError, ToolError) as error:
        desk.complain(str(error))
        return FAILED
