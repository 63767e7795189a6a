"""An account for the whole handler: CloudWatch Logs' client in memory, virtual time, and all that is logged."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

import vended_logs.provider as module
from tests.support.fake_logs import VirtualClock
from tests.support.function import FUNCTION_ARN, Context
from vended_logs import answer
from vended_logs.gateway import Gateway

_PREFIX = re.compile(r"[A-Za-z0-9_/.#-]{1,512}", re.ASCII)


@dataclass
class FakeClient:
    """What the gateway asks of boto3's client, with texts that are kept byte for byte."""

    clock: VirtualClock
    texts: dict[str, str]
    updated: int | None = None
    groups: list[str] = field(default_factory=list)
    faults: list[str | None] = field(default_factory=list)
    """Error codes, one a call, None for a call that is served."""
    page_size: int = 50
    calls: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    """Names of policies, one for each call that asked for a change."""

    def describe_resource_policies(self, **asked: Any) -> dict[str, Any]:
        """Return a page of the policies."""
        self._called("DescribeResourcePolicies")
        start = int(asked.get("nextToken", 0))
        found = [
            {"policyName": name, "policyDocument": text, "lastUpdatedTime": self.updated}
            for name, text in [*self.texts.items()][start : start + self.page_size]
        ]
        more = {"nextToken": str(start + self.page_size)} if start + self.page_size < len(self.texts) else {}
        headers = {"date": formatdate(self.clock.now, usegmt=True), "content-length": "1000"}
        return {"resourcePolicies": found, "ResponseMetadata": {"HTTPHeaders": headers}, **more}

    def put_resource_policy(self, **asked: Any) -> dict[str, Any]:
        """Write a policy."""
        self.changes.append(asked["policyName"])
        self._called("PutResourcePolicy")
        self.texts[asked["policyName"]] = asked["policyDocument"]
        return {}

    def delete_resource_policy(self, **asked: Any) -> dict[str, Any]:
        """Delete a policy."""
        self.changes.append(asked["policyName"])
        self._called("DeleteResourcePolicy")
        del self.texts[asked["policyName"]]
        return {}

    def describe_log_groups(self, **asked: Any) -> dict[str, Any]:
        """Return the log groups that begin with a prefix, which botocore and the service hold to their rules."""
        prefix = asked["logGroupNamePrefix"]
        if not prefix:
            raise ParamValidationError(report="Invalid length for parameter logGroupNamePrefix")
        self._called("DescribeLogGroups")
        if not _PREFIX.fullmatch(prefix):
            raise _error("InvalidParameterException", "DescribeLogGroups")
        found = [{"logGroupName": name} for name in self.groups if name.startswith(prefix)]
        return {"logGroups": found, "ResponseMetadata": {"HTTPHeaders": {}}}

    def _called(self, name: str) -> None:
        self.calls.append(name)
        self.clock.now += 0.03
        code = self.faults.pop(0) if self.faults else None
        if code:
            raise _error(code, name)


def _error(code: str, name: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "as asked for"}}, name)


class _VirtualContext(Context):
    """Lambda's context in virtual time."""

    clock: VirtualClock
    end: float

    def get_remaining_time_in_millis(self) -> int:
        """Return what is left of the function's time."""
        return round((self.end - self.clock.now) * 1000)


def context(clock: VirtualClock, seconds: float) -> Context:
    """Return a context whose time ends so many virtual seconds from now."""
    made = _VirtualContext(seconds, FUNCTION_ARN)
    made.clock, made.end = clock, clock.now + seconds
    return made


@dataclass
class Heard:
    """What a run of the handler told the world."""

    answers: list[bytes] = field(default_factory=list)
    records: bytes = b""
    """All that was logged, at any level, and printed."""
    unlogged: list[str] = field(default_factory=list)
    """Why log records could not be written."""


@contextmanager
def surroundings(client: FakeClient) -> Iterator[Heard]:
    """Put the client, its clock, a taker of answers and a log that keeps everything round the handler."""
    heard, stream = Heard(), io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)

    def deliver(url: str, content: bytes, seconds_left: Callable[[], float]) -> bool:
        heard.answers.append(content)
        return True

    before = module.clock, module.gateway, answer.deliver
    module.clock = client.clock  # type: ignore[assignment]  # time that does not pass
    module.gateway = lambda region: Gateway(region, client)  # type: ignore[assignment,arg-type]  # no cache, no network
    answer.deliver = deliver
    try:
        with redirect_stdout(stream), _logging_to(stream, heard):
            yield heard
    finally:
        module.clock, module.gateway, answer.deliver = before
        stream.flush()
        heard.records = stream.buffer.getvalue()


@contextmanager
def _logging_to(stream: Any, heard: Heard) -> Iterator[None]:
    """Have every logger, at every level, write to the stream, and note each record that cannot be written."""
    own = logging.getLogger("vended-logs-policy")
    [lines] = [one for one in own.handlers if isinstance(one, logging.StreamHandler)]
    plain = logging.StreamHandler(stream)
    levels, written, root = own.level, lines.stream, logging.getLogger()

    def note(record: logging.LogRecord) -> None:
        heard.unlogged.append(str(record.msg))

    lines.setStream(stream)
    for one in (lines, plain):
        one.handleError = note  # type: ignore[method-assign]  # the way logging says to do it is a subclass
    own.setLevel(logging.DEBUG)
    root.addHandler(plain)
    try:
        yield
    finally:
        root.removeHandler(plain)
        own.setLevel(levels)
        lines.stream = written
        del lines.handleError
