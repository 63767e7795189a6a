"""How the command ends: its exit codes, and what it says when its output, or the user, wants no more."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from vended_logs_tools.errors import ToolError

CLEAN: Final = 0
FOUND: Final = 1
FAILED: Final = 2
# Of the verbs that change an account: done, or nothing to do; refused by the plan, or by whoever was asked.
DONE: Final = CLEAN
REFUSED: Final = FOUND
# As shells say it of a program that a signal ended.
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141


def complain(error: ToolError) -> None:
    """Say on standard error what the user can mend."""
    print(f"vended-logs: {error}", file=sys.stderr)  # noqa: T201  the command's one way to tell an error


def prepare_output() -> None:
    """Let there be an output, and no name of a file be one that its encoding refuses."""
    if sys.stdout is None:  # the shell closed it: `>&-`
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for as long as it runs
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def ending_quietly() -> Iterator[list[int]]:
    """Turn Ctrl-C, a reader that has gone (``| head``) and a full disk into exit codes."""
    code: list[int] = []
    try:
        yield code
    except KeyboardInterrupt:
        code[:] = [INTERRUPTED]
    except OSError as error:
        # The interpreter flushes once more as it ends: give it something that takes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code[:] = [PIPE_CLOSED]
        if not isinstance(error, BrokenPipeError):
            complain(ToolError(f"the output cannot be written ({error.strerror}): give it another place"))
            code[:] = [FAILED]
