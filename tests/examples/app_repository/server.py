"""The repository on a free port of this machine, for as long as a `with` block lasts."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from botocore import xform_name

from tests.examples.app_repository import protocol
from tests.examples.app_repository.refusal import RefusedError
from tests.examples.app_repository.repository import Repository


@contextmanager
def serving(repository: Repository) -> Iterator[str]:
    """Serve a repository, and give its URL."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with lock:
                status, kind, answer = _answered(repository, self, body)
            self.send_response(status)
            if kind:
                self.send_header("x-amzn-ErrorType", kind)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: object) -> None:
            """Say nothing: what is refused, the caller is told."""

    for method in ("DELETE", "GET", "PATCH", "POST", "PUT"):
        setattr(Handler, f"do_{method}", Handler.answer)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answered(repository: Repository, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, str | None, bytes]:
    """Return status, kind of error and body of an answer; what fails here is told as an error of the service's."""
    try:
        return _granted(repository, request, body)
    except RefusedError as refused:
        refusal = refused
    except Exception as error:  # noqa: BLE001  whoever asked is told, and so is the test
        refusal = RefusedError("InternalServerErrorException", repr(error), HTTPStatus.INTERNAL_SERVER_ERROR)
    told = {"errorCode": str(int(refusal.status)), "message": refusal.message}
    return int(refusal.status), refusal.code, json.dumps(told).encode()


def _granted(repository: Repository, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, None, bytes]:
    caller = protocol.caller(request.headers.get("Authorization"))
    call = protocol.call(request.command, request.path, body)
    status, answer = protocol.answer(
        call.operation, getattr(repository, xform_name(call.operation.name))(caller, call.request)
    )
    return status, None, answer
