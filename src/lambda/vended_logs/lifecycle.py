"""Read, plan, write, settle: how one writer among many makes a grant stand and loses nobody else's.

Account policies have no compare-and-set, so the writers share a discipline. W: a write is sent within a second of
sending the read it rests on. T: a call is given two seconds and then counts as lost, and a read comes before any other
write. One changing call for each read. Q: success is told only on a read that shows the grant in a policy which has
been quiet for SettleSeconds. All retries and deadlines are here; nothing below retries.
"""

import logging
from dataclasses import dataclass, replace
from functools import partial

from vended_logs.caller import Caller, LogsGateway
from vended_logs.clock import Clock
from vended_logs.errors import PolicyTooLarge
from vended_logs.gateway import Reading
from vended_logs.policy import proof
from vended_logs.policy.compaction import resources
from vended_logs.policy.document import PolicyDocument, ResourcePolicy, Statement
from vended_logs.policy.plan import Plan, plan
from vended_logs.policy.removal import log_group_patterns, plan_removal, revocable_statements
from vended_logs.policy.request import Request, revocable_sid
from vended_logs.policy.standing import stands

_DATE_STEP = 1.0
"""A Date header is cut to whole seconds, so a policy looks up to a second younger than it is."""

logger = logging.getLogger("vended-logs-policy")


@dataclass(frozen=True, slots=True)
class Result:
    """What was done, for the resource's attributes and the metrics."""

    outcome: str
    settled: bool
    plan: Plan
    """The plan that was carried out last, or the one that found nothing to do."""
    writes: int
    repairs: int
    """How often the grant had gone again after it was written."""
    vanished: int = 0
    """Entries of others that went while the policies were watched."""

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


@dataclass(frozen=True, slots=True)
class Removal:
    """What a Delete needs to know: whose revocable grant, and where it was put."""

    policy_name: str
    stack_id: str
    logical_id: str


def ensure(request: Request, gateway: LogsGateway, clock: Clock, deadline: float | None = None) -> Result:
    """Make the request's grants stand, and return once they were read back and had stood for SettleSeconds.

    Args:
        request: what is asked for.
        gateway: CloudWatch Logs.
        clock: time.
        deadline: by ``clock.monotonic()``; nothing is begun after it.

    Raises:
        VendedLogsError: the grant does not stand, with the cause and the cure.
    """
    return _Ensuring(request, Caller(gateway, clock, deadline)).run()


def remove(removal: Removal, gateway: LogsGateway, clock: Clock, deadline: float | None = None) -> Result:
    """Take the resource's revocable grant back, unless a log group still matches it.

    Raises:
        VendedLogsError: the grant could not be taken back, with the cause and the cure.
    """
    caller = Caller(gateway, clock, deadline)
    own = revocable_sid(removal.stack_id, removal.logical_id)
    while True:
        reading, _ = caller.read()
        statements = revocable_statements(reading.policies, removal.policy_name, own)
        if not statements:
            return _removed("Removed", removal, reading, caller)
        patterns = log_group_patterns(statements)
        if any(caller.call(partial(gateway.log_group_exists, pattern)) for pattern in patterns):
            logger.info("Retained: a log group still matches", extra={"patterns": patterns})
            return _removed("Retained", removal, reading, caller)
        # Looking for log groups takes time, so the write rests on a read of its own.
        reading, sent = caller.read()
        made = plan_removal(reading.policies, removal.policy_name, own)
        if made is not None and caller.may_write(sent):
            caller.write(made, reading)


def _removed(outcome: str, removal: Removal, reading: Reading, caller: "Caller") -> Result:
    held = next((policy for policy in reading.policies if policy.name == removal.policy_name), None)
    made = Plan(
        outcome=outcome,
        policy_name=removal.policy_name,
        policy_count=len(reading.policies),
        size=held.size if held else 0,
    )
    return Result(outcome, settled=True, plan=made, writes=caller.writes, repairs=0)


