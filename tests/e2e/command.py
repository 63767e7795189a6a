"""``vended-logs`` as people run it against the local cloud: a process of its own, with settings of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.e2e.local_cloud import ACCOUNT, REGION, ROOT, LocalCloud

Run = Callable[..., subprocess.CompletedProcess[str]]


def command(cloud: LocalCloud, folder: Path) -> Run:
    """Return what runs the command in a folder; settings by name take the place of those that are given."""

    def run(*arguments: str, stdout: int = subprocess.PIPE, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(str(ROOT / "src" / part) for part in ("lambda", "tools")),
            "AWS_ENDPOINT_URL": cloud.endpoint,
            "AWS_CA_BUNDLE": str(cloud.authority),
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            **settings,
        }
        return subprocess.run(  # noqa: S603  our own interpreter and command
            [sys.executable, "-m", "vended_logs_tools", *arguments],
            env={name: value for name, value in environment.items() if value},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=120,
        )

    return run
