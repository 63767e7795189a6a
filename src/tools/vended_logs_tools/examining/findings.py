"""What an examination gathers as it goes on past what it may not read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from vended_logs_tools.account.calls import Unanswered, Unread
from vended_logs_tools.diagnosis.finding import Diagnosis, Weight

_Answer = TypeVar("_Answer")


@dataclass(slots=True)
class Gathered:
    """Findings and what could not be looked at, in the order in which they came."""

    findings: list[Diagnosis] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    def add(self, findings: Iterable[Diagnosis], unread: Iterable[Unread] = ()) -> None:
        """Add them, each once: two state machines may share a role."""
        self.findings += [one for one in dict.fromkeys(findings) if one not in self.findings]
        self.unread += [one for one in dict.fromkeys(unread) if one not in self.unread]

    def trying(self, matters: str, reading: Callable[[], _Answer]) -> _Answer | None:
        """Return what a reading gives; None if it is refused, which is kept with what is therefore not known."""
        try:
            return reading()
        except Unanswered as error:
            self.refused(error, matters)
            return None

    def refused(self, error: Unanswered, matters: str) -> None:
        """Keep a refusal, with what is therefore not known."""
        self.add((), (Unread(error.call, error.reason, matters),))

    @property
    def faults(self) -> int:
        """Return how many findings keep logs from arriving."""
        return sum(one.weight is Weight.FAULT for one in self.findings)
