"""CloudWatch Logs as a writer of ours sees it: far away, busy, and now and then gone in the middle of a call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TypeVar

from tests.simulation.store import Held, Store
from tests.simulation.timeline import Timeline
from tests.support.facts import MAX_POLICIES, SIZE_LIMIT
from vended_logs.errors import AwsRefused, PolicyTooLarge, TryAgain
from vended_logs.gateway import LogGroupPage, Reading
from vended_logs.policy.document import PolicyDocument, ResourcePolicy

LAG = 0.5
"""Seconds by which a read may be behind."""
SKEW = 0.5
"""Seconds by which the clocks of CloudWatch Logs' own machines may differ."""
_LOST = "The answer was lost: deploy again."

_Answer = TypeVar("_Answer")

_parsed = lru_cache(1000)(PolicyDocument.parse)


@dataclass(frozen=True)
class Conditions:
    """How bad it is: probabilities, and seconds."""

    latency: float
    """Mean of one way."""
    slow: float
    """That a request or an answer is on its way for seconds."""
    stalled: float
    """That a writer's machine stands still after the answer to a read, and that it does before a change is sent."""
    unconnected: float
    """That connecting takes up to three seconds."""
    refused: float
    """That a call is throttled, aborted or unavailable, and nothing of it applied."""
    unanswered: float
    """That a call is applied and its answer lost."""
    reset: float
    """That the connection ends as soon as a call is sent, which is applied all the same within the call's time."""
    dated: bool
    """Whether answers say when they were given."""
    slowest: float = 20.0
    longest_stall: float = 8.0


@dataclass
class Network:
    """What all writers share."""

    timeline: Timeline
    store: Store
    conditions: Conditions
    call_seconds: float
    """T: how long a call is waited for; what has not arrived by then never does."""
    faults: Counter[str] = field(default_factory=Counter)

    def happens(self, fault: str, probability: float) -> bool:
        """Return whether it does this time, and count it."""
        if self.timeline.chance.random() >= probability:
            return False
        self.faults[fault] += 1
        return True

    def one_way(self) -> float:
        """Return how long a message takes in one direction."""
        return min(self.timeline.chance.expovariate(1 / self.conditions.latency), 0.9)


@dataclass
class SimulatedGateway:
    """One writer's gateway; each call is one attempt."""

    network: Network
    resends: bool = False
    """Whether it sends again by itself what was not answered."""
    asks_again: bool = True
    """Whether it asks, when all else is ready, if a change may still be sent."""
    _seen: float = 0.0

    def read(self) -> Reading:
        """Return all policies as they are, or as they were up to half a second ago."""
        policies = self._call(None, self._look)
        answered = self.network.timeline.now
        if self.network.happens("stalled", self.network.conditions.stalled):
            self._wait(self.network.timeline.chance.uniform(0, self.network.conditions.longest_stall))
        found = tuple(ResourcePolicy(name, _parsed(held.text), len(held.text), held.changed) for name, held in policies)
        # The Date header is of when the answer was sent, in whole seconds, by another clock than the times of change.
        skewed = answered + self.network.timeline.chance.uniform(-SKEW, SKEW)
        return Reading(found, int(skewed) * 1000 if self.network.conditions.dated else None)

    def put(self, policy: ResourcePolicy, may_send: Callable[[], bool]) -> None:
        """Write a policy."""
        text, seen = policy.document.to_json(), self._seen
        self._change(may_send, lambda: self._write(policy.name, text, seen))

    def delete(self, name: str, may_send: Callable[[], bool]) -> None:
        """Delete a policy."""
        seen = self._seen
        self._change(may_send, lambda: self._write(name, None, seen))

    def log_groups(self, _prefix: str, _token: str | None) -> LogGroupPage:
        """Return that there is none."""
        return self._call(None, lambda: LogGroupPage((), None))

    def _change(self, may_send: Callable[[], bool], effect: Callable[[], None]) -> None:
        if self.network.happens("stalled", self.network.conditions.stalled):
            self._wait(self.network.timeline.chance.uniform(0, self.network.conditions.longest_stall))
        for attempt in range(1, 5 if self.resends else 2):
            try:
                return self._call(may_send if attempt == 1 and self.asks_again else _always, effect)
            except TryAgain as error:
                failure = error
                self._wait(self.resends * self.network.timeline.chance.uniform(0, 2**attempt))
        raise failure

    def _call(self, may_send: Callable[[], bool] | None, effect: Callable[[], _Answer]) -> _Answer:
        """Connect, send, have the effect and bring the answer, each of which may fail, all within the call's time."""
        network, chance = self.network, self.network.timeline.chance
        begun = network.timeline.now
        if network.happens("unconnected", network.conditions.unconnected):
            self._wait_until(begun, chance.uniform(0, 3))
        if may_send is not None and not may_send():
            network.faults["not sent"] += 1
            raise TryAgain("It was not sent: deploy again.")
        left = begun + network.call_seconds - network.timeline.now
        if may_send is not None and left > 0 and network.happens("reset", network.conditions.reset):
            network.timeline.begin(chance.uniform(0, left), partial(_later, effect))
            raise TryAgain(_LOST)
        there, back = network.one_way(), network.one_way()
        if network.happens("slow", network.conditions.slow):
            delay = chance.uniform(0.5, network.conditions.slowest)
            there, back = (delay, back) if chance.random() < 0.5 else (there, delay)
        self._wait_until(begun, there)
        if network.happens("refused", network.conditions.refused):
            raise TryAgain("It was throttled: deploy again.")
        answer = effect()
        unanswered = network.happens("unanswered", network.conditions.unanswered)
        self._wait_until(begun, network.call_seconds if unanswered else back)
        return answer

    def _wait_until(self, begun: float, seconds: float) -> None:
        """Let the time pass, and give up when that of the call is over."""
        left = begun + self.network.call_seconds - self.network.timeline.now
        self._wait(min(seconds, left))
        if seconds >= left:
            raise TryAgain(_LOST)

    def _wait(self, seconds: float) -> None:
        self.network.timeline.pass_time(seconds)

    def _look(self) -> list[tuple[str, Held]]:
        """Return the policies, each as of a moment of its own: they may lie on different machines."""
        timeline, store = self.network.timeline, self.network.store
        found, now = [], timeline.now
        for name in sorted({*store.policies, *store.at(now - LAG)}):
            shown = store.at(now - timeline.chance.uniform(0, LAG)).get(name)
            if shown is not None:
                found.append((name, shown))
        self._seen = now - LAG
        return found

    def _write(self, name: str, text: str | None, seen: float) -> None:
        store = self.network.store
        refuse_unfit(store.policies, name, text)
        store.write(self.network.timeline.now, name, text, seen)


def _always() -> bool:
    return True


def _later(effect: Callable[[], object]) -> None:
    """Have the effect, of which nobody is told."""
    with suppress(AwsRefused):
        effect()


def refuse_unfit(policies: Mapping[str, Held], name: str, text: str | None) -> None:
    """Refuse what the service refuses: too long a policy, or one too many."""
    if text is None:
        return
    if len(text) > max(SIZE_LIMIT, len(policies[name].text) if name in policies else 0):
        raise PolicyTooLarge("It is too large: make it smaller.")
    if name not in policies and len(policies) >= MAX_POLICIES:
        raise AwsRefused("10 of 10 policies exist: delete one.")
