"""What a run came to."""

from dataclasses import dataclass

from vended_logs.gateway import Gateway, Reading
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.limits import find, size_limit
from vended_logs.policy.plan import Plan
from vended_logs.policy.request import Request
from vended_logs.policy.standing import stands


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
        """Return what ``Fn::GetAtt`` gives.

        PolicyName: the policy that carries the grant; another than asked for if it stood elsewhere, or spilled.
        Outcome: ``AlreadyGranted``, ``Created``, ``Added``, ``Compacted``, ``Widened`` or ``Spilled``.
        Settled: ``true``, or ``false`` if the time ran out while others kept writing.
        PolicySize: the characters of that policy.
        PolicySizeLimit: the most it may have.
        PolicyCount: account policies in the region, of ten.
        EntriesBefore: resource entries of that policy when it was read.
        EntriesAfter: resource entries of that policy now.
        """
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


class Observed:
    """A gateway, and what its readings showed that no result tells.

    A result tells of the policy that carries the grant, and which writes were answered. Here is what becomes of the
    policy that was asked for, and whether the grant was ever missing, whoever put it back.
    """

    def __init__(self, gateway: Gateway, request: Request) -> None:
        """Observe a gateway for one run."""
        self._gateway, self._request = gateway, request
        self.put, self.delete, self.log_groups = gateway.put, gateway.delete, gateway.log_groups
        self.missed = False
        """Whether a reading was without the grant."""
        self._policies: tuple[ResourcePolicy, ...] = ()

    def read(self) -> Reading:
        """Return all policies."""
        reading = self._gateway.read()
        self._policies = reading.policies
        self.missed = self.missed or not stands(reading.policies, self._request)
        return reading

    def room_left(self, result: Result) -> int:
        """Return the characters that are left in the fuller of two policies: the carrier's and the one asked for."""
        name = self._request.policy_name
        asked_for = find(self._policies, name)
        room = size_limit(self._policies, name) - (asked_for.size if asked_for else 0)
        return min(room, result.room_left)
