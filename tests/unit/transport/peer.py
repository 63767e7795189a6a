"""The other side of a connection."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from vended_logs.transport import Request

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nDate: now\r\n\r\n{}"
Script = Callable[[socket.socket], None]


@dataclass
class Peer:
    """The other side: what it does with each connection, one script a connection."""

    listener: socket.socket
    scripts: list[Script] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)
    """What came, one item a request or, of a connection that sent nothing, an empty one."""

    @property
    def url(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}/"

    def take(self, connection: socket.socket) -> None:
        """Read one request."""
        text = b""
        while b"\r\n\r\n" not in text or not text.endswith(b"body"):
            more = connection.recv(4096)
            if not more:
                break
            text += more
        self.received.append(text)

    def serve(self) -> None:
        """Play the scripts."""
        while self.scripts:
            with suppress(OSError):
                connection, _ = self.listener.accept()
                with connection:
                    self.scripts.pop(0)(connection)


def started(peer: Peer, *scripts: Script) -> threading.Thread:
    """Play the scripts in a thread."""
    peer.scripts = list(scripts)
    thread = threading.Thread(target=peer.serve, daemon=True)
    thread.start()
    return thread


def always() -> bool:
    """Return that the request may be sent."""
    return True


def post(peer: Peer) -> Request:
    """Return a request to the peer."""
    return Request("POST", peer.url, {"X-Signed": "yes"}, b"body")


def answering(peer: Peer, *answers: bytes) -> Script:
    """Answer the requests of one connection, one after the other."""

    def script(connection: socket.socket) -> None:
        for answer in answers:
            peer.take(connection)
            connection.sendall(answer)

    return script
