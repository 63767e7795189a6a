"""The far side of the function, over TLS on loopback: CloudWatch Logs' policies, and who takes the function's answers.

It runs in a process of its own (`benchmarks.service_process`), so that none of its work counts into the process that is
measured. That one trusts as many authorities as one in Lambda does, because reading them is a good part of what a first
call costs.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import botocore
import trustme

from benchmarks.places import ROOT
from benchmarks.service_process import REGION

EVENT: Final = ROOT / "events" / "create.json"
"""What the contenders answer, but for its ResponseURL; of the region and the account that are served."""
_CALL_SECONDS: Final = 10

Held = Literal["granted", "empty"]


class ServiceError(RuntimeError):
    """The service did not start or did not answer; the message holds what it printed."""


@dataclass(frozen=True)
class Service:
    """A running service: its `url`, and the folder with what came.

    `ca_file` holds its authority among some hundred and twenty others, as a machine's own list is; `authority` holds
    its authority alone, for a program that brings a list of its own.
    """

    url: str
    ca_file: Path
    authority: Path
    folder: Path

    @property
    def response_url(self) -> str:
        """Where the answer to CloudFormation goes."""
        return f"{self.url}/answer?X-Amz-Signature=example"

    def answers(self) -> list[dict[str, Any]]:
        """Return the answers that were taken with 200, in order."""
        return _lines(self.folder / "answers")

    def calls(self) -> list[str]:
        """Return the actions that were called, in order."""
        return [line["action"] for line in _lines(self.folder / "calls")]

    def forget(self) -> None:
        """Forget what came, and hold what was held at the start; raises ServiceError if that was not done."""
        context = ssl.create_default_context(cafile=str(self.authority))
        place = urlsplit(self.url)
        connection = http.client.HTTPSConnection(place.netloc, timeout=_CALL_SECONDS, context=context)
        try:
            connection.request("DELETE", "/")
            status = connection.getresponse().status
        finally:
            connection.close()
        if status != http.client.OK:
            raise ServiceError(f"The service did not forget what came (HTTP {status}).")

    def environment(self) -> dict[str, str]:
        """Return the whole environment of a contender: what Lambda sets, and the way here.

        SSL_CERT_FILE is the machine's list of authorities, and NODE_EXTRA_CA_CERTS adds ours to the list that Node.js
        brings: each contender reads as many certificates as it does in Lambda. The function's folder is read-only
        there, so that what came without bytecode is compiled at every cold start: here, too.
        """
        name = "vended-logs-policy-Provider-1A2B3C4D5E6F"
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "ASIAEXAMPLE123456789",
            "AWS_SECRET_ACCESS_KEY": "secret/key/of/the/benchmark/abcdefghijkl",
            "AWS_SESSION_TOKEN": "token-of-the-benchmark/" * 30,  # of the usual length
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_ENDPOINT_URL": self.url,
            "EVENT": str(EVENT),
            "RESPONSE_URL": self.response_url,
            "TAKEN": str(self.folder / "taken"),
            "SSL_CERT_FILE": str(self.ca_file),
            "NODE_EXTRA_CA_CERTS": str(self.authority),
            "PYTHONDONTWRITEBYTECODE": "1",
        }


@contextmanager
def serving(policy: Held = "granted") -> Iterator[Service]:
    """Run the service for the length of a `with` block.

    "granted": the account's policy holds the default grant, written long ago. "empty": there is no policy yet; what is
    put is then read back. Raises ServiceError if it does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="service-"))
    try:
        _write_certificates(folder)
        process = subprocess.Popen(  # noqa: S603  our own interpreter and module
            [sys.executable, "-m", "benchmarks.service_process", str(folder), policy],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"]},
            stdin=subprocess.PIPE,  # it ends when this closes, so that it cannot outlive us
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        with process:
            try:
                yield Service(_url(process), folder / "authorities.pem", folder / "authority.pem", folder)
            finally:
                process.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _url(process: subprocess.Popen[bytes]) -> str:
    assert process.stdout is not None  # noqa: S101  it was asked for
    said = process.stdout.readline().decode().strip()
    if not said.startswith("https://"):
        rest, _ = process.communicate()  # which closes its standard input, so that it ends
        raise ServiceError(f"The service did not start: {said} {rest.decode().strip()}")
    return said


def _write_certificates(folder: Path) -> None:
    authority = trustme.CA()
    server = authority.issue_cert("127.0.0.1", "localhost")
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    server.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    shutil.copyfile(Path(botocore.__file__).parent / "cacert.pem", folder / "authorities.pem")
    authority.cert_pem.write_to_path(str(folder / "authorities.pem"), append=True)


def _lines(file: Path) -> list[dict[str, Any]]:
    with suppress(FileNotFoundError):
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return []
