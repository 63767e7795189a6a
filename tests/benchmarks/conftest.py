"""What the tests of the benchmarks share: the service that the contenders find."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks.service import Service, serving


@pytest.fixture(scope="module")
def running() -> Iterator[Service]:
    """A service with the grant in force."""
    with serving() as service:
        yield service


@pytest.fixture
def service(running: Service) -> Service:
    """The service, to which nothing has come."""
    running.forget()
    return running
