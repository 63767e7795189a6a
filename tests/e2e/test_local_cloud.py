"""The local cloud starts whatever its caller inherited, says why when it does not, and outlives nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.e2e import local_cloud
from tests.e2e.local_cloud import INHERITED, ROOT, LocalCloudError

JUNK = {
    "AWS_PROFILE": "no-such-profile",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "AWS_CA_BUNDLE": "/no/such/file",
    "AWS_RETRY_MODE": "no-such-mode",
    "SSL_CERT_FILE": "/no/such/file",
    "SSL_CERT_DIR": "/no/such/folder",
    "REQUESTS_CA_BUNDLE": "/no/such/file",
    "HTTPS_PROXY": "http://127.0.0.1:1",
    "GATEWAY_PORT": "1",
    "MINISTACK_REGION": "nowhere",
    "PYTHONDONTWRITEBYTECODE": "1",
}
SCRIPT = """
import time
from tests.e2e.local_cloud import local_cloud
with local_cloud() as cloud:
    print(cloud.client("logs").describe_resource_policies()["resourcePolicies"], cloud.process.pid, flush=True)
    time.sleep({seconds})
"""


def test_what_is_inherited_does_not_matter(tmp_path: Path) -> None:
    """AWS settings, certificates, a proxy and the engine's own variables of the caller are without effect."""
    with caller(0, {**JUNK, "TMPDIR": str(tmp_path)}) as process:
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert out.startswith("[] ")


def test_the_engine_does_not_outlive_its_caller(tmp_path: Path) -> None:
    """When whoever started the engine is killed, the engine ends too."""
    with caller(600, {"TMPDIR": str(tmp_path)}) as process:
        assert process.stdout is not None
        engine = int(process.stdout.readline().split()[-1])
        process.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while is_running(engine) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(engine)


def test_an_engine_that_does_not_start_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The error names the engine and its version, and repeats the engine's last words."""

    def launch(folder: Path, _port: int, *, modelled: bool) -> subprocess.Popen[bytes]:
        with (folder / "engine.log").open("wb") as log:
            return subprocess.Popen([sys.executable, "-c", f"exit('no luck {modelled}')"], stdout=log, stderr=log)  # noqa: S603  our own interpreter

    monkeypatch.setattr(local_cloud, "_launch", launch)
    with pytest.raises(LocalCloudError, match=r"ministack 1\.5\.33\) did not start\. Its last words: no luck True"):
        local_cloud.start(tmp_path, modelled=True)


def caller(seconds: int, more: Mapping[str, str]) -> subprocess.Popen[str]:
    """Start a process that starts an engine, tells its policies and its process id, and sleeps."""
    return subprocess.Popen(  # noqa: S603  our own interpreter
        [sys.executable, "-c", SCRIPT.format(seconds=seconds)],
        cwd=ROOT,
        env={**INHERITED, **more},
        stdout=subprocess.PIPE,
        text=True,
    )


def is_running(pid: int) -> bool:
    """Whether there is such a process, other than one that has ended and was not waited for."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
