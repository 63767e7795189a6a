"""How the tests run a program of somebody else's: nothing to read from, all that it prints kept, in a set time."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.e2e.local_cloud import ACCOUNT, LocalCloud

Done = subprocess.CompletedProcess[str]


def run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: int, *, errors_apart: bool = False
) -> Done:
    """Run a program with no more than the environment given, whatever comes of it.

    What it prints as errors is in `stdout` with all else, unless it is asked for apart.
    """
    return subprocess.run(
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


def leading_to(cloud: LocalCloud) -> dict[str, str]:
    """Return the settings that lead what speaks with AWS to a local cloud, and nowhere else."""
    return {
        "AWS_ENDPOINT_URL": cloud.endpoint,
        "AWS_CA_BUNDLE": str(cloud.authority),
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
