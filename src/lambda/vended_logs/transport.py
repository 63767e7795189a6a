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
import struct
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from vended_logs.tls import tls_context

_PORTS = {"https": 443, "http": 80}
_KEPT_SECONDS = 20.0
"""How long a connection is kept unused: one that died while the function was frozen would cost a call."""
_FIRST_ADDRESS_SECONDS = 1.0
"""What connecting to one address of a name may take while there are others to try."""
_FINAL = 200


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

    def __init__(self, call_seconds: float) -> None:
        """Give each call so many seconds, from connecting to the answer's last byte; trust whom ``tls`` trusts."""
        self._call_seconds = call_seconds
        self._kept: tuple[str, _TimedSocket, float] | None = None

    def send(self, request: Request, may_send: Callable[[], bool] = lambda: True) -> Response:
        """Send a request, once, and return the whole answer.

        Raises:
            NotSent: ``may_send``, asked right before the first byte goes out, said no.
            OSError, http.client.HTTPException: the connection failed, or the time was over; unless it never came to be,
                the request may have been acted on.
        """
        parts = urlsplit(request.url)
        # Before the time runs: made for the first call, on a small part of a processor, it takes a good part of it.
        context = tls_context() if parts.scheme == "https" else None
        deadline = time.monotonic() + self._call_seconds
        connection = self._connection(parts, context, deadline)
        try:
            response = _exchange(connection, parts, request, may_send)
        except BaseException:
            connection.abandon()
            raise
        if response.will_close:
            connection.close()
        else:
            self._kept = (_origin(parts), connection, time.monotonic())
        return Response(response.status, dict(response.getheaders()), response.content)

    def _connection(self, parts: SplitResult, context: ssl.SSLContext | None, deadline: float) -> _TimedSocket:
        """Return the kept connection if it goes there and still lives, otherwise a new one."""
        kept, self._kept = self._kept, None
        if kept is not None:
            origin, connection, used_at = kept
            is_young = time.monotonic() - used_at < _KEPT_SECONDS
            if origin == _origin(parts) and is_young and connection.is_idle():
                connection.deadline = deadline
                return connection
            connection.close()
        plain = _connected(parts.hostname or "", parts.port or _PORTS[parts.scheme], deadline)
        if context is None:
            return _TimedSocket(plain, deadline)
        try:
            return _TimedSocket(context.wrap_socket(plain, server_hostname=parts.hostname), deadline)
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

    def abandon(self) -> None:
        """End the connection and throw away what has not left yet: a request that is given up must not arrive later.

        A plain close would have the system go on sending it, for minutes, the function's end and its next start
        included (socket(7), SO_LINGER).
        """
        with suppress(OSError):
            self.plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.plain.close()


class _Incoming(io.RawIOBase):
    """The incoming half of a socket as a stream."""

    def __init__(self, source: _TimedSocket) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what io.BufferedReader hands over
        return self._source.recv_into(buffer)


def _host(parts: SplitResult) -> str:
    """Return the Host header as botocore signs it: lower case, and a port only where it is not the scheme's own."""
    name = parts.hostname or ""
    name = f"[{name}]" if ":" in name else name
    return name if parts.port in (None, _PORTS[parts.scheme]) else f"{name}:{parts.port}"


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
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for turn, (family, kind, protocol, _, address) in enumerate(addresses, 1):
        found = socket.socket(family, kind, protocol)
        try:
            left = _seconds_until(deadline)
            is_last = turn == len(addresses)
            found.settimeout(left if is_last else min(_FIRST_ADDRESS_SECONDS, left / 2))
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
    sender = HTTPConnection("never-dialled", 80)
    sender.auto_open = 0
    # Whoever switched http.client's tracing on would have the credentials' signature and token printed.
    sender.set_debuglevel(0)
    sender.sock = connection
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        sender.request(request.method, path, request.body, {"Host": _host(parts), **request.headers})
    except ValueError:
        # Its text has the header in it, which may be the session token.
        message = "a header cannot be sent"
        raise HTTPException(message) from None
    response = _Response(connection, method=request.method)  # type: ignore[arg-type]  # it reads, likewise
    response.begin()
    if response.status < _FINAL:
        message = "no final answer"
        raise HTTPException(message)
    response.content = response.read()
    return response
