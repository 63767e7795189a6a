"""What came of many inputs."""

from __future__ import annotations

import warnings
from contextlib import suppress
from dataclasses import dataclass, field

from tests.fuzz.target import drawn, run
from tests.fuzz.targets import TARGETS

_MEMORY = 2 << 30
"""Bytes; the function itself has a quarter of that."""


@dataclass
class Tally:
    """What came of some inputs of one target."""

    target: str
    inputs: int = 0
    accepted: int = 0
    slowest: float = 0.0
    """CPU milliseconds."""
    failures: list[tuple[int, str]] = field(default_factory=list)
    """Index and what went wrong."""

    def add(self, other: Tally) -> None:
        """Take another tally in."""
        self.inputs += other.inputs
        self.accepted += other.accepted
        self.slowest = max(self.slowest, other.slowest)
        self.failures += other.failures


def limit_memory() -> None:
    """Let this process have two gigabytes, where the platform can do that: what asks for more fails and is told."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - not on every platform

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY if hard < 0 else min(_MEMORY, hard), hard))


def tried(name: str, seed: int, start: int, end: int) -> Tally:
    """Try the target's inputs from one index up to another."""
    # Powertools warns of an invocation without metrics, which is what an event that is no object ends with.
    warnings.filterwarnings("ignore", message="No application metrics")
    target, tally = TARGETS[name], Tally(name)
    for index in range(start, end):
        done = run(target, drawn(target, seed, index))
        tally.inputs += 1
        tally.accepted += done.accepted
        tally.slowest = max(tally.slowest, done.milliseconds)
        if done.failure:
            tally.failures.append((index, done.failure))
    return tally
