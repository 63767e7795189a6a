"""Answers: whole, in pieces, cut or garbled."""

from __future__ import annotations

import http.client

import pytest

from tests.unit.transport.peer import OK, Peer, always, answering, post, started
from vended_logs.transport import Request, Transport


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