class _Ensuring:
    """One run of ensure."""

    def __init__(self, request: Request, caller: Caller) -> None:
        self._request = request
        self._caller = caller
        self._limit: int | None = None
        self._written: Plan | None = None
        self._answered = False
        self._stood = False
        self._repairs = 0
        self._vanished = 0
        self._first_seen: dict[ResourcePolicy, float] = {}
        self._expected: dict[str, PolicyDocument] = {}

    def run(self) -> Result:
        while True:
            reading, sent = self._caller.read()
            self._note_seen(reading, sent)
            lost = self._lost(reading)
            made = plan(reading.policies, self._request, self._limit, lost if self._stood else ())
            if made.outcome != "AlreadyGranted":
                self._repair(made, reading, sent)
                continue
            self._stood = True
            seconds = self._seconds_until_quiet(reading)
            if seconds <= 0 or self._caller.time_left() < seconds:
                return self._result(made, reading, settled=seconds <= 0)
            logger.info("The grant stands; waiting until the policy is quiet", extra={"seconds": round(seconds, 1)})
            self._caller.wait(seconds)

    def _repair(self, made: Plan, reading: Reading, sent: float) -> None:
        """Carry the plan out within W of its read, and wait until what becomes of it can be told."""
        self._repairs += self._stood
        self._stood = False
        while not self._caller.may_write(sent):
            newer, sent = self._caller.read()
            if _meaning(newer) != _meaning(reading):
                return
            reading = newer
        logger.info(
            "Writing", extra={"outcome": made.outcome, "policy_name": made.policy_name, "dropped": len(made.dropped)}
        )
        try:
            done = self._caller.write(made, reading)
        except PolicyTooLarge as error:
            # The service's refusal is the last word on the size: plan for less.
            self._limit = min(policy.document.size for policy in made.puts) - 1
            logger.warning("The service refused the size", extra={"cause": str(error), "limit": self._limit})
            return
        self._written, self._answered, self._stood = made, done, done
        self._expected |= {policy.name: policy.document for policy in made.puts if done}
        if done and self._request.settle_seconds:
            self._caller.wait(self._request.settle_seconds + _DATE_STEP)

    def _lost(self, reading: Reading) -> tuple[Statement, ...]:
        """Count and log what others were granted at the last look and are not any more.

        Returns that of the policy asked for. It is put back only where our grant went in the same moment: that was a
        writer with an old document, not somebody who meant it.
        """
        before, self._expected = self._expected, _meaning(reading)
        found = {
            name: self._foreign(proof.lost(before[name].statements, document.statements))
            for name, document in self._expected.items()
            if name in before
        }
        for name, statements in found.items():
            if statements:
                self._vanished += sum(len(resources(statement)) or 1 for statement in statements)
                text = PolicyDocument(statements).to_json()
                logger.warning("Grants of others vanished", extra={"policy_name": name, "vanished": text})
        return found.get(self._request.policy_name, ())

    def _foreign(self, statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
        ours = {resource for grant in self._request.grants for resource in grant.resources}
        return tuple(statement for statement in statements if not set(resources(statement)) & ours)

    def _note_seen(self, reading: Reading, sent: float) -> None:
        self._first_seen = {policy: self._first_seen.get(policy, sent) for policy in reading.policies}

    def _seconds_until_quiet(self, reading: Reading) -> float:
        """Return how long until the grant will have stood in quiet policies for SettleSeconds, 0 if it has."""
        if not self._request.settle_seconds:
            return 0.0
        waits = {policy: self._wait_for(policy, reading.server_time) for policy in reading.policies}
        for seconds in sorted(waits.values()):
            if stands([policy for policy, wait in waits.items() if wait <= seconds], self._request):
                return seconds
        return max(waits.values(), default=0.0)

    def _wait_for(self, policy: ResourcePolicy, server_time: int | None) -> float:
        settle = float(self._request.settle_seconds)
        if policy.last_updated is not None and server_time is not None:
            left = settle - (server_time - policy.last_updated) / 1000
        else:
            left = settle - (self._caller.clock.monotonic() - self._first_seen[policy])
        return min(max(left, 0.0), settle + _DATE_STEP)

    def _result(self, found: Plan, reading: Reading, *, settled: bool) -> Result:
        """Tell the outcome of our last write if it is what stands; an unanswered one may not be."""
        made = self._written
        if made is None or not (
            self._answered or all(policy.document in _meaning(reading).values() for policy in made.puts)
        ):
            made = found
        final = replace(
            found, outcome=made.outcome, dropped=made.dropped, widened=made.widened, entries_before=made.entries_before
        )
        return Result(made.outcome, settled, final, self._caller.writes, self._repairs, self._vanished)


def _meaning(reading: Reading) -> dict[str, PolicyDocument]:
    return {policy.name: policy.document for policy in reading.policies}
