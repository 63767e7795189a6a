"""CloudWatch Logs over HTTP on loopback, for a function in a process of its own: policies, refusals, silence."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class LogsService:
    """The policies by name, how an action is refused, and what was asked."""

    url: str = ""
    policies: dict[str, dict[str, Any]] = field(default_factory=dict)
    refusals: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    """Status, code and message of the refusal, by action."""
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Action and headers of each call, in order."""

    def clear(self) -> None:
        """Forget it all."""
        self.policies.clear()
        self.refusals.clear()
        self.requests.clear()

    def act(self, action: str, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Return status and answer."""
        if action in self.refusals:
            status, code, message = self.refusals[action]
            return status, {"__type": code, "message": message}
        if action == "DescribeResourcePolicies":
            return 200, {"resourcePolicies": list(self.policies.values())}
        if action == "PutResourcePolicy":
            changed = {"lastUpdatedTime": int(time.time() * 1000)}
            self.policies[request["policyName"]] = {**request, **changed}
            return 200, {"resourcePolicy": request}
        if action == "DescribeLogGroups":
            return 200, {"logGroups": []}
        assert action == "DeleteResourcePolicy", action
        del self.policies[request["policyName"]]
        return 200, {}


@contextmanager
def logs_service() -> Iterator[LogsService]:
    """Run the service for the length of a ``with`` block."""
    service = LogsService()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            action = self.headers["x-amz-target"].rpartition(".")[2]
            service.requests.append((action, dict(self.headers.items())))
            status, answer = service.act(action, json.loads(self.rfile.read(int(self.headers["content-length"]))))
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/x-amz-json-1.1")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
