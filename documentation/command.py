"""The command `vended-logs`: its help and what it prints, by running it."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from unittest.mock import patch

from documentation.markdown import code, fenced, table
from vended_logs_tools.cli import main

TEMPLATE: Final = Path(__file__).with_name("template.yaml")
"""The template that the sessions are about."""


class _Output(io.TextIOWrapper):
    """An output that can be asked for what went into it, as text or as bytes."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def text(self) -> str:
        """Return what was written."""
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)  # noqa: S101 - made so above; for the types alone
        return buffer.getvalue().decode()


def template() -> str:
    """Return the template that the sessions are about."""
    return fenced(TEMPLATE.read_text(encoding="utf-8"), "yaml")


def usage(verb: str = "") -> str:
    """Return the help of the command, or of a verb, below the line that asks for it."""
    return session(f"vended-logs {verb} --help")


def session(command: str) -> str:
    """Return a line for the shell and what the command then prints, run in a folder with the template alone."""
    _, *arguments = shlex.split(command)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("template.yaml").write_bytes(TEMPLATE.read_bytes())
        told = printed(arguments)
    return fenced(f"$ {' '.join(command.split())}\n{told}", "console")


def printed(arguments: Sequence[str]) -> str:
    """Return what the command prints where we are, errors included, in the order in which it does."""
    output = _Output()
    # The parser ends the program after a help text. What a shell asks of colours would make a terminal of a page.
    with (
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(output),
        contextlib.suppress(SystemExit),
        patch.dict(os.environ, {"FORCE_COLOR": "", "NO_COLOR": "1"}),
    ):
        main(arguments)
    return output.text()


def verbs() -> str:
    """Return the table of the verbs, each with what the help says of it."""
    lines = printed(["--help"]).split("VERB\n", 1)[1].split("\n\n")[0].splitlines()
    each = (line.split(maxsplit=1) for line in lines)
    return table(("verb", "does"), ((f"[{code(verb)}](#{verb})", told) for verb, told in each))
