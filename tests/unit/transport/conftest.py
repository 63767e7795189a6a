"""A peer on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.unit.transport.peer import Peer


@pytest.fixture
def peer() -> Iterator[Peer]:
    """A peer on loopback; its scripts are played once ``serve`` runs."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield Peer(listener)
