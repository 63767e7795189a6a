"""Where the function is brought to say its sentences: its own code, with an account, a clock and an address of ours.

Nothing of it is replaced but what lies outside: CloudWatch Logs answers as a sentence needs it, time is counted and not
waited for, and what would be sent to CloudFormation is read.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from unittest.mock import patch

from botocore.exceptions import ClientError

from vended_logs import answer, provider
from vended_logs.errors import VendedLogsError
from vended_logs.gateway import Gateway
from vended_logs.policy.grant import Scope

SCOPE: Final = Scope("aws", "us-west-2", "123456789012")
STACK: Final = "arn:aws:cloudformation:us-west-2:123456789012:stack/orders/5f0c3b60-0000-11ef-8000-0a58a9feac02"
FUNCTION: Final = "arn:aws:lambda:us-west-2:123456789012:function:vended-logs-policy"
LOG_GROUP: Final = "/aws/lambda/vended-logs-policy"
_FUNCTION_SECONDS: Final = 300.0

_ENVIRONMENT: Final = {
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
"""All that the function has of an environment: what this process was given plays no part."""


@dataclass
class Logs:
    """CloudWatch Logs, which answers each call of a kind in the same way: with policies, log groups or an exception."""

    policies: Sequence[tuple[str, str]] = ()
    """Names and documents."""
    fault: Exception | None = None
    """What a read is answered with instead."""
    put_fault: Exception | None = None
    groups: Mapping[str, Any] = field(default_factory=dict)
    again: bool = False
    """Whether each page of the policies says that another follows, always the same one."""
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-length": "2", "x-amzn-requestid": "1"})

    def describe_resource_policies(self, **_: object) -> dict[str, Any]:
        """Answer a read."""
        if self.fault:
            raise self.fault
        listed = [{"policyName": name, "policyDocument": text} for name, text in self.policies]
        more = {"nextToken": "the same"} if self.again else {}
        held = {"resourcePolicies": listed} if listed else {}
        return {**held, **more, "ResponseMetadata": {"HTTPHeaders": dict(self.headers)}}

    def put_resource_policy(self, **_: object) -> dict[str, Any]:
        """Answer a write."""
        if self.put_fault:
            raise self.put_fault
        return {}

    def describe_log_groups(self, **_: object) -> dict[str, Any]:
        """Answer a question for log groups."""
        return {**self.groups, "ResponseMetadata": {"HTTPHeaders": {}}}


@dataclass
class _Clock:
    """Time that passes when it is asked for, ``step`` seconds at once, and when somebody would sleep."""

    step: float = 0.001
    now: float = 0.0

    def monotonic(self) -> float:
        self.now += self.step
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def uniform(self, _low: float, high: float) -> float:
        return high


@dataclass
class _Context:
    """Lambda's context: what it says of the time left, one after the other, the last for ever."""

    seconds: Sequence[float] = (_FUNCTION_SECONDS,)
    invoked_function_arn: str = FUNCTION
    log_group_name: str = LOG_GROUP
    asked: int = 0

    def get_remaining_time_in_millis(self) -> int:
        self.asked += 1
        return round(1000 * self.seconds[min(self.asked, len(self.seconds)) - 1])


def event(properties: object = None, kind: str = "Create", **more: object) -> dict[str, Any]:
    """Return an event as CloudFormation sends it, with other values for the names given; None leaves one out."""
    whole = {
        "RequestType": kind,
        "RequestId": "c1f8e5a2-0000-4000-8000-000000000000",
        "ResponseURL": "https://cloudformation-custom-resource-response-uswest2.s3-us-west-2.amazonaws.com/answer",
        "StackId": STACK,
        "LogicalResourceId": "VendedLogsPolicy",
        "ResourceProperties": {"ServiceToken": FUNCTION} if properties is None else properties,
        **more,
    }
    return {name: value for name, value in whole.items() if value is not None}


