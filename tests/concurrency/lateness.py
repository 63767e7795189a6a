"""How late this machine is: what a limit in seconds has to allow for where cores are shared."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_STEP: Final = 0.02
_NOTEWORTHY: Final = 0.01


class Lateness:
    """Watches how much longer than asked for it sleeps."""

    def __init__(self) -> None:
        self._noted: list[tuple[float, float]] = []
        self._ended = threading.Event()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch for the length of a `with` block."""
        thread = threading.Thread(target=self._watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    def between(self, start: float, end: float) -> float:
        """Return the seconds by which the machine was late in all, between two moments by `time.monotonic()`."""
        return sum(late for at, late in self._noted if at - late - _STEP <= end and at >= start)

    @property
    def worst(self) -> float:
        """The seconds it was late by at its worst."""
        return max((late for _, late in self._noted), default=0.0)

    def _watch(self) -> None:
        while not self._ended.is_set():
            before = time.monotonic()
            time.sleep(_STEP)
            now = time.monotonic()
            if now - before - _STEP > _NOTEWORTHY:
                self._noted.append((now, now - before - _STEP))
