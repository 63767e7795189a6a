"""Calls with the discipline that writers of account policies share, since those have no compare-and-set.

W: a write is sent within a second of sending the read it rests on. T: a call is given two seconds and then counts as
lost, and a read comes before any other write. One changing call for each read. All retries and deadlines are here and
in the lifecycle; nothing below retries.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

from vended_logs.clock import Clock
from vended_logs.errors import OutOfTime, TryAgain, VendedLogsError
from vended_logs.gateway import LogGroupPage, Reading
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.plan import Plan
from vended_logs.wire import CALL_SECONDS

WRITE_WITHIN = 1.0
"""W: seconds from sending a read to sending the write that rests on it."""
READ_BACK = 2.5
"""Seconds kept for the read that shows what became of a write, or whether the grant still stands."""
LAST_WRITE = CALL_SECONDS + READ_BACK
"""No write is sent with fewer seconds left."""
DEFAULT_SECONDS = 240.0
"""How long to go on where the caller names no deadline."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_LATE = (
    "The time ran out before the grant stood, because other writers kept changing the CloudWatch Logs resource policies"
    " or the answers came too slowly: deploy again when fewer deployments run."
)

_Answer = TypeVar("_Answer")

logger = logging.getLogger("vended-logs-policy")


class LogsGateway(Protocol):
    """What the lifecycle needs of CloudWatch Logs; each call is one attempt."""

    def read(self) -> Reading:
        """Return all account-level policies."""

    def put(self, policy: ResourcePolicy, may_send: Callable[[], bool]) -> None:
        """Write a whole policy, if ``may_send`` still says so when it is about to go out."""

    def delete(self, name: str, may_send: Callable[[], bool]) -> None:
        """Delete a policy, on the same condition."""

    def log_groups(self, prefix: str, token: str | None) -> LogGroupPage:
        """Return a page of the names of the log groups that begin with the prefix."""


class Caller:
    """Calls with the discipline: deadlines, pauses, one changing call for each read."""

    def __init__(self, gateway: LogsGateway, clock: Clock, deadline: float | None, late: str = _LATE) -> None:
        """Begin; ``late`` is the sentence for when the time is over and nothing in particular was in the way."""
        self.clock = clock
        self.writes = 0
        self._gateway = gateway
        self._deadline = clock.monotonic() + DEFAULT_SECONDS if deadline is None else deadline
        self._given = self.time_left()
        self._late = late
        self._read_pause = _FIRST_PAUSE
        # A read comes before each write, so a pause that reads set back would never grow while writes are throttled.
        self._write_pause = _FIRST_PAUSE
        self._read_cause: VendedLogsError | None = None
        self._write_cause: VendedLogsError | None = None

    def time_left(self) -> float:
        """Return the seconds until nothing may be begun any more."""
        return self._deadline - self.clock.monotonic()

    def read(self) -> tuple[Reading, float]:
        """Return all policies and when the read was sent."""
        sent = 0.0

        def attempt() -> Reading:
            nonlocal sent
            sent = self.clock.monotonic()
            return self._gateway.read()

        return self.call(attempt), sent

    def call(self, attempt: Callable[[], _Answer]) -> _Answer:
        """Call until it is answered; for calls that change nothing."""
        while True:
            if self.time_left() <= 0:
                raise self.out_of_time()
            try:
                answer = attempt()
            except TryAgain as error:
                self._read_cause = error
                self._read_pause = self._back_off(error, self._read_pause)
            else:
                self._read_cause = None
                self._read_pause = _FIRST_PAUSE
                return answer

    def may_write(self, read_sent: float) -> bool:
        """Return whether a write may still rest on that read.

        Raises:
            OutOfTime: too little time is left to learn what would become of a write.
        """
        if self.time_left() < LAST_WRITE:
            raise self.out_of_time()
        return self._in_time(read_sent)

    def write(self, made: Plan, reading: Reading, read_sent: float) -> bool:
        """Carry the plan out, once; return whether it was answered as done. What was lost shows at the next read.

        Connecting takes time too, so whether it is still in time is asked again when the bytes are about to go out.
        """
        self._log_replaced(made, reading)
        begun = self.clock.monotonic()
        may_send = partial(self._in_time, read_sent)
        try:
            for policy in made.puts:
                self._gateway.put(policy, may_send)
            for name in made.deletes:
                self._gateway.delete(name, may_send)
        except TryAgain as error:
            self._write_cause = error
            self._write_pause = self._back_off(error, self._write_pause)
            return False
        self.writes += 1
        self._write_cause = None
        self._write_pause = _FIRST_PAUSE
        # A call is given two seconds: one that came later counts as lost, and the next read tells.
        return self.clock.monotonic() - begun <= CALL_SECONDS

    def _in_time(self, read_sent: float) -> bool:
        return self.clock.monotonic() - read_sent <= WRITE_WITHIN

    def _back_off(self, error: VendedLogsError, pause: float) -> float:
        """Wait with jitter, never past the deadline; return the next pause, which is longer."""
        logger.warning(
            "Will try again", extra={"cause": str(error), "seconds_left": round(self.time_left(), 1)}, exc_info=error
        )
        self.wait(self.clock.uniform(pause / 2, pause))
        return min(pause * 2, _LONGEST_PAUSE)

    def wait(self, seconds: float) -> None:
        """Sleep, but not past the deadline."""
        self.clock.sleep(max(0.0, min(seconds, self.time_left())))

    def out_of_time(self) -> VendedLogsError:
        """Return the failure to raise when time is over: what was in the way, if anything was."""
        cause = self._write_cause or self._read_cause
        if cause is not None:
            return OutOfTime(str(cause))
        if self._given < LAST_WRITE:
            return OutOfTime(
                f"The provider function's time is too short for a write and a look at it ({self._given:.0f} s are left"
                " for them): set its Timeout to 60 seconds or more, then deploy again.",
            )
        return OutOfTime(self._late)

    @staticmethod
    def _log_replaced(made: Plan, reading: Reading) -> None:
        names = {*made.deletes, *(policy.name for policy in made.puts)}
        for policy in reading.policies:
            if policy.name in names:
                # Whole, so that it can be put back by hand.
                extra = {"policy_name": policy.name, "replaced_document": policy.document.to_json()}
                logger.warning("Replacing a policy", extra=extra)
