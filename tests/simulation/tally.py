"""What many runs came to, in figures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.simulation.schedule import Run
from tests.simulation.verdict import ABSENT, LOST, UNSEEN, losses, stands_at_the_end

_SHOWN = 10


@dataclass
class Tally:
    """Sums over runs; can be sent from one process to another."""

    schedules: int = 0
    failing: list[int] = field(default_factory=list)
    """Seeds of the schedules in which a grant was lost."""
    answers: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    writes: int = 0
    repairs: int = 0
    removed: int = 0
    back: int = 0
    """Grants that were taken back, and that a writer who had read them before wrote once more."""
    appended: int = 0
    unseen: int = 0
    """Entries of AWS's that we overwrote because they came between a read of ours and the write that rested on it."""

    def add(self, run: Run) -> None:
        """Count a run."""
        found = losses(run)
        self.schedules += 1
        self.unseen += sum(loss.kind == UNSEEN for loss in found)
        self.appended += sum(len(service.appended) for service in run.services)
        self.faults += run.faults
        self.removed += sum(writer.removed == "Removed" for writer in run.writers)
        self.back += sum(writer.removed == "Removed" and stands_at_the_end(run, writer) for writer in run.writers)
        if any(loss.kind in (ABSENT, LOST) for loss in found):
            self.failing.append(run.seed)
        for writer in run.writers:
            if writer.result is not None:
                self.answers["SUCCESS" if writer.result.settled else "SUCCESS, not settled"] += 1
                self.writes += writer.result.writes
                self.repairs += writer.result.repairs
            if writer.error is not None:
                self.answers[type(writer.error).__name__] += 1

    def merge(self, other: Tally) -> None:
        """Count what another has counted."""
        self.schedules += other.schedules
        self.failing += other.failing
        self.answers += other.answers
        self.faults += other.faults
        self.writes += other.writes
        self.repairs += other.repairs
        self.removed += other.removed
        self.back += other.back
        self.appended += other.appended
        self.unseen += other.unseen

    def report(self, first: int, seconds: float) -> str:
        """Return the figures as text."""
        faults = ", ".join(f"{name} {number:,}" for name, number in sorted(self.faults.items()))
        answers = ", ".join(f"{name} {number:,}" for name, number in sorted(self.answers.items()))
        lines = [
            f"schedules            {self.schedules:,} (seeds from {first}) in {seconds / 60:.0f} min",
            f"writers' answers     {answers}",
            f"faults               {faults}",
            f"writes               {self.writes:,}, of them after our grant had gone again {self.repairs:,}",
            f"taken back           {self.removed:,}, standing again at the end {self.back:,}",
            f"appended by AWS      {self.appended:,}, lost between a read of ours and its write {self.unseen:,}",
            f"grant lost, or absent after its SUCCESS, in {len(self.failing)} schedules",
        ]
        if self.failing:
            lines.append(f"replay with --replay SEED: {', '.join(map(str, sorted(self.failing)[:_SHOWN]))}")
        return "\n".join(lines) + "\n"
