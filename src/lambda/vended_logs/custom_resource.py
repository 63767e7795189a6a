"""crhelper's CfnResource with what it gets wrong put right, in one place.

crhelper 2.0.12, as read and run: it builds three clients that only its polling needs; logs the event and the signed
ResponseURL at DEBUG; sleeps two minutes on Delete; keeps the end of a long reason and cuts into words; answers an empty
id on a time-out and a random one for a failed Create, so that CloudFormation asks to delete what never was; and takes
any HTTP status for success.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from crhelper import CfnResource

from vended_logs import answer
from vended_logs.caller import LogsGateway
from vended_logs.deletion import FAILED_CREATE_ID
from vended_logs.errors import NotAllowed, OutOfTime, VendedLogsError, shown
from vended_logs.policy.document import ResourcePolicy

ANSWER_SECONDS = 8.0
"""What is kept back of the function's time for the answer and its retries; of a short time-out a quarter."""
_HANG_SECONDS = 3.0
"""How long after the lifecycle's own deadline another thread answers for it: a call may take two seconds."""
_LAST_WRITE_SECONDS = 2.5
"""How long an answer waits for a write that is under way: no call is given longer."""

_IDENTITY = ("StackId", "RequestId", "LogicalResourceId")
"""What CloudFormation wants back to know which request was answered."""

logger = logging.getLogger("vended-logs-policy")


