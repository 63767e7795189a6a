"""An HTTPS server that takes the answers meant for CloudFormation, on loopback and with a certificate of its own."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme

SECRET = "X-Amz-Signature=5ec2e7"  # noqa: S105 - a marker to look for in logs


@dataclass
class Answers:
    """What was answered, and with which statuses it is taken."""

    authority: Path
    url: str = ""
    statuses: list[int] = field(default_factory=list)
    """One for each answer to come; 0 closes the connection; none left is 200."""
    bodies: list[bytes] = field(default_factory=list)
    content_types: list[str | None] = field(default_factory=list)

    @property
    def only(self) -> dict[str, Any]:
        """Return the one answer that came."""
        assert len(self.bodies) == 1, self.bodies
        found: dict[str, Any] = json.loads(self.bodies[0])
        return found

    def clear(self) -> None:
        """Forget what was answered and what was scripted."""
        for listed in (self.bodies, self.content_types, self.statuses):
            listed.clear()


@contextmanager
def answer_server(folder: Path) -> Iterator[Answers]:
    """Run the server for the length of a ``with`` block; its authority's certificate lies in the folder."""
    authority = trustme.CA()
    answers = Answers(folder / "authority.pem")
    authority.cert_pem.write_to_path(str(answers.authority))

    class Taker(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            answers.bodies.append(self.rfile.read(int(self.headers["content-length"])))
            answers.content_types.append(self.headers["content-type"])
            status = answers.statuses.pop(0) if answers.statuses else 200
            if status:
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taker)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    answers.url = f"https://127.0.0.1:{server.server_address[1]}/answer?{SECRET}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield answers
    finally:
        server.shutdown()
        server.server_close()
