"""Read, plan, write, settle: how one writer among many makes a grant stand and loses nobody else's.

Every call keeps the discipline of ``caller``. To it comes Q: success is told only on a read that shows the grant in a
policy which has been quiet for SettleSeconds.
"""

import logging
from dataclasses import replace
from typing import Protocol

from vended_logs.caller import READ_BACK, Caller, LogsGateway
from vended_logs.clock import Clock
from vended_logs.errors import PlanRefused, PolicyTooLarge
from vended_logs.gateway import Reading
from vended_logs.policy.document import PolicyDocument, ResourcePolicy, Statement
from vended_logs.policy.plan import Plan, plan
from vended_logs.policy.request import Request
from vended_logs.policy.standing import stands
from vended_logs.result import Result
from vended_logs.revoking import remove
from vended_logs.watch import Watch

__all__ = ["Result", "ensure", "meaning", "remove"]

_DATE_STEP = 1.0
"""A Date header is cut to whole seconds, so a policy looks up to a second younger than it is."""

logger = logging.getLogger("vended-logs-policy")


class Planner(Protocol):
    """Plans as ``policy.plan.plan`` does: AlreadyGranted where nothing is left to do."""

    def __call__(
        self,
        policies: tuple[ResourcePolicy, ...],
        request: Request,
        limit: int | None = None,
        put_back: tuple[Statement, ...] = (),
    ) -> Plan:
        """Return the next write."""


def ensure(
    request: Request, gateway: LogsGateway, clock: Clock, deadline: float | None = None, *, planner: Planner = plan
) -> Result:
    """Make the request's grants stand, and return once they were read back and had stood for SettleSeconds.

    Args:
        request: what is asked for.
        gateway: CloudWatch Logs.
        clock: time.
        deadline: by ``clock.monotonic()``; nothing is begun after it.
        planner: is asked after each read; the core's own plan unless something else is to be done in the same write.

    Raises:
        VendedLogsError: the grant does not stand, with the cause and the cure.
    """
    return _Ensuring(request, Caller(gateway, clock, deadline), planner).run()


