"""What a target of the fuzzer is, and one input run against it."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from vended_logs.answer import MAX_REASON, fit

HANG_SECONDS = 60.0
"""CPU seconds after which an input is taken for one that never ends."""


@dataclass(frozen=True)
class Target:
    """A part of the function, the inputs to try it with, and what must hold for each."""

    name: str
    share: int
    """Per cent of the inputs."""
    draw: Callable[[random.Random], Any]
    check: Callable[[Any], bool]
    """Returns whether the input was accepted (False: refused, as it should be) and raises where something is wrong."""
    milliseconds: float
    """CPU time that no input may take: some fifty times what the slowest takes."""


@dataclass(frozen=True)
class Run:
    """What came of one input."""

    accepted: bool
    milliseconds: float
    """CPU time."""
    failure: str | None
    """What went wrong, if anything did."""


class Hung(BaseException):
    """An input took so long that it was stopped; no ``except Exception`` of the code may take this for its own."""


def drawn(target: Target, seed: int, index: int) -> Any:
    """Return the input of that number: the same for the same seed, whichever were drawn before."""
    return target.draw(random.Random(f"{seed}/{target.name}/{index}"))  # noqa: S311 - inputs, not secrets


def run(target: Target, given: Any) -> Run:
    """Try one input; what is slow is tried a second time, because the machine may have been busy otherwise."""
    done = _once(target, given)
    if done.failure is None and done.milliseconds > target.milliseconds:
        done = min(done, _once(target, given), key=lambda one: one.milliseconds)
        if done.milliseconds > target.milliseconds:
            return Run(done.accepted, done.milliseconds, f"Slow: over {target.milliseconds:g} ms")
    return done


def _once(target: Target, given: Any) -> Run:
    begun, accepted, failure = time.process_time(), False, None
    try:
        with _stopped_if_hung():
            accepted = target.check(given)
    except (Exception, Hung) as error:  # noqa: BLE001 - whatever comes out is what is looked for
        failure = f"{type(error).__name__}: {error}"[:600]
    return Run(accepted, (time.process_time() - begun) * 1000, failure)


@contextmanager
def _stopped_if_hung() -> Iterator[None]:
    """Raise Hung in the block once it has used up its CPU time, where the platform can do that."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise Hung(f"stopped after {HANG_SECONDS:g} CPU seconds")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, HANG_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def check_sentence(message: str) -> None:
    """Hold a message against what a stack event shows: one sentence, printable, cause then cure, and short enough."""
    told = fit(message)
    assert 0 < len(told) <= MAX_REASON, f"{len(told)} characters: {told!r}"
    assert told.isprintable(), f"unprintable: {told!r}"
    assert told[0] not in " .:" and told.endswith("."), f"not a sentence: {told!r}"  # noqa: PT018 - one property
    cause, colon, cure = told.rpartition(": ")
    assert cause, f"no cause and cure: {told!r}"
    assert colon, f"no cause and cure: {told!r}"
    assert len(cure) > len("cure."), f"no cure: {told!r}"
    assert "Traceback" not in told
