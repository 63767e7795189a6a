"""What every measurement of the core shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from vended_logs.policy import condition, wildcard

Measure = Callable[..., Any]
_ROUNDS = 25


@pytest.fixture
def measure(benchmark: BenchmarkFixture) -> Measure:
    """Time a call as the first of its kind in a process: nothing that earlier ones have remembered is there."""
    named = [one for module in (wildcard, condition) for one in vars(module).values()]
    remembered = [one for one in named if hasattr(one, "cache_clear")]

    def forget() -> None:
        for one in remembered:
            one.cache_clear()

    def measured(call: Callable[[], object]) -> object:
        return benchmark.pedantic(call, setup=forget, rounds=_ROUNDS, warmup_rounds=2)

    return measured