class _Ensuring:
    """One run of ensure."""

    def __init__(self, request: Request, caller: Caller, planner: Planner) -> None:
        self._request = request
        self._caller = caller
        self._planner = planner
        self._limit: int | None = None
        self._written: Plan | None = None
        self._answered = False
        self._stood = False
        self._repairs = 0
        self._watch = Watch(request)
        self._first_seen: dict[ResourcePolicy, float] = {}
        self._answered_at = 0.0

    def run(self) -> Result:
        while True:
            reading, sent = self._caller.read()
            self._look(reading)
            made = self._plan(reading)
            if made.outcome != "AlreadyGranted":
                self._repair(made, reading, sent)
                continue
            self._stood = True
            seconds = self._seconds_until_quiet(reading, sent)
            if seconds <= 0 or self._caller.time_left() < seconds + READ_BACK:
                return self._result(made, reading, settled=seconds <= 0)
            logger.info("The grant stands; waiting until the policy is quiet", extra={"seconds": round(seconds, 1)})
            self._caller.wait(seconds)

    def _look(self, reading: Reading) -> None:
        """Compare with the look before: what is still as it was, what has gone."""
        self._answered_at = self._caller.clock.monotonic()
        self._first_seen = {policy: self._first_seen.get(policy, self._answered_at) for policy in reading.policies}
        gone = self._stood and not stands(reading.policies, self._request)
        self._repairs += gone
        self._stood = self._stood and not gone
        if self._written and not self._answered:
            # What an unanswered write of ours dropped, nobody else did, whatever was added to it since.
            is_whole = self._shows(self._written, reading)
            (self._watch.wrote if is_whole else self._watch.may_have_written)(_made(self._written))
        self._watch.look(meaning(reading), overwritten=gone)

    def _plan(self, reading: Reading) -> Plan:
        """Plan, with what a stale overwrite took from others put back if that can be had."""
        if self._watch.put_back:
            try:
                return self._planner(reading.policies, self._request, self._limit, self._watch.put_back)
            except PlanRefused as error:
                logger.warning("Grants of others cannot be put back", extra={"reason": str(error)})
        return self._planner(reading.policies, self._request, self._limit)

    def _repair(self, made: Plan, reading: Reading, sent: float) -> None:
        """Carry the plan out within W of its read, and wait until what becomes of it can be told."""
        while not self._caller.may_write(sent):
            newer, sent = self._caller.read()
            if meaning(newer) != meaning(reading):
                return
            reading = newer
        told = {
            "outcome": made.outcome,
            "policy_name": made.policy_name,
            "dropped": made.dropped,
            "widened": made.widened,
        }
        logger.warning("Writing", extra=told)
        try:
            done = self._caller.write(made, reading, sent)
        except PolicyTooLarge as error:
            # The service's refusal is the last word on the size: plan for less.
            self._limit = min(policy.document.size for policy in made.puts) - 1
            logger.warning("The service refused the size", extra={"cause": str(error), "limit": self._limit})
            return
        self._written, self._answered, self._stood = made, done, done
        self._watch.wrote(_made(made) if done else {})
        if done and self._request.settle_seconds:
            # However little time is left, one look at what became of it must be possible.
            self._caller.wait(min(self._request.settle_seconds + _DATE_STEP, self._caller.time_left() - READ_BACK))

    def _seconds_until_quiet(self, reading: Reading, sent: float) -> float:
        """Return how long until the grant will have stood in quiet policies for SettleSeconds, 0 if it has."""
        if not self._request.settle_seconds:
            return 0.0
        waits = {policy: self._wait_for(policy, reading.server_time, sent) for policy in reading.policies}
        for seconds in sorted(waits.values()):
            if stands([policy for policy, wait in waits.items() if wait <= seconds], self._request):
                return seconds
        return max(waits.values(), default=0.0)

    def _wait_for(self, policy: ResourcePolicy, server_time: int | None, sent: float) -> float:
        """Return how long a policy has still to be quiet: by the service's clock or else by what was seen of it.

        On the safe side: a read's Date may be of when its answer was sent, and what it shows of when the question came,
        so the seconds that it took do not count. Nor do they for what was seen: that is counted from the first answer
        that showed the policy to the sending of the last read.
        """
        settle = float(self._request.settle_seconds)
        took = self._answered_at - sent
        if policy.last_updated is not None and server_time is not None:
            left = settle + took - (server_time - policy.last_updated) / 1000
        else:
            left = settle - (sent - self._first_seen[policy])
        return min(max(left, 0.0), settle + took + _DATE_STEP)

    def _result(self, found: Plan, reading: Reading, *, settled: bool) -> Result:
        """Tell the outcome of our last write if it is what stands; an unanswered one may not be."""
        made = self._written
        if made is None or not (self._answered or self._shows(made, reading)):
            made = found
        final = replace(
            found, outcome=made.outcome, dropped=made.dropped, widened=made.widened, entries_before=made.entries_before
        )
        return Result(made.outcome, settled, final, self._caller.writes, self._repairs, self._watch.vanished)

    @staticmethod
    def _shows(made: Plan, reading: Reading) -> bool:
        """Return whether what a plan writes stands as it was written."""
        held = meaning(reading)
        return all(held.get(policy.name) == policy.document for policy in made.puts) and not held.keys() & {
            *made.deletes
        }


def _made(made: Plan) -> dict[str, PolicyDocument]:
    """Return what a plan makes of the policies that it changes; an empty document stands for none."""
    return {policy.name: policy.document for policy in made.puts} | dict.fromkeys(made.deletes, PolicyDocument())


def meaning(reading: Reading) -> dict[str, PolicyDocument]:
    """Return what the policies of a reading say, by name: neither when they were written nor how they were spelt."""
    return {policy.name: policy.document for policy in reading.policies}
