"""The host as it was signed, and the addresses that a name has."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
from botocore.auth import _host_from_url  # type: ignore[attr-defined]  # its stub leaves it out

from tests.unit.transport.peer import OK, Peer, always, answering, post, started
from vended_logs.transport import Request, Transport


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
