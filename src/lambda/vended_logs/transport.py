"""HTTP with the write discipline: a call ends in time as a whole, and what it would change may be stopped to the last.

botocore's own layer bounds every silence, not the call; and between the moment a write is allowed and the moment it
is sent it may look up a name, connect and shake hands anew. Here one deadline holds for all of a call, the connection
is there before ``may_send`` is asked, and nothing is ever sent twice: a kept connection that turns out to be dead while
it is used costs the call, because the other side may have acted on it.
"""

from __future__ import annotations

import io
import select
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from vended_logs.tls import tls_context

_PORTS = {"https": 443, "http": 80}


class NotSent(Exception):
    """``may_send`` said no when all else was ready; nothing went out."""


class Request(NamedTuple):
    """What to send."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


class Response(NamedTuple):
    """What was answered, whole."""

    status: int
    headers: dict[str, str]
    body: bytes


class Transport:
    """Sends requests, one at a time, over a connection that is kept; for one thread."""

    def __init__(self, call_seconds: float, context: ssl.SSLContext | None = None) -> None:
        """Give each call so many seconds, from connecting to the answer's last byte; trust whom the context trusts.

        Without a context one is made when it is first needed, and kept.
        """
        self._call_seconds = call_seconds
        self._context = context
        self._kept: tuple[str, _TimedSocket] | None = None

    def send(self, request: Request, may_send: Callable[[], bool] = lambda: True) -> Response:
        """Send a request, once, and return the whole answer.

        Raises:
            NotSent: ``may_send``, asked right before the first byte goes out, said no.
            OSError, http.client.HTTPException: the connection failed, or the time was over; unless it never came to be,
                the request may have been acted on.
        """
        parts = urlsplit(request.url)
        deadline = time.monotonic() + self._call_seconds
        connection = self._connection(parts, deadline)
        try:
            response = _exchange(connection, parts, request, may_send)
        except BaseException:
            connection.close()
            raise
        if response.will_close:
            connection.close()
        else:
            self._kept = (_origin(parts), connection)
        return Response(response.status, dict(response.getheaders()), response.content)

    def _connection(self, parts: SplitResult, deadline: float) -> _TimedSocket:
        """Return the kept connection if it goes there and still lives, otherwise a new one."""
        kept, self._kept = self._kept, None
        if kept is not None:
            origin, connection = kept
            if origin == _origin(parts) and connection.is_idle():
                connection.deadline = deadline
                return connection
            connection.close()
        plain = _connected(parts.hostname or "", parts.port or _PORTS[parts.scheme], deadline)
        if parts.scheme == "http":
            return _TimedSocket(plain, deadline)
        self._context = self._context or tls_context()
        try:
            return _TimedSocket(self._context.wrap_socket(plain, server_hostname=parts.hostname), deadline)
        except BaseException:
            plain.close()
            raise


class _Response(HTTPResponse):
    """An answer with its whole body."""

    content = b""


@dataclass
class _TimedSocket:
    """A socket of which every operation ends by one deadline; as much of a socket as http.client needs."""

    plain: socket.socket
    deadline: float

    def sendall(self, data: bytes) -> None:
        """Send it all."""
        view = memoryview(data)
        while view:
            self.plain.settimeout(_seconds_until(self.deadline))
            view = view[self.plain.send(view) :]

    def recv_into(self, buffer: memoryview) -> int:
        """Receive what is there, or wait for something."""
        self.plain.settimeout(_seconds_until(self.deadline))
        return self.plain.recv_into(buffer)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return what http.client reads an answer from."""
        return io.BufferedReader(_Incoming(self))

    def is_idle(self) -> bool:
        """Return whether nothing has come since the last answer, such as the news that the other side has closed."""
        return not select.select([self.plain], [], [], 0)[0]

    def close(self) -> None:
        """End the connection."""
        self.plain.close()


class _Incoming(io.RawIOBase):
    """The incoming half of a socket as a stream."""

    def __init__(self, source: _TimedSocket) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what io.BufferedReader hands over
        return self._source.recv_into(buffer)


def _origin(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc}"


def _seconds_until(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time of the call is over")
    return left


def _connected(host: str, port: int, deadline: float) -> socket.socket:
    """Return a socket that is connected to one of the host's addresses, with the time left for the handshake."""
    failure: OSError = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        found = socket.socket(family, kind, protocol)
        try:
            found.settimeout(_seconds_until(deadline))
            found.connect(address)
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            found.settimeout(_seconds_until(deadline))
        except OSError as error:
            found.close()
            failure = error
        else:
            return found
    raise failure


def _exchange(
    connection: _TimedSocket, parts: SplitResult, request: Request, may_send: Callable[[], bool]
) -> _Response:
    """Send the request, if it still may be sent, and read the whole answer."""
    if not may_send():
        raise NotSent
    sender = HTTPConnection(parts.hostname or "", parts.port)
    sender.auto_open = 0
    # Whoever switched http.client's tracing on would have the credentials' signature and token printed.
    sender.set_debuglevel(0)
    sender.sock = connection
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    # The header is signed, so it has to read as the signature has it, port and all.
    sender.request(request.method, path, request.body, {"Host": parts.netloc, **request.headers})
    response = _Response(connection, method=request.method)  # type: ignore[arg-type]  # it reads, likewise
    response.begin()
    response.content = response.read()
    return response
