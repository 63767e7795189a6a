"""`make deploy`, `make logs` and `make delete`, as the pages have them typed, with the real SAM CLI."""

import os
import signal
import subprocess
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.account import BROAD_ENTRY, Account
from tests.e2e.local_cloud import INHERITED, LocalCloud
from tests.e2e.sam.checkout import check_out
from tests.e2e.sam.sam_cli import settings_of
from tests.e2e.sam.test_sam_cli import stack_status
from tests.support.programs import Done, run

STACK: Final = "vended-logs-policy"
SECONDS: Final = 240


class Make:
    """`make` in a copy of the project, with an AWS profile that leads to the local cloud alone."""

    def __init__(self, scratch: Path, cloud: LocalCloud) -> None:
        """Copy the project into a new folder."""
        self._folder = scratch / "project"
        self._settings = settings_of(scratch, cloud) | {"PATH": INHERITED["PATH"]}
        check_out(self._folder)

    def run(self, line: str) -> Done:
        """Run a line that a shell is given, whatever comes of it."""
        return run(["sh", "-c", line], self._folder, self._settings, SECONDS)

    def follow(self, target: str) -> Generator[str, None, None]:
        """Yield the lines that `make` prints as they come; it is interrupted, as by Ctrl-C, when nobody wants more."""
        with subprocess.Popen(
            ["make", target],
            cwd=self._folder,
            env=self._settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            assert process.stdout
            # Whoever waits for a line that does not come is not to wait for ever.
            late = threading.Timer(SECONDS, os.killpg, (process.pid, signal.SIGKILL))
            late.start()
            try:
                for line in process.stdout:  # noqa: UP028  `yield from` would close it too
                    yield line
            finally:
                late.cancel()
                os.killpg(process.pid, signal.SIGINT)
                process.stdout.read()


@pytest.fixture
def make(tmp_path: Path, cloud: LocalCloud) -> Make:
    """A copy of the project, before the empty cloud."""
    return Make(tmp_path, cloud)


def test_the_app_is_deployed_followed_and_deleted(make: Make, cloud: LocalCloud, account: Account) -> None:
    """The app is deployed for others to share, its log is followed, and it is deleted once that is agreed to."""
    done = make.run('make deploy PARAMETERS="ShareProvider=true SettleSeconds=0"')
    assert done.returncode == 0, done.stdout
    assert stack_status(cloud, STACK) == "CREATE_COMPLETE"
    assert cloud.client("ssm").get_parameter(Name="/vended-logs-policy/service-token")["Parameter"]["Value"]
    assert account.entries() == [BROAD_ENTRY]

    lines = make.follow("logs")
    assert any('"service": "vended-logs-policy"' in line for line in lines)
    lines.close()

    refused = make.run("make delete")
    assert (refused.returncode, f"delete the stack {STACK}" in refused.stdout) == (2, True), refused.stdout
    assert stack_status(cloud, STACK) == "CREATE_COMPLETE"
    done = make.run("yes | make delete")
    assert done.returncode == 0, done.stdout
    assert stack_status(cloud, STACK) == "DELETE_COMPLETE"
    assert account.entries() == [BROAD_ENTRY]
