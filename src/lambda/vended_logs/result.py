"""What a run came to."""

from dataclasses import dataclass

from vended_logs.policy.plan import Plan


@dataclass(frozen=True, slots=True)
class Result:
    """What was done, for the resource's attributes and the metrics."""

    outcome: str
    settled: bool
    plan: Plan
    """The plan that was carried out last, or the one that found nothing to do."""
    writes: int
    repairs: int = 0
    """How often the grant had gone again after it was written."""
    vanished: int = 0
    """Entries of others that went while the policies were watched."""

    @property
    def room_left(self) -> int:
        """Characters that the policy which carries the grant can still take."""
        return max(self.plan.size_limit - self.plan.size, 0)

    def attributes(self) -> dict[str, str]:
        """Return what ``Fn::GetAtt`` gives."""
        return {
            "PolicyName": self.plan.policy_name,
            "Outcome": self.outcome,
            "Settled": str(self.settled).lower(),
            "PolicySize": str(self.plan.size),
            "PolicySizeLimit": str(self.plan.size_limit),
            "PolicyCount": str(self.plan.policy_count),
            "EntriesBefore": str(self.plan.entries_before),
            "EntriesAfter": str(self.plan.entries_after),
        }
