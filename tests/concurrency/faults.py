"""What goes wrong between a caller and CloudWatch Logs, and a seeded choice of it for each call."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Final, Literal

T_SECONDS: Final = 2.0
"""What a caller gives a call; nothing is applied later than this after it arrived."""
STALL_SECONDS: Final = 3.0
LAG_SECONDS: Final = 0.5
"""The oldest that a read may show."""

Ending = Literal["whole", "reset", "cut", "trickle", "silence", "garbage", "close"]
Calls = Literal["all", "reads", "changes"]


@dataclass(frozen=True)
class Fault:
    """One way for a call to go wrong: whether it is acted on, what is answered, and how the answer ends."""

    name: str
    acted_on: bool
    ending: Ending = "whole"
    refusal: tuple[int, str] | None = None
    """Status and code of an error in place of the answer."""
    seconds: tuple[float, float] = (0.0, 0.0)
    """How much longer than others it takes until it is acted on, at least and at most."""
    lag: float = 0.0
    """How old what a read shows may be, in seconds."""
    happens_to: Calls = "all"

    @property
    def is_answered(self) -> bool:
        """Whether the caller gets the answer to what it asked."""
        return self.acted_on and self.refusal is None and self.ending in ("whole", "close")


NONE: Final = Fault("none", acted_on=True)
FAULTS: Final = (
    Fault("throttled", acted_on=False, refusal=(400, "ThrottlingException")),
    Fault("aborted", acted_on=False, refusal=(400, "OperationAbortedException"), happens_to="changes"),
    Fault("unavailable", acted_on=False, refusal=(503, "ServiceUnavailableException")),
    Fault("failed before", acted_on=False, refusal=(500, "InternalFailure")),
    Fault("failed after", acted_on=True, refusal=(500, "InternalFailure")),
    Fault("reset before", acted_on=False, ending="reset"),
    Fault("reset after", acted_on=True, ending="reset"),
    Fault("answer cut", acted_on=True, ending="cut"),
    Fault("answer trickles", acted_on=True, ending="trickle"),
    Fault("silent, acted on", acted_on=True, ending="silence"),
    Fault("silent, not acted on", acted_on=False, ending="silence"),
    Fault("garbage, acted on", acted_on=True, ending="garbage"),
    Fault("garbage, not acted on", acted_on=False, ending="garbage"),
    Fault("slow", acted_on=True, seconds=(0.8, 1.5)),
    Fault("connection dropped after", acted_on=True, ending="close"),
    Fault("read lags", acted_on=True, lag=LAG_SECONDS, happens_to="reads"),
)


@dataclass(frozen=True)
class Chance:
    """What the dice say of one call: its fault, and the seconds before and after it is acted on."""

    fault: Fault
    before: float
    after: float
    lag: float


@dataclass
class Dice:
    """Says what becomes of each caller's calls; the same again for the same seed, caller and number of the call.

    Each caller meets the faults in an order of its own, reads and changes apart, so that few calls meet many of them.
    """

    seed: int
    rate: float = 0.25
    """The share of calls that something happens to."""
    latency: tuple[float, float] = (0.005, 0.4)
    """The shortest and the longest a call without fault takes, in seconds."""
    thrown: Counter[str] = field(default_factory=Counter)
    """Faults injected, by name and whom they hit."""
    _calls: Counter[tuple[str, bool]] = field(default_factory=Counter)
    _met: Counter[tuple[str, bool]] = field(default_factory=Counter)

    def throw(self, caller: str, *, changes: bool) -> Chance:
        """Return what becomes of the caller's next read or change."""
        kind = (caller, changes)
        self._calls[kind] += 1
        dice = random.Random(f"{self.seed} {caller} {changes} {self._calls[kind]}")  # noqa: S311 - to be replayed
        seconds, split = dice.uniform(*self.latency), dice.random()
        fault = self._fault(kind) if dice.random() < self.rate else NONE
        if fault is not NONE:
            self.thrown[fault.name] += 1
        before = seconds * split + dice.uniform(*fault.seconds)
        return Chance(fault, before, seconds * (1 - split), dice.uniform(0, fault.lag))

    def _fault(self, kind: tuple[str, bool]) -> Fault:
        caller, changes = kind
        order = [fault for fault in FAULTS if fault.happens_to in ("all", "changes" if changes else "reads")]
        random.Random(f"{self.seed} {caller} {changes}").shuffle(order)  # noqa: S311 - as above
        self._met[kind] += 1
        return order[(self._met[kind] - 1) % len(order)]