class Gate:
    """Open until the answer is sent; whoever wants to change something passes through it."""

    def __init__(self) -> None:
        """Open the gate."""
        self._lock = threading.Lock()
        self._closed = False

    @property
    def is_open(self) -> bool:
        """Whether no answer has been sent; asked again by a change that passed before but hung on its way."""
        return not self._closed

    def close(self) -> bool:
        """Let nothing through any more; return whether it was open. Waits, not for ever, for a change under way."""
        held = self._lock.acquire(timeout=_LAST_WRITE_SECONDS)
        was_open, self._closed = not self._closed, True
        if held:
            self._lock.release()
        return was_open

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Hold the gate open for one change.

        Raises:
            OutOfTime: an answer has been sent already.
        """
        with self._lock:
            if self._closed:
                message = "The answer has been sent, so nothing may be changed any more: deploy again."
                raise OutOfTime(message)
            yield


class Gated:
    """A gateway whose changes pass through a gate."""

    def __init__(self, gateway: LogsGateway, gate: Gate) -> None:
        """Put the gate before the gateway."""
        self._gateway, self._gate = gateway, gate
        self.read, self.log_groups = gateway.read, gateway.log_groups

    def put(self, policy: ResourcePolicy, may_send: Callable[[], bool]) -> None:
        """Write a whole policy, unless the answer has been sent."""
        with self._gate.passing():
            self._gateway.put(policy, lambda: self._gate.is_open and may_send())

    def delete(self, name: str, may_send: Callable[[], bool]) -> None:
        """Delete a policy, unless the answer has been sent."""
        with self._gate.passing():
            self._gateway.delete(name, lambda: self._gate.is_open and may_send())


class CustomResource(CfnResource):
    """A custom resource whose answers always carry an id, a whole sentence and no secret, and arrive."""

    def __init__(self) -> None:
        """Keep crhelper from making clients: they serve its polling, which is not used."""
        self.gate = Gate()
        self._reserved = ANSWER_SECONDS
        self._delivered = threading.Event()
        self._timer: threading.Timer | None = None
        local = os.environ.get("AWS_SAM_LOCAL")
        os.environ["AWS_SAM_LOCAL"] = "true"
        try:
            super().__init__(sleep_on_delete=0, log_level="WARNING")
        finally:
            os.environ.pop("AWS_SAM_LOCAL")
            if local is not None:
                os.environ["AWS_SAM_LOCAL"] = local
        # Whatever level anyone sets for the root: at DEBUG crhelper logs the event with its signed URL.
        logging.getLogger("crhelper").setLevel(logging.ERROR)

    def __call__(self, event: dict[str, Any], context: Any) -> None:  # noqa: ANN401 - Lambda's context has no public type
        """Handle one request of CloudFormation's and answer it."""
        if not answer.is_deliverable(event.get("ResponseURL")):
            logger.error("Refused: the ResponseURL is not HTTPS, so there is no one to answer")
            return
        self.gate, self._delivered = Gate(), threading.Event()
        # crhelper takes these for its own polling; CloudFormation never sends them.
        super().__call__({key: value for key, value in event.items() if not key.startswith("CrHelper")}, context)

    def seconds_left(self) -> float:
        """Return the seconds until nothing new may be begun, so that the answer still finds its way."""
        return self._function_seconds() - self._reserved - _HANG_SECONDS

    def _function_seconds(self) -> float:
        return float(self._context.get_remaining_time_in_millis()) / 1000

    def generate_physical_id(self, _event: dict[str, Any]) -> str:
        """Return the id of a Create that failed; crhelper asks for one in no other case."""
        return FAILED_CREATE_ID

    def _log_setup(self, event: dict[str, Any], context: Any) -> None:  # noqa: ANN401  the context is Lambda's, which has no type
        """Leave the logging alone: Powertools has set it up."""

    def _crhelper_init(self, event: dict[str, Any], context: Any) -> bool:  # noqa: ANN401  the context is Lambda's, which has no type
        # Before anything can fail: whom to answer.
        self._event, self._context, self._response_url = event, context, event["ResponseURL"]
        self.PhysicalResourceId, self.Reason, self.Data = "", "", {}
        self._reserved = min(ANSWER_SECONDS, self._function_seconds() / 4)
        for name in _IDENTITY:
            setattr(self, name, event.get(name, ""))
        missing = [name for name in _IDENTITY if name not in event]
        if missing:
            raise NotAllowed(f"The event has no {missing[0]}: send it as CloudFormation makes it.")
        if event["RequestType"] not in ("Create", "Update", "Delete"):
            raise NotAllowed(f"The RequestType is {shown(str(event['RequestType']))}: send Create, Update or Delete.")
        return bool(super()._crhelper_init(event, context))  # type: ignore[misc]  # its stub leaves it out

    def _wait_for_cwlogs(self, *_: object) -> None:
        """Do not sleep: nobody here deletes the log group."""

    def _wrap_function(self, func: Any) -> None:  # noqa: ANN401  as crhelper has it
        try:
            self.PhysicalResourceId = func(self._event, self._context)
        except VendedLogsError as error:
            # With what AWS said: its words may hold the cause (a service control policy, a boundary).
            logger.warning("Refused", extra={"reason": str(error)}, exc_info=True)
            self.Status, self.Reason = "FAILED", str(error)
        except Exception as error:
            logger.exception("Unexpected failure")
            self.Status, self.Reason = "FAILED", self._unexpected(error)

    def _unexpected(self, error: BaseException) -> str:
        name = getattr(self._context, "log_group_name", "of the provider function")
        return (
            f"The provider failed with an unexpected {type(error).__name__}: read its log group {name}, then report it."
        )

    def _set_timeout(self) -> None:
        """Answer from another thread when a call hangs; late enough to let a run end by itself."""
        self._timer = threading.Timer(max(self._function_seconds() - self._reserved, 0.0), self._timeout)
        self._timer.daemon = True
        self._timer.start()

    def _timeout(self) -> None:
        self._send(
            "FAILED",
            "A call hung until the provider function's time ran out: deploy again; if it lasts, look at its log.",
        )

    def _send(self, status: str | None = None, reason: str = "", *_: object) -> None:
        """Send the answer, once: whichever thread comes first.

        The other waits until it is sent, because the function ends with the main thread.
        """
        if not self.gate.close():
            self._delivered.wait(max(self._function_seconds() - answer.LAST_WORDS, 0.0))
            return
        if self._timer:
            self._timer.cancel()
        sent_status = status or self.Status
        fields = {
            "Status": sent_status,
            "PhysicalResourceId": self._id(sent_status),
            "StackId": self.StackId,
            "RequestId": self.RequestId,
            "LogicalResourceId": self.LogicalResourceId,
            "Reason": answer.fit(reason if status else self.Reason),
            "NoEcho": False,
            "Data": self.Data if sent_status == "SUCCESS" else {},
        }
        logger.info("Answering", extra={"status": sent_status, "reason": fields["Reason"], "data": fields["Data"]})
        try:
            answer.deliver(
                self._response_url, answer.body(fields), lambda: self._function_seconds() - answer.LAST_WORDS
            )
        finally:
            self._delivered.set()

    def _id(self, status: str) -> str:
        if status == "FAILED":
            return str(self._event.get("PhysicalResourceId") or FAILED_CREATE_ID)
        return str(self.PhysicalResourceId or self._event.get("PhysicalResourceId") or FAILED_CREATE_ID)
