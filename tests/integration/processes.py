"""The function in a process of its own, as Lambda runs it: its environment, its import, one event, its time-out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from tests.integration.logs_service import LogsService
from tests.support.answers import Answers

ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = ROOT / "src" / "lambda"
CREDENTIALS: Final = {
    "AWS_ACCESS_KEY_ID": "ASIAEXAMPLE123456789",
    "AWS_SECRET_ACCESS_KEY": "5ecretKeyOfTheTestThatNoLogMayHold/+abcd",
    "AWS_SESSION_TOKEN": "5essionTokenOfTheTestThatNoLogMayHold//////////wEaCXVz",
}
TIMED_OUT: Final = 9
"""What a process returns that Lambda would have stopped for its time-out."""
_SCRIPT: Final = """
import json, os, sys, threading
sys.path.append({root!r})
{before}
from tests.support.function import Context
from vended_logs.handler import handler
{after}
end = threading.Timer({seconds}, os._exit, ({timed_out},))
end.daemon = True
end.start()
handler(json.loads(sys.stdin.read()), Context({seconds}))
"""


def surroundings(service: LogsService, answers: Answers) -> dict[str, str]:
    """Return the whole environment of a function's process that finds its services on this machine."""
    return {
        "PATH": os.environ["PATH"],
        "AWS_CA_BUNDLE": str(answers.authority),
        "AWS_ENDPOINT_URL": service.url,
        "AWS_REGION": "us-west-2",
        "AWS_EC2_METADATA_DISABLED": "true",
        **CREDENTIALS,
    }


def run(  # noqa: PLR0913 - each is one circumstance of a start
    event: dict[str, Any],
    environment: dict[str, str],
    *,
    before: str = "",
    after: str = "",
    seconds: float = 20,
    source: Path = SOURCE,
) -> subprocess.CompletedProcess[str]:
    """Start the function from a folder of sources and send it an event; code may run before and after its import."""
    script = _SCRIPT.format(root=str(ROOT), before=before, after=after, seconds=seconds, timed_out=TIMED_OUT)
    return subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", script],
        input=json.dumps(event),
        env={"PYTHONPATH": str(source), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
