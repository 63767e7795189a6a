"""Start, reset and stop a CloudFormation engine (ministack) on this machine: TLS, IAM enforced, own state folder.

The engine runs as a subprocess on a free port of 127.0.0.1. Nothing of the caller's environment reaches it but what a
Python process needs to start, and nothing of the caller's AWS settings reaches the clients made here.
"""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import boto3
import trustme
from botocore.config import Config

ROOT: Final = Path(__file__).resolve().parents[2]
REGION: Final = "us-west-2"
ACCOUNT: Final = "123456789012"
ENGINE_VERSION: Final = "1.5.33"
INHERITED: Final = dict(os.environ)
"""The environment as it was, for what is not the engine's: pip may need its certificates."""

_START_SECONDS: Final = 60.0
_KEPT_VARIABLES: Final = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT")
_FORGOTTEN_VARIABLES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class LocalCloudError(RuntimeError):
    """The engine did not start, or stopped answering; the message says why and where its log is."""


@dataclass
class LocalCloud:
    """A running engine. `folder` holds its state, its certificate, its log and its journal."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    @property
    def endpoint(self) -> str:
        """URL of every service."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def authority(self) -> Path:
        """PEM file of the certificate authority that signed the engine's certificate."""
        return self.folder / "authority.pem"

    @property
    def log(self) -> Path:
        """What the engine and the functions' processes printed."""
        return self.folder / "engine.log"

    @property
    def journal(self) -> Path:
        """JSON lines: see `tests.e2e.journal`."""
        return self.folder / "journal.jsonl"

    def client(self, service: str, region: str = REGION) -> Any:
        """Return a boto3 client of the account's root user, made once for each service and region."""
        if (service, region) not in self._clients:
            make: Callable[..., Any] = boto3.client  # its overloads want a literal name
            self._clients[service, region] = make(
                service,
                region_name=region,
                endpoint_url=self.endpoint,
                verify=str(self.authority),
                aws_access_key_id=ACCOUNT,
                aws_secret_access_key="local",  # noqa: S106  the engine takes any
                config=Config(proxies={}, retries={"total_max_attempts": 2}, read_timeout=120),
            )
        return self._clients[service, region]

    def reset(self) -> None:
        """Forget all resources of all accounts, stop the functions' processes and empty the journal."""
        status = self._request("POST", "/_ministack/reset")
        if status != http.client.OK:
            message = f"The local cloud refused to reset itself (HTTP {status}); its log is {self.log}."
            raise LocalCloudError(message)
        self.journal.write_text("", encoding="utf-8")

    def stop(self) -> None:
        """End the engine and, with it, the functions' processes."""
        if self.process.poll() is None and self.is_ready():
            self.reset()
        self.process.kill()  # its own graceful end waits for the connections of the clients here
        self.process.wait(timeout=10)

    def _request(self, method: str, path: str) -> int:
        context = ssl.create_default_context(cafile=str(self.authority))
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=60, context=context)
        try:
            connection.request(method, path)
            return connection.getresponse().status
        finally:
            connection.close()

    def is_ready(self) -> bool:
        """Whether the engine answers that it is ready."""
        try:
            return self._request("GET", "/_ministack/ready") == http.client.OK
        except OSError:
            return False


@contextmanager
def local_cloud(*, modelled: bool = True, settings: Mapping[str, str] | None = None) -> Iterator[LocalCloud]:
    """Run an engine for the length of a `with` block; `modelled` adds what `aws_model` knows of AWS.

    `settings` are added to the engine's environment, which the functions inherit. Its folder goes with it, but for its
    log if the block fails: the error then notes where that is.
    """
    forget_inherited_settings()
    folder = Path(tempfile.mkdtemp(prefix="local-cloud-"))
    try:
        cloud = start(folder, modelled=modelled, settings=settings)
        try:
            yield cloud
        finally:
            cloud.stop()
    except Exception as error:
        error.add_note(f"The engine's log: {_kept_log(folder)}")
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def start(folder: Path, *, modelled: bool, settings: Mapping[str, str] | None = None) -> LocalCloud:
    """Start an engine whose state lives in `folder`, and wait until it is ready.

    Raises LocalCloudError, in one sentence, if it does not get there.
    """
    _write_certificate(folder)
    (folder / "state").mkdir()
    port = _free_port()
    environment = {**_engine_environment(folder, port), **(settings or {})}
    cloud = LocalCloud(folder, port, _launch(folder, environment, modelled=modelled))
    deadline = time.monotonic() + _START_SECONDS
    while not cloud.is_ready():
        if cloud.process.poll() is not None or time.monotonic() > deadline:
            last_words = _last_line(cloud.log)
            cloud.stop()
            message = f"The local cloud (ministack {ENGINE_VERSION}) did not start. Its last words: {last_words}"
            raise LocalCloudError(message)
        time.sleep(0.05)
    return cloud


def forget_inherited_settings() -> None:
    """Take out of this process's environment all that would redirect boto3 or change whom it trusts."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name in _FORGOTTEN_VARIABLES:
            del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"


def _launch(folder: Path, environment: Mapping[str, str], *, modelled: bool) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.e2e.server", "--journal", str(folder / "journal.jsonl")]
    (folder / "journal.jsonl").touch()
    with (folder / "engine.log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603  our own interpreter and module
            [*command, "--modelled"] if modelled else command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,  # the engine ends when this closes, so that it cannot outlive us
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def _engine_environment(folder: Path, port: int) -> dict[str, str]:
    """Return the engine's whole environment; functions inherit it, so the certificate is trusted there too."""
    authority = str(folder / "authority.pem")
    return {
        **{name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
        "HOME": str(folder / "state"),
        "TMPDIR": str(folder / "state"),
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "MINISTACK_REGION": REGION,
        "USE_SSL": "1",
        "MINISTACK_SSL_CERT": str(folder / "server.pem"),
        "MINISTACK_SSL_KEY": str(folder / "server.key"),
        "SSL_CERT_FILE": authority,
        "AWS_CA_BUNDLE": authority,
        "REQUESTS_CA_BUNDLE": authority,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _write_certificate(folder: Path) -> None:
    authority = trustme.CA()
    server = authority.issue_cert("127.0.0.1", "localhost")
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    server.private_key_pem.write_to_path(str(folder / "server.key"))
    for number, blob in enumerate(server.cert_chain_pems):
        blob.write_to_path(str(folder / "server.pem"), append=number > 0)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _kept_log(folder: Path) -> Path:
    kept = folder.with_suffix(".log")
    shutil.copyfile(folder / "engine.log", kept)
    return kept


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "it printed nothing."
