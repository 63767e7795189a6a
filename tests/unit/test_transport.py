"""A call ends in time as a whole, is stopped to the last moment if it must be, and is never sent twice."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
import trustme
from botocore.auth import _host_from_url  # type: ignore[attr-defined]  # its stub leaves it out

from tests.support.answers import Answers
from vended_logs.transport import NotSent, Request, Transport

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


@pytest.fixture
def peer() -> Iterator[Peer]:
    """A peer on loopback; its scripts are played once ``serve`` runs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield Peer(listener)


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


def test_a_request_and_its_answer(peer: Peer) -> None:
    """What is sent arrives as it was signed, host and port included, and the answer comes back whole."""
    started(peer, answering(peer, OK))

    answer = Transport(2).send(post(peer), always)

    assert (answer.status, answer.headers["Date"], answer.body) == (200, "now", b"{}")
    sent = peer.received[0].decode()
    assert sent.startswith("POST / HTTP/1.1\r\n")
    assert f"Host: {peer.url[7:-1]}\r\n" in sent
    assert "X-Signed: yes\r\n" in sent
    assert sent.endswith("\r\n\r\nbody")


def test_a_connection_is_kept(peer: Peer) -> None:
    """The next request goes over the same connection, so that it need not connect anew."""
    started(peer, answering(peer, OK, OK))
    transport = Transport(2)

    assert [transport.send(post(peer), always).status for _ in range(2)] == [200, 200]


def test_a_kept_connection_that_was_closed_is_replaced(peer: Peer) -> None:
    """The other side may close between two requests; the next one finds a new connection, and is sent once."""
    closing = OK.replace(b"Date", b"Connection: close\r\nDate")
    started(peer, answering(peer, OK), answering(peer, closing), answering(peer, OK))
    transport = Transport(2)
    transport.send(post(peer), always)
    time.sleep(0.1)

    assert [transport.send(post(peer), always).status for _ in range(2)] == [200, 200]
    assert len(peer.received) == 3


def test_nothing_is_sent_twice(peer: Peer) -> None:
    """A connection that ends after a request was sent costs the call: the other side may have acted on it."""
    thread = started(peer, answering(peer, OK, b""), answering(peer, OK))
    transport = Transport(2)
    transport.send(post(peer), always)

    with pytest.raises((OSError, http.client.HTTPException)):
        transport.send(post(peer), always)
    assert len(peer.received) == 2
    assert transport.send(post(peer), always).status == 200
    thread.join(2)
    assert len(peer.received) == 3


@pytest.mark.parametrize("pace", [0.1, 5.0])
def test_an_answer_that_trickles_is_cut_off(peer: Peer, pace: float) -> None:
    """Each silence may be short; the time is that of the whole call."""
    over = threading.Event()

    def trickle(connection: socket.socket) -> None:
        peer.take(connection)
        for byte in OK * 9:
            if over.wait(pace):
                return
            connection.sendall(bytes([byte]))

    started(peer, trickle)
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        Transport(0.5).send(post(peer), always)
    over.set()

    assert 0.4 < time.monotonic() - begun < 1.5


def test_a_connection_that_nobody_accepts_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time includes connecting, to however many addresses a name has."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.settimeout(0)
            one.connect_ex(address)
        found = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", address)] * 5
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        begun = time.monotonic()
        with pytest.raises(TimeoutError):
            Transport(0.5).send(Request("POST", f"http://name:{address[1]}/", {}, b""), always)
        for one in waiting:
            one.close()

    assert time.monotonic() - begun < 1.5


