"""Runs provider processes: the function's real handler, one process an event, forked once it has been imported.

`python -m tests.concurrency.provider FOLDER [--without W]` says "ready", then reads orders from standard input, one
JSON object a line: `name` (its log in FOLDER), `environment`, `event`, `function_arn`, `seconds`. It forks a process
for each and ends when its input does and they have ended. Importing boto3 costs half a second of a core, which is why
the import is shared; the client, the connections and the random numbers are each process's own.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any, Final

from tests.support.function import Context
from vended_logs import caller
from vended_logs.handler import handler

_GRACE_SECONDS: Final = 10.0


def main() -> int:
    """Carry out orders; return how many processes did not end well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--without", choices=["W"], help="leave a part of the discipline out")
    arguments = parser.parse_args()
    if arguments.without:
        _forget_how_old_a_read_is()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    return _reap([_started(json.loads(line), arguments.folder) for line in iter(sys.stdin.readline, "")])


def _started(order: dict[str, Any], folder: Path) -> int:
    """Return the id of the process that carries the order out."""
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        _carry_out(order, folder / f"{order['name']}.log")
        status = 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # Nothing of the parent's is to run here, its input least of all.
        os._exit(status)


def _carry_out(order: dict[str, Any], log: Path) -> None:
    with log.open("wb") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    os.environ.update(order["environment"])
    handler(order["event"], Context(order["seconds"], order["function_arn"]))


def _reap(processes: list[int]) -> int:
    """Wait for the processes, not for ever; return how many did not end well."""
    end = time.monotonic() + _GRACE_SECONDS
    failed = 0
    for process in processes:
        ended, status = os.waitpid(process, os.WNOHANG)
        while not ended and time.monotonic() < end:
            time.sleep(0.02)
            ended, status = os.waitpid(process, os.WNOHANG)
        if not ended:
            os.kill(process, signal.SIGKILL)
            _, status = os.waitpid(process, 0)
        failed += status != 0
    return failed


def _forget_how_old_a_read_is() -> None:
    """Take W away: a write may rest on a read however old. To show that it is looked for, and found."""
    if not hasattr(caller, "WRITE_WITHIN"):
        raise AttributeError("vended_logs.caller has no WRITE_WITHIN any more: say here where W is.")
    caller.WRITE_WITHIN = 60.0


if __name__ == "__main__":
    sys.exit(main())
