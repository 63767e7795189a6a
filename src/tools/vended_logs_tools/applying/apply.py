"""Putting entries and policies back, with the discipline that all writers share.

Each changing call rests on a read sent within a second, and a read comes before the next one. What was planned has come
true when planning again finds nothing to do, and does so once more after others that had read before have written.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from vended_logs.caller import READ_BACK, Caller, LogsGateway
from vended_logs.clock import Clock
from vended_logs.errors import OutOfTime, PolicyTooLarge
from vended_logs.gateway import Reading
from vended_logs.lifecycle import meaning
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.limits import find
from vended_logs.policy.plan import Plan

Planner = Callable[[tuple[ResourcePolicy, ...], dict[str, int]], Plan | None]
"""Returns the next plan of one changing call, or None where nothing is left to do; takes what the service refused: by
policy, the most characters that it may have."""

SETTLE_SECONDS = 6.0
"""How long to wait before the second look: five, as by default, and one because a Date is cut to whole seconds."""
_LAG_SECONDS, _LAG_PAUSE = 5.0, 0.5
_LATE = (
    "The time ran out before all was put back, because other writers kept changing the CloudWatch Logs resource"
    " policies or the answers came too slowly: try again when fewer deployments run."
)
_MOST_WRITES = 30
"""More than ten policies need, lost answers included; beyond that somebody undoes each write."""


def carry_out(
    planner: Planner,
    gateway: LogsGateway,
    clock: Clock,
    limits: Mapping[str, int] | None = None,
) -> int:
    """Write what the planner plans, one call at a time, until nothing is left to do; return the number of writes.

    Args:
        planner: is asked after each read.
        gateway: CloudWatch Logs.
        clock: time.
        limits: what the service has refused already, as the planner takes it.

    Raises:
        VendedLogsError: a call was refused, a plan was, or the time ran out.
    """
    return _Applying(planner, Caller(gateway, clock, None, _LATE), dict(limits or {})).run()


@dataclass
class _Applying:
    """One run."""

    planner: Planner
    caller: Caller
    limits: dict[str, int]
    rested_on: dict[str, ResourcePolicy | None] = field(default_factory=dict)
    """The policies, times of change included, that our last change of each rested on; None where there was none."""
    has_changed: bool = False
    changed_at: float = 0.0
    attempts: int = 0

    def run(self) -> int:
        while True:
            reading, sent = self.caller.read()
            made = self.planner(reading.policies, self.limits)
            if made is None:
                seconds = self._seconds_to_look_again()
                if seconds <= 0:
                    return self.caller.writes
                self.caller.wait(seconds)
            elif self._lags(made, reading):
                self.caller.wait(_LAG_PAUSE)
            else:
                self._write(made, reading, sent)

    def _seconds_to_look_again(self) -> float:
        left = SETTLE_SECONDS - (self.caller.clock.monotonic() - self.changed_at)
        return left if self.has_changed and left < self.caller.time_left() - READ_BACK else 0.0

    def _lags(self, made: Plan, reading: Reading) -> bool:
        """Return whether what is to be changed looks just as it did before our last call: it may not show yet."""
        names = {*made.deletes, *(policy.name for policy in made.puts)}
        same = any(name in names and find(reading.policies, name) == held for name, held in self.rested_on.items())
        return same and self.caller.clock.monotonic() - self.changed_at < _LAG_SECONDS

    def _write(self, made: Plan, reading: Reading, sent: float) -> None:
        while not self.caller.may_write(sent):
            newer, sent = self.caller.read()
            if meaning(newer) != meaning(reading):
                return
            reading = newer
        self.attempts += 1
        if self.attempts > _MOST_WRITES:
            raise OutOfTime(
                f"The policy {made.policy_name!r} was changed by others after each of {_MOST_WRITES} writes: find out"
                " who writes it, then try again."
            )
        try:
            self.caller.write(made, reading, sent)
        except PolicyTooLarge:
            self.limits |= {policy.name: policy.document.size - 1 for policy in made.puts}
            return
        names = {*made.deletes, *(policy.name for policy in made.puts)}
        self.rested_on |= {name: find(reading.policies, name) for name in names}
        self.has_changed = True
        self.changed_at = self.caller.clock.monotonic()
