"""Virtual time, in which several run at once and always in the same way: each has its turn until it waits."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from greenlet import getcurrent, greenlet

from tests.support.fake_logs import START


@dataclass
class Timeline:
    """The time, the chance, and whose turn comes when."""

    chance: random.Random
    now: float = START
    _turns: list[tuple[float, int, greenlet]] = field(default_factory=list)
    _order: int = 0
    _hub: greenlet | None = None

    def begin(self, seconds: float, body: Callable[[], None]) -> None:
        """Have the body run after so many seconds."""
        self._queue(seconds, greenlet(body))

    def pass_time(self, seconds: float) -> None:
        """Let others have their turns until so many seconds have passed; for bodies."""
        assert self._hub is not None
        self._queue(max(seconds, 0.0), getcurrent())
        self._hub.switch()

    def run(self) -> None:
        """Go on until nobody has anything left to do."""
        self._hub = getcurrent()
        while self._turns:
            when, _, body = heapq.heappop(self._turns)
            self.now = when
            body.parent = self._hub
            body.switch()

    def _queue(self, seconds: float, body: greenlet) -> None:
        self._order += 1
        heapq.heappush(self._turns, (self.now + seconds, self._order, body))


@dataclass(frozen=True)
class TimelineClock:
    """The clock that a writer looks at."""

    timeline: Timeline

    def monotonic(self) -> float:
        """Return the virtual seconds."""
        return self.timeline.now

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.timeline.pass_time(seconds)

    def uniform(self, low: float, high: float) -> float:
        """Return a number between the two."""
        return self.timeline.chance.uniform(low, high)