def refused(code: str, text: str = "", status: int = 400) -> ClientError:
    """Return what botocore raises for an answer of CloudWatch Logs with an error code."""
    answered_with = {"Error": {"Code": code, "Message": text}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answered_with, "a call")  # type: ignore[arg-type]  # the rest of the metadata says nothing here


def deletion(name: str = "AWSLogDeliveryWrite20150319") -> dict[str, Any]:
    """Return the Delete of a resource whose grant goes with it."""
    return event({"OnDelete": "RemoveWhenUnused", "PolicyName": name}, "Delete", PhysicalResourceId=name)


def answered(  # noqa: PLR0913 - what lies outside of the function, each part by its name
    sent: Mapping[str, Any],
    logs: Logs | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    seconds: Sequence[float] = (_FUNCTION_SECONDS,),
    step: float = 0.001,
    through: Callable[[Any, Any], Any] | None = None,
) -> str:
    """Return the reason that CloudFormation is given for the failure of an event.

    Args:
        sent: the event.
        logs: CloudWatch Logs; an account without policies by default.
        environment: the function's variables.
        seconds: what Lambda says of the time left.
        step: seconds that pass whenever the time is looked at.
        through: who takes the event; the provider itself by default.
    """
    with _outside(logs or Logs(), environment or {}, step) as bodies:
        (through or provider.resource)(dict(sent), _Context(seconds))
    [body] = bodies
    fields = json.loads(body)
    return f"{fields['Status']}: {fields['Reason']}".removeprefix("FAILED: ")


def hung() -> str:
    """Return the reason that CloudFormation is given when a call does not come back."""
    sent = threading.Event()

    def hangs(_region: str) -> Gateway:
        sent.wait()
        raise TimeoutError

    def deliver(_url: str, body: bytes, _left: Callable[[], float]) -> bool:
        bodies.append(body)
        sent.set()
        return True

    bodies: list[bytes] = []
    alone = patch.dict(os.environ, _ENVIRONMENT, clear=True)
    with silence(), alone, patch.object(provider, "gateway", hangs), patch.object(answer, "deliver", deliver):
        # A whole time to begin with, then none but what is kept for the answer.
        provider.resource(event(), _Context((_FUNCTION_SECONDS, answer.LAST_WORDS)))
    return str(json.loads(bodies[0])["Reason"])


def guarded(given: dict[str, Any]) -> str:
    """Return what a round of the guard fails with, which its log has and nobody is answered with."""
    with _outside(Logs(), {}, 0.001):
        return raised(lambda: provider.guard(given, _Context()))


def raised(call: Callable[[], object]) -> str:
    """Return the sentence that a call fails with.

    Raises:
        LookupError: it did not fail.
    """
    try:
        call()
    except VendedLogsError as error:
        return str(error)
    raise LookupError("nothing was said")


@contextmanager
def _outside(logs: Logs, environment: Mapping[str, str], step: float) -> Iterator[list[bytes]]:
    """Put all that lies outside of the function in its place; yield what is sent to CloudFormation."""
    bodies: list[bytes] = []

    def deliver(_url: str, body: bytes, _left: Callable[[], float]) -> bool:
        bodies.append(body)
        return True

    real = provider.gateway

    def gateway(region: str) -> Gateway:
        # With a variable that is broken, the function's own way to a client is what is to be seen.
        return real(region) if "AWS_ENDPOINT_URL" in environment else Gateway(region, logs)  # type: ignore[arg-type]  # its four calls

    with (
        silence(),
        patch.dict(os.environ, {**_ENVIRONMENT, **environment}, clear=True),
        patch.object(answer, "deliver", deliver),
        patch.object(provider, "gateway", gateway),
        patch.object(provider, "clock", _Clock(step)),
    ):
        yield bodies


@contextmanager
def silence() -> Iterator[None]:
    """Have nothing logged: the function's log goes where pages are printed to."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
