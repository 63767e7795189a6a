"""Starts the process that forks the providers, gives it orders, and sees to its end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import vended_logs
from tests.concurrency.orders import Order, Settings
from tests.support.answers import Answers
from tests.support.function import event
from tests.unit.policy.universe import ACCOUNT, REGION

_ROOT: Final = Path(__file__).parents[2]
_FUNCTION_ARN: Final = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:provider"
_END_SECONDS: Final = 60.0


class Nursery:
    """The running process."""

    def __init__(self, process: subprocess.Popen[str], seconds: float) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._orders, self._words = process, process.stdin, process.stdout
        self._seconds = seconds

    def await_start(self) -> bool:
        """Return whether it has got so far that it takes orders."""
        return self._words.readline() == "ready\n"

    def give(self, order: Order, service_url: str, answers: Answers) -> None:
        """Have a process of its own carry the order out."""
        given = event(
            order.kind,
            answers.url,
            dict(order.properties),
            StackId=f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/app{order.number:02}/5f0c3b60",
            RequestId=order.name,
            ServiceToken=_FUNCTION_ARN,
        )
        line = {
            "name": order.name,
            "environment": _environment(order.name, service_url, answers.authority),
            "event": given,
            "function_arn": _FUNCTION_ARN,
            "seconds": self._seconds,
        }
        self._orders.write(json.dumps(line) + "\n")
        self._orders.flush()

    def is_over(self) -> bool:
        """Return whether it has ended, whoever ended it."""
        return self._process.poll() is not None

    def end(self) -> int:
        """Say that no order follows and wait for the processes; return how many did not end well."""
        self._orders.close()
        try:
            self._process.wait(timeout=_END_SECONDS)
        finally:
            self._process.kill()
            self._process.wait()
            self._words.close()
        return self._process.returncode


@contextmanager
def nursery(folder: Path, settings: Settings) -> Iterator[Nursery]:
    """Run it for the length of a `with` block; the processes' logs are in the folder.

    Raises:
        RuntimeError: it does not start.
    """
    command = [sys.executable, "-m", "tests.concurrency.provider", str(folder)]
    log = folder / "nursery.log"
    with log.open("w") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [*command, "--without", "W"] if settings.without_w else command,
            cwd=_ROOT,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(vended_logs.__file__).parents[1])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    running = Nursery(process, settings.function_seconds)
    try:
        if not running.await_start():
            raise RuntimeError(f"The provider processes did not start: {log.read_text()[-500:]}")
        yield running
    finally:
        running.end()


def _environment(key: str, url: str, authority: Path) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_CA_BUNDLE": str(authority),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
