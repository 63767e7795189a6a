"""Time, as the lifecycle sees it: the tests put a simulated clock in its place."""

import random
import time
from typing import Protocol


class Clock(Protocol):
    """What the lifecycle needs of time."""

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""

    def sleep(self, seconds: float) -> None:
        """Wait."""

    def uniform(self, low: float, high: float) -> float:
        """Return a number between the two, for jitter."""


class SystemClock:
    """The machine's own time."""

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def uniform(self, low: float, high: float) -> float:
        """Return a number between the two."""
        # Jitter is no secret, so that it needs no cryptography.
        return random.uniform(low, high)  # noqa: S311  # nosec B311
