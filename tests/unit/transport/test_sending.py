"""A request is sent once, in the time that it has, or not at all."""

from __future__ import annotations

import http.client
import socket
import threading
import time

import pytest

from tests.unit.transport.peer import OK, Peer, always, answering, post, started
from vended_logs.transport import NotSent, Request, Transport


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
