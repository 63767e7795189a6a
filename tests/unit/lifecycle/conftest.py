"""An account in memory, and its clock."""

from __future__ import annotations

import pytest

from tests.support.fake_logs import FakeLogs, VirtualClock


@pytest.fixture
def clock() -> VirtualClock:
    """Virtual time."""
    return VirtualClock()


@pytest.fixture
def logs(clock: VirtualClock) -> FakeLogs:
    """An account without policies."""
    return FakeLogs(clock)