def test_may_send_is_asked_when_the_connection_is_there(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking up a name and connecting take time; what is too late by then is not sent."""
    looked_up = threading.Event()
    find = socket.getaddrinfo

    def slow(*arguments: object, **more: object) -> object:
        looked_up.set()
        return find(*arguments, **more)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    thread = started(peer, answering(peer, OK))

    with pytest.raises(NotSent):
        Transport(2).send(post(peer), lambda: not looked_up.is_set())
    thread.join(2)
    assert peer.scripts == []
    assert not any(peer.received)


def test_a_request_that_is_given_up_does_not_arrive_later(peer: Peer) -> None:
    """What the other side has not taken by then is thrown away, not sent for as long as the system likes."""
    peer.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    given_up = threading.Event()

    def stuck(connection: socket.socket) -> None:
        given_up.wait(5)
        peer.take(connection)

    thread = started(peer, stuck)
    with pytest.raises(TimeoutError):
        Transport(0.5).send(Request("PUT", peer.url, {}, b"x" * 20_000_000 + b"body"), always)
    given_up.set()
    thread.join(5)

    # The connection was reset, so that not even the part that had arrived was read to its end.
    assert not thread.is_alive()
    assert peer.received == []


def found_at(peer: Peer, *before: tuple[str, int]) -> Callable[..., object]:
    """Return a look-up that finds the peer for every name, after some other addresses."""
    addresses = [*before, peer.listener.getsockname()]
    return lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 0, "", address) for address in addresses]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://logs.example:80/", "logs.example"),
        ("http://LOGS.example/", "logs.example"),
        ("http://user:secret@logs.example:4566/", "logs.example:4566"),
        ("http://[fd00:ec2::abcd]/", "[fd00:ec2::abcd]"),
        ("http://[fd00:ec2::254]:4566/", "[fd00:ec2::254]:4566"),
    ],
)
def test_the_host_is_named_as_it_was_signed(peer: Peer, monkeypatch: pytest.MonkeyPatch, url: str, host: str) -> None:
    """What botocore signs is the name in lower case, without a port that is the scheme's own, and without a user."""
    started(peer, answering(peer, OK))
    monkeypatch.setattr(socket, "getaddrinfo", found_at(peer))
    assert _host_from_url(url) == host

    assert Transport(2).send(Request("POST", url, {}, b"body"), always).status == 200
    sent = peer.received[0].decode()
    assert f"\r\nHost: {host}\r\n" in sent
    assert "secret" not in sent


def test_another_address_of_a_name_is_tried_in_time(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that does not answer takes a part of the call's time, not all of it."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as silent:
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.settimeout(0)
            one.connect_ex(silent.getsockname())
        monkeypatch.setattr(socket, "getaddrinfo", found_at(peer, silent.getsockname()))
        started(peer, answering(peer, OK))

        assert Transport(2).send(post(peer), always).status == 200
        for one in waiting:
            one.close()


def test_a_connection_that_was_long_unused_is_not_trusted(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a function is frozen its connections die without news."""
    started(peer, answering(peer, OK), answering(peer, OK))
    transport = Transport(2)
    transport.send(post(peer), always)
    monkeypatch.setattr("vended_logs.transport._KEPT_SECONDS", 0)

    assert transport.send(post(peer), always).status == 200
    assert peer.scripts == []


def test_a_header_that_cannot_be_sent_is_not_quoted(peer: Peer) -> None:
    """A header may be the session token; the failure does not say what it holds."""
    started(peer, answering(peer, OK))

    with pytest.raises(http.client.HTTPException) as told:
        Transport(2).send(Request("POST", peer.url, {"X-Token": "secret\n"}, b""), always)
    assert "secret" not in repr(told.value) + repr(told.value.__cause__)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 103 Early Hints\r\n\r\n",
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{}",
        b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 200 + b"\r\n",
    ],
)
def test_an_answer_that_is_cut_or_garbled_is_lost(peer: Peer, answer: bytes) -> None:
    """Half an answer is none."""
    started(peer, answering(peer, answer))

    with pytest.raises((OSError, http.client.HTTPException)):
        Transport(2).send(post(peer), always)


def test_an_answer_in_pieces_is_put_together(peer: Peer) -> None:
    """An answer may come in chunks."""
    chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
    started(peer, answering(peer, chunked, OK))
    transport = Transport(2)

    assert [transport.send(post(peer), always).body for _ in range(2)] == [b"{}", b"{}"]


def test_a_long_body_arrives(peer: Peer) -> None:
    """The largest policy that CloudWatch Logs may hold is sent whole."""
    started(peer, answering(peer, OK))
    body = b"x" * 2_000_000 + b"body"

    assert Transport(5).send(Request("POST", peer.url, {}, body), always).status == 200
    assert peer.received[0].endswith(body)


def put(answers: Answers, host: str = "127.0.0.1") -> Request:
    """Return a request to the server that speaks TLS."""
    return Request("PUT", answers.url.replace("127.0.0.1", host), {}, b"body")


def test_a_trusted_certificate_is_enough(answer_taker: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS_CA_BUNDLE names whom to trust; path and query arrive."""
    answer_taker.clear()
    monkeypatch.setenv("AWS_CA_BUNDLE", str(answer_taker.authority))

    assert Transport(2).send(put(answer_taker), always).status == 200
    assert answer_taker.bodies == [b"body"]


def test_an_unknown_authority_gets_nothing(
    answer_taker: Answers, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A certificate that nobody trusted signed ends the call before anything is sent."""
    answer_taker.clear()
    other = tmp_path_factory.mktemp("other") / "authority.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    monkeypatch.setenv("AWS_CA_BUNDLE", str(other))

    with pytest.raises(ssl.SSLCertVerificationError):
        Transport(2).send(put(answer_taker), always)
    assert answer_taker.bodies == []


def test_a_certificate_for_another_name_gets_nothing(answer_taker: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name in the certificate is checked."""
    answer_taker.clear()
    monkeypatch.setenv("AWS_CA_BUNDLE", str(answer_taker.authority))
    find = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _host, port, **more: find("127.0.0.1", port, **more))

    with pytest.raises(ssl.SSLCertVerificationError):
        Transport(2).send(put(answer_taker, host="elsewhere.example"), always)
    assert answer_taker.bodies == []
