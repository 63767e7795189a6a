"""The account policies of one region, every state they were in, and who brought it about."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tests.unit.policy.policies import LIMIT, described

SLOTS: Final = 10
TOO_LONG: Final = "Policy document length breaking Cloudwatch Logs Constraints, either < 1 or > 5120"
_AN_HOUR_MS: Final = 3_600_000


class RefusedError(Exception):
    """CloudWatch Logs refuses the call: its code, and what it says."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class State:
    """What stood from `at` on, by `time.monotonic()`: documents and times of change (ms since the epoch) by name."""

    at: float
    texts: Mapping[str, str]
    changed: Mapping[str, int]
    writer: str
    """Who wrote it; empty for what stood at the start."""


@dataclass
class Store:
    """Changes one at a time, the last writer wins, and nothing of the past is forgotten."""

    history: list[State] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def holding(cls, texts: Mapping[str, str]) -> Store:
        """Return a store whose policies were last changed an hour ago."""
        changed = dict.fromkeys(texts, _now_ms() - _AN_HOUR_MS)
        stored = {name: described(text) for name, text in texts.items()}
        return cls([State(time.monotonic(), stored, changed, "")])

    def now(self) -> State:
        """Return what stands."""
        return self.history[-1]

    def as_of(self, moment: float) -> State:
        """Return what stood at a moment by `time.monotonic()`; the start for a moment before it."""
        states = list(self.history)
        return next((state for state in reversed(states) if state.at <= moment), states[0])

    def put(self, writer: str, name: str, text: str) -> State:
        """Write a policy whole, as PutResourcePolicy does, and return what stands then.

        Raises:
            RefusedError: there are ten others already, or it is too long and so was not what it replaces.
        """
        with self._lock:
            before = self.now()
            if len(text) > max(LIMIT, len(before.texts.get(name, ""))):
                raise RefusedError("InvalidParameterException", TOO_LONG)
            if name not in before.texts and len(before.texts) >= SLOTS:
                raise RefusedError("LimitExceededException", "Resource limit exceeded.")
            return self._become(writer, {**before.texts, name: described(text)}, {**before.changed, name: _now_ms()})

    def delete(self, writer: str, name: str) -> State:
        """Delete a policy and return what stands then.

        Raises:
            RefusedError: there is none of that name.
        """
        with self._lock:
            texts, changed = dict(self.now().texts), dict(self.now().changed)
            if texts.pop(name, None) is None:
                raise RefusedError("ResourceNotFoundException", "Policy does not exist.")
            del changed[name]
            return self._become(writer, texts, changed)

    def _become(self, writer: str, texts: Mapping[str, str], changed: Mapping[str, int]) -> State:
        self.history.append(State(time.monotonic(), texts, changed, writer))
        return self.now()


def _now_ms() -> int:
    return round(time.time() * 1000)
