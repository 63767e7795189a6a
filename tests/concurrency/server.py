"""CloudWatch Logs over HTTP on loopback, as much of it as the provider calls (awsJson1_1), with faults.

Two pages of policies; a real Date header, of when the answer is sent; a call shows or changes what stands at one moment
between its arrival and its answer. Who calls is told by the access key in the Authorization header.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from tests.concurrency.faults import LAG_SECONDS, STALL_SECONDS, T_SECONDS, Chance, Dice
from tests.concurrency.store import RefusedError, State, Store

READ: Final = "DescribeResourcePolicies"
CHANGES: Final = ("PutResourcePolicy", "DeleteResourcePolicy")
_SECOND_PAGE: Final = "second-page"
_CONTENT_TYPE: Final = "application/x-amz-json-1.1"
_GARBAGE: Final = b"<html><body>It works!</body></html>"
_KEY: Final = re.compile(r"Credential=([^/]+)/")
_LINGER_NOT: Final = struct.pack("ii", 1, 0)


@dataclass
class Call:
    """One call as it arrived, and what became of it."""

    caller: str
    action: str
    at: float
    """When it arrived, by `time.monotonic()`."""
    begins: bool = True
    """Not the next page of a read."""
    ends: bool = True
    """No page follows."""
    shown: dict[str, str] = field(default_factory=dict)
    """The documents that a read showed, by name."""
    policy: str = ""
    """The name of the one that is to be changed."""
    made: State | None = None
    """What stood after a change."""
    fault: str = "none"
    is_answered: bool = False

    @property
    def changes(self) -> bool:
        """Whether it changes policies."""
        return self.action in CHANGES


@dataclass
class FakeCloudWatchLogs:
    """The service: its policies, its faults, and the calls that came."""

    store: Store
    dice: Dice
    log_groups: tuple[str, ...] = ()
    url: str = ""
    calls: list[Call] = field(default_factory=list)
    unexpected: list[BaseException] = field(default_factory=list)
    """What went wrong in here, which no test may pass over."""

    @contextmanager
    def running(self) -> Iterator[None]:
        """Serve for the length of a `with` block."""
        server = _Server(self)
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()

    def act(self, call: Call, request: dict[str, Any], lag: float) -> dict[str, Any]:
        """Do what the call asks for and return the answer.

        Raises:
            RefusedError: the service refuses it.
        """
        match call.action:
            case "DescribeResourcePolicies":
                return self._page(call, lag)
            case "PutResourcePolicy":
                text = request["policyDocument"]
                call.made = self.store.put(call.caller, call.policy, text)
                return {"resourcePolicy": {"policyName": call.policy, "policyDocument": text}}
            case "DeleteResourcePolicy":
                call.made = self.store.delete(call.caller, call.policy)
                return {}
            case "DescribeLogGroups":
                found = [name for name in self.log_groups if name.startswith(request.get("logGroupNamePrefix", ""))]
                return {"logGroups": [{"logGroupName": name} for name in found]}
        raise RefusedError("UnknownOperationException", call.action)

    def _page(self, call: Call, lag: float) -> dict[str, Any]:
        """Return the first half of the policies or the second, as they stood a moment ago."""
        state = self.store.as_of(time.monotonic() - min(lag, LAG_SECONDS))
        names = sorted(state.texts)
        half = (len(names) + 1) // 2
        listed = names[:half] if call.begins else names[half:]
        call.ends = not (call.begins and names[half:])
        call.shown = {name: state.texts[name] for name in listed}
        policies = [
            {"policyName": name, "policyDocument": state.texts[name], "lastUpdatedTime": state.changed[name]}
            for name in listed
        ]
        return {"resourcePolicies": policies, **({} if call.ends else {"nextToken": _SECOND_PAGE})}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Of all that come at once none may be turned away.
    request_queue_size = 128

    def __init__(self, service: FakeCloudWatchLogs) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.service = service

    def handle_error(self, *_: object) -> None:
        """Keep what is no matter of the network."""
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, OSError):
            self.service.unexpected.append(error)


class _Handler(BaseHTTPRequestHandler):
    """Answers one connection's calls."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        arrived = time.monotonic()
        service = self.server.service
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        key = _KEY.search(self.headers["authorization"])
        call = Call(key[1] if key else "", self.headers["x-amz-target"].rpartition(".")[2], arrived)
        call.begins, call.policy = "nextToken" not in request, request.get("policyName", "")
        service.calls.append(call)
        chance = service.dice.throw(call.caller, changes=call.changes)
        call.fault, call.is_answered = chance.fault.name, chance.fault.is_answered
        time.sleep(chance.before)
        status, answer = self._acted_on(call, request, chance)
        time.sleep(chance.after)
        with suppress(OSError):
            getattr(self, f"_end_{chance.fault.ending}")(status, json.dumps(answer).encode())

    def _acted_on(self, call: Call, request: dict[str, Any], chance: Chance) -> tuple[int, dict[str, str]]:
        """Do what is asked for, unless the fault or the time forbids it; return status and answer."""
        fault = chance.fault
        answer: tuple[int, dict[str, Any]] = (200, {})
        if fault.acted_on and time.monotonic() - call.at >= T_SECONDS:
            # This machine was late: the discipline rests on it that calls are acted on in time or not at all.
            call.is_answered = False
            return 503, {"__type": "ServiceUnavailableException", "message": "Too late."}
        if fault.acted_on:
            try:
                answer = 200, self.server.service.act(call, request, chance.lag)
            except RefusedError as refusal:
                call.is_answered = False
                answer = 400, {"__type": refusal.code, "message": str(refusal)}
        if fault.refusal is not None:
            status, code = fault.refusal
            answer = status, {"__type": code, "message": f"Injected: {fault.name}."}
        return answer

    def _head(self, status: int, length: int) -> None:
        self.send_response(status)
        self.send_header("content-type", _CONTENT_TYPE)
        self.send_header("content-length", str(length))
        self.end_headers()

    def _end_whole(self, status: int, body: bytes) -> None:
        self._head(status, len(body))
        self.wfile.write(body)

    def _end_close(self, status: int, body: bytes) -> None:
        """Answer, and drop the connection without having announced it."""
        self._end_whole(status, body)
        self.close_connection = True

    def _end_cut(self, status: int, body: bytes) -> None:
        """Promise more than is sent."""
        self._head(status, len(body) + 1000)
        self.wfile.write(body[: len(body) // 2])
        self.close_connection = True

    def _end_trickle(self, status: int, body: bytes) -> None:
        """Answer byte by byte, never silent for long and not done when the caller's time is over."""
        self._head(status, len(body) + 1000)
        end = time.monotonic() + STALL_SECONDS
        for number in range(len(body)):
            self.wfile.write(body[number : number + 1])
            if time.monotonic() > end:
                break
            time.sleep(0.1)
        time.sleep(max(0.0, end - time.monotonic()))
        self.close_connection = True

    def _end_silence(self, _status: int, _body: bytes) -> None:
        time.sleep(STALL_SECONDS)
        self.close_connection = True

    def _end_garbage(self, _status: int, _body: bytes) -> None:
        self._end_whole(200, _GARBAGE)

    def _end_reset(self, _status: int, _body: bytes) -> None:
        """Close without a farewell, so that the other side sees a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        # The files over the socket hold it open too.
        self.rfile.close()
        self.connection.close()
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""
