"""What CloudWatch Logs holds at each moment, who wrote it, and what that writer had seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Held:
    """A policy as it lies in the store."""

    text: str
    changed: int
    """Milliseconds since the epoch."""


@dataclass(frozen=True)
class Change:
    """The store after a change."""

    at: float
    policies: Mapping[str, Held]
    name: str = ""
    """Which policy was changed."""
    seen: float = 0.0
    """The moment of the oldest state of that policy that the writer's last read may have shown."""
    by_aws: bool = False


@dataclass
class Store:
    """Policies by name, with all their history."""

    history: list[Change] = field(default_factory=list)

    @property
    def policies(self) -> Mapping[str, Held]:
        """Return what is there now."""
        return self.history[-1].policies

    def write(self, at: float, name: str, text: str | None, seen: float, *, by_aws: bool = False) -> None:
        """Write a policy, or delete it if there is no text."""
        policies = dict(self.policies)
        if text is None:
            policies.pop(name, None)
        else:
            policies[name] = Held(text, int(at * 1000))
        self.history.append(Change(at, policies, name, seen, by_aws))

    def at(self, moment: float) -> Mapping[str, Held]:
        """Return what was there at some moment."""
        return next((change.policies for change in reversed(self.history) if change.at <= moment), {})

    def since(self, moment: float) -> Iterator[Change]:
        """Yield the states from that moment on, the one that held then first."""
        first = max(index for index, change in enumerate(self.history) if index == 0 or change.at <= moment)
        yield from self.history[first:]
