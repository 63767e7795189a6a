"""How the tests run a program of somebody else's: nothing to read from, all that it prints kept, in a set time."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

Done = subprocess.CompletedProcess[str]


def run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: int, *, errors_apart: bool = False
) -> Done:
    """Run a program with no more than the environment given, whatever comes of it.

    What it prints as errors is in `stdout` with all else, unless it is asked for apart.
    """
    return subprocess.run(  # noqa: S603  whoever calls it says what is run
        command,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if errors_apart else subprocess.STDOUT,
        text=True,
        check=False,
        timeout=seconds,
    )
