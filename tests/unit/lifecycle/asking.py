"""What the tests of the lifecycle ask for, and how."""

from __future__ import annotations

from dataclasses import replace

from tests.support.fake_logs import SCOPE, FakeLogs
from vended_logs.lifecycle import Result, ensure
from vended_logs.policy.document import PolicyDocument
from vended_logs.policy.request import DEFAULT_POLICY_NAME, Request

NAME = DEFAULT_POLICY_NAME
PLAIN = Request(scope=SCOPE, settle_seconds=0)
SETTLING = Request(scope=SCOPE)
REVOCABLE = replace(
    PLAIN, on_delete="RemoveWhenUnused", stack_id="arn:aws:cloudformation:stack/app/1", logical_id="Grant"
)
OWNER = REVOCABLE.owner


def granted(request: Request) -> str:
    """Return a document that gives what is asked for."""
    return PolicyDocument(tuple(grant.statement() for grant in request.grants)).to_json()


def run(logs: FakeLogs, request: Request = PLAIN, seconds: float = 60.0) -> Result:
    """Ensure, with that many seconds."""
    return ensure(request, logs, logs.clock, logs.clock.monotonic() + seconds)
