"""From an input that fails to a smaller one that fails in the same way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from tests.fuzz.values import at, changed, paths, without

SECONDS = 20.0
"""Time for cutting one input down."""


def shrunk(given: Any, fails: Callable[[Any], bool], seconds: float = SECONDS) -> Any:
    """Return the smallest input found, by leaving out one part after another as long as it still fails."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        smaller = next((one for one in _smaller(given) if time.monotonic() >= end or fails(one)), None)
        if smaller is None or not fails(smaller):
            break
        given = smaller
    return given


def _smaller(given: Any) -> Iterator[Any]:
    """Yield inputs with a part left out or shortened, those with the most left out first."""
    ways = sorted(paths(given), key=len)
    yield from (without(given, path) for path in ways if path)
    for path in ways:
        part = at(given, path)
        if isinstance(part, str):
            yield from (changed(given, path, less) for less in _shorter(part))


def _shorter(text: str) -> Iterator[str]:
    """Yield the text with ever smaller pieces left out."""
    size = len(text)
    while size > 0:
        for start in range(0, len(text), size):
            yield text[:start] + text[start + size :]
        size //= 2
