"""The process of `benchmarks.service`: it holds policies and takes answers, with the headers that AWS sends.

`python -m benchmarks.service_process FOLDER granted|empty`; FOLDER holds `server.pem` and gets what comes.
"""

from __future__ import annotations

import argparse
import json
import ssl
import sys
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

REGION: Final = "us-east-1"
ACCOUNT: Final = "123456789012"
POLICY: Final = "AWSLogDeliveryWrite20150319"
_LONG_AGO: Final = 1_600_000_000_000
"""When the policy was last written, in ms since the epoch: longer ago than any writer waits."""
_IDLE_SECONDS: Final = 60


@dataclass
class _Store:
    """What is held and what came; every file is written before the request is answered."""

    folder: Path
    held: str
    policies: dict[str, dict[str, Any]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Hold what is held at the start, and nothing that came."""
        granted = {"policyName": POLICY, "policyDocument": _granted(), "lastUpdatedTime": _LONG_AGO}
        with self.lock:
            self.policies = {POLICY: granted} if self.held == "granted" else {}
            for name in ("answers", "calls", "taken"):
                (self.folder / name).write_bytes(b"")

    def act(self, action: str, request: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """Return status and answer of a call."""
        with self.lock:
            self._note("calls", {"action": action})
            if action == "DescribeResourcePolicies":
                return 200, {"resourcePolicies": list(self.policies.values())}
            if action == "PutResourcePolicy":
                policy = {**request, "lastUpdatedTime": int(time.time() * 1000)}
                self.policies[request["policyName"]] = policy
                return 200, {"resourcePolicy": policy}
        return 400, {"__type": "UnknownOperationException", "message": action}

    def take(self, body: bytes) -> None:
        """Keep an answer; `taken` has one character for each, "+" for a success."""
        answer = json.loads(body)
        with self.lock:
            self._note("answers", answer)
            with (self.folder / "taken").open("a", encoding="ascii") as taken:
                taken.write("+" if answer["Status"] == "SUCCESS" else "-")

    def _note(self, name: str, what: Mapping[str, Any]) -> None:
        with (self.folder / name).open("a", encoding="utf-8") as file:
            file.write(json.dumps(what) + "\n")


def _granted() -> str:
    """Return a policy in which the grant stands that is asked for by default, beside another service's."""
    entry = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:"
    common = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"]}
    ours = {
        "Sid": "VendedLogsPolicy",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        **common,
        "Resource": [f"{entry}/aws/vendedlogs/*"],
        "Condition": {
            "StringEquals": {"aws:SourceAccount": [ACCOUNT]},
            "ArnLike": {"aws:SourceArn": [f"arn:aws:logs:{REGION}:{ACCOUNT}:*"]},
        },
    }
    other = {"Sid": "dns", "Principal": {"Service": "route53.amazonaws.com"}, **common, "Resource": f"{entry}/dns/*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [ours, other]}, separators=(",", ":"))


class _Handler(BaseHTTPRequestHandler):
    """Answers with the headers that AWS sends."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # an answer of two packets would wait for an acknowledgement in between
    wbufsize = -1
    store: _Store

    def setup(self) -> None:
        """Shake hands here, in the connection's own thread."""
        self.request.settimeout(_IDLE_SECONDS)
        self.request.do_handshake()
        super().setup()

    def do_POST(self) -> None:
        action = self.headers["x-amz-target"].removeprefix("Logs_20140328.")
        self._answer(*self.store.act(action, json.loads(self._body())))

    def do_PUT(self) -> None:
        body = self._body()
        if not self.path.startswith("/answer"):
            return self._answer(404, {})
        self.store.take(body)
        return self._answer(200, None)

    def do_DELETE(self) -> None:
        self.store.forget()
        self._answer(200, None)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["content-length"]))

    def _answer(self, status: int, content: Mapping[str, Any] | None) -> None:
        body = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)  # with the header Date
        self.send_header("x-amzn-requestid", str(uuid.uuid4()))
        if content is not None:
            self.send_header("content-type", "application/x-amz-json-1.1")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


class _Server(ThreadingHTTPServer):
    """Says nothing of a connection that its client gave up."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Print an error, unless it is the connection's."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # typed more narrowly there, and only handed on


def main() -> None:
    """Serve until the standard input ends; the first line that is printed is the URL."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("policy", choices=["granted", "empty"])
    arguments = parser.parse_args()
    _Handler.store = _Store(arguments.folder, arguments.policy)
    server = _Server(("127.0.0.1", 0), _Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(arguments.folder / "server.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    print(f"https://127.0.0.1:{server.server_address[1]}", flush=True)  # noqa: T201  how the starter learns of it
    sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
