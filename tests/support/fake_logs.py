"""A CloudWatch Logs of one account and region in memory, with virtual time and scripted faults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from vended_logs.errors import NotApplied, TryAgain
from vended_logs.gateway import LogGroupPage, Reading
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.grant import Scope

SCOPE = Scope("aws", "us-west-2", "123456789012")
START = 1_790_000_000.0
"""Seconds since the epoch at which virtual time begins."""

Fault = Callable[[Callable[[], None]], None]
"""Takes what the call would do; raises, and does it or not."""


@dataclass
class VirtualClock:
    """Time that moves only when someone sleeps or a call takes some."""

    now: float = START
    sleeps: list[float] = field(default_factory=list)
    on_sleep: list[Callable[[], None]] = field(default_factory=list)
    """What others do while the writer sleeps, one a sleep."""

    def monotonic(self) -> float:
        """Return the virtual seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let the time pass, and the next of the others act."""
        self.sleeps.append(seconds)
        self.now += seconds
        if self.on_sleep:
            self.on_sleep.pop(0)()

    def uniform(self, low: float, high: float) -> float:
        """Return the middle: no chance in these tests."""
        return (low + high) / 2


@dataclass
class FakeLogs:
    """Policies by name, as text and time of the last change; a journal of the calls; faults, one a call."""

    clock: VirtualClock
    policies: dict[str, tuple[str, int]] = field(default_factory=dict)
    groups: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    faults: list[Fault | None] = field(default_factory=list)
    latency: float = 0.05
    latencies: list[float] = field(default_factory=list)
    connecting: list[float] = field(default_factory=list)
    """Seconds that pass before a changing call can be sent, one a call."""
    has_date: bool = True
    lagging: list[dict[str, tuple[str, int]] | None] = field(default_factory=list)
    """What the next reads show instead of what is there, one a read; None for what is there."""

    def hold(self, name: str, text: str, age: float = 3600.0) -> None:
        """Put a policy there, as changed some seconds ago."""
        self.policies[name] = (text, round((self.clock.now - age) * 1000))

    def read(self) -> Reading:
        """Return all policies."""
        found: list[ResourcePolicy] = []

        def look() -> None:
            shown = self.lagging.pop(0) if self.lagging else None
            held = self.policies if shown is None else shown
            found.extend(ResourcePolicy.parse(name, text, changed) for name, (text, changed) in held.items())

        self._call("read", look)
        # A Date header is of when the answer is sent, in whole seconds.
        return Reading(tuple(found), int(self.clock.now) * 1000 if self.has_date else None)

    def put(self, policy: ResourcePolicy, may_send: Callable[[], bool] = lambda: True) -> None:
        """Write a policy."""
        self._change(f"put {policy.name}", lambda: self.hold(policy.name, policy.document.to_json(), 0), may_send)

    def delete(self, name: str, may_send: Callable[[], bool] = lambda: True) -> None:
        """Delete a policy."""
        self._change(f"delete {name}", lambda: self.policies.__delitem__(name), may_send)

    def log_groups(self, prefix: str, token: str | None) -> LogGroupPage:
        """Return one log group a page."""
        self._call(f"groups {prefix}", lambda: None)
        found = [name for name in self.groups if name.startswith(prefix)]
        at = int(token or 0)
        return LogGroupPage(tuple(found[at : at + 1]), str(at + 1) if at + 1 < len(found) else None)

    def _change(self, name: str, effect: Callable[[], None], may_send: Callable[[], bool]) -> None:
        self.clock.now += self.connecting.pop(0) if self.connecting else 0.0
        if not may_send():
            raise NotApplied("It was not sent: deploy again.")
        self._call(name, effect)

    def _call(self, name: str, effect: Callable[[], None]) -> None:
        self.calls.append(name)
        self.clock.now += (self.latencies.pop(0) if self.latencies else self.latency) / 2
        fault = self.faults.pop(0) if self.faults else None
        if fault is None:
            effect()
        else:
            fault(effect)
        self.clock.now += self.latency / 2


def throttled(_effect: Callable[[], None]) -> None:
    """Refuse the call; nothing is applied."""
    raise NotApplied("It was throttled: deploy again.")


def lost_before(_effect: Callable[[], None]) -> None:
    """Lose the call: nothing is applied, and nobody can know."""
    raise TryAgain("The answer was lost: deploy again.")


def lost_after(effect: Callable[[], None]) -> None:
    """Apply the call and lose the answer."""
    effect()
    raise TryAgain("The answer was lost: deploy again.")


def refused(error: Exception) -> Fault:
    """Refuse the call with this error; nothing is applied."""

    def fault(_effect: Callable[[], None]) -> None:
        raise error

    return fault
