"""Taking a revocable grant back, as carefully as one is given."""

import logging
from dataclasses import dataclass
from functools import partial

from vended_logs.caller import READ_BACK, Caller, LogsGateway
from vended_logs.clock import Clock
from vended_logs.errors import TryAgain
from vended_logs.gateway import Reading
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.limits import find
from vended_logs.policy.plan import Plan
from vended_logs.policy.removal import log_group_patterns, plan_removal, revocable_statements
from vended_logs.policy.request import Owner
from vended_logs.policy.wildcard import literal_prefix, matches
from vended_logs.result import Result

LAG_SECONDS = 5.0
"""How long after a changing call a read that still shows the policy it rested on is taken for one that lags."""
_LAG_PAUSE = 0.5

logger = logging.getLogger("vended-logs-policy")


def remove(
    owner: Owner, gateway: LogsGateway, clock: Clock, deadline: float | None = None, settle_seconds: float = 0.0
) -> Result:
    """Take the resource's revocable grant back, unless a log group still matches it.

    Args:
        owner: the resource that was granted.
        gateway: CloudWatch Logs.
        clock: time.
        deadline: by ``clock.monotonic()``; nothing is begun after it.
        settle_seconds: how long after a removal to look once more: a writer that had read before it may write the grant
            again. 0 for not at all.

    Raises:
        VendedLogsError: the grant could not be taken back, with the cause and the cure.
    """
    return _Removing(owner, gateway, Caller(gateway, clock, deadline), settle_seconds).run()


@dataclass
class _Removing:
    """One run of remove."""

    owner: Owner
    gateway: LogsGateway
    caller: Caller
    settle_seconds: float
    rested_on: frozenset[ResourcePolicy] = frozenset()
    """The policies, times of change included, that the last changing call rested on."""
    changed_at: float = 0.0

    def run(self) -> Result:
        while True:
            reading, _ = self.caller.read()
            statements = revocable_statements(reading.policies, self.owner)
            if not statements:
                seconds = self._seconds_to_look_again()
                if seconds <= 0:
                    return self._result("Removed", reading)
                self.caller.wait(seconds)
                continue
            if self._lags(reading):
                self.caller.wait(_LAG_PAUSE)
                continue
            patterns = log_group_patterns(statements)
            if any(self._is_used(pattern) for pattern in patterns):
                logger.info("Retained: a log group still matches", extra={"patterns": patterns})
                return self._result("Retained", reading)
            self._take_out()

    def _seconds_to_look_again(self) -> float:
        """Return when whoever read before our last call has written; 0 if we made none or have no time to see it."""
        left = self.settle_seconds - (self.caller.clock.monotonic() - self.changed_at)
        return left if self.rested_on and left < self.caller.time_left() - READ_BACK else 0.0

    def _lags(self, reading: Reading) -> bool:
        """Return whether a policy looks just as it did before our last call: repeating that could hit its successor."""
        held = {policy for policy in reading.policies if revocable_statements((policy,), self.owner)}
        return bool(held & self.rested_on) and self.caller.clock.monotonic() - self.changed_at < LAG_SECONDS

    def _take_out(self) -> None:
        # Looking for log groups takes time, so the write rests on a read of its own.
        reading, sent = self.caller.read()
        made = plan_removal(reading.policies, self.owner)
        if made is None or self._lags(reading) or not self.caller.may_write(sent):
            return
        self.rested_on = frozenset(reading.policies)
        self.caller.write(made, reading, sent)
        self.changed_at = self.caller.clock.monotonic()

    def _is_used(self, pattern: str) -> bool:
        """Return whether some log group's name matches the pattern; page by page, each a call of its own."""
        token: str | None = None
        seen: set[str] = set()
        while True:
            page = self.caller.call(partial(self.gateway.log_groups, literal_prefix(pattern), token))
            if any(matches(pattern, name) for name in page.names):
                return True
            token = page.next_token
            if token is None:
                return False
            if token in seen:
                raise TryAgain(
                    "logs:DescribeLogGroups answered the same page twice, so nothing was removed: try again."
                )
            seen.add(token)

    def _result(self, outcome: str, reading: Reading) -> Result:
        held = find(reading.policies, self.owner.policy_name)
        made = Plan(
            outcome=outcome,
            policy_name=self.owner.policy_name,
            policy_count=len(reading.policies),
            size=held.size if held else 0,
        )
        return Result(outcome, settled=True, plan=made, writes=self.caller.writes)
