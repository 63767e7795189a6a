"""Our own model of what reaches EventBridge in an account with a CloudTrail trail. It is not part of the engine.

- Every call that writes or deletes a policy of CloudWatch Logs, granted or refused by it, comes to the default event
  bus as "AWS API Call via CloudTrail", with the caller's identity as CloudTrail writes it, and into CloudTrail's
  history, where its id finds it. AWS takes seconds to minutes for that; here it comes at once.
- What Step Functions appends is told as a call of the service's own, which has neither an ARN nor a session. As whom
  AWS tells it is not published; this asks most of a rule.
- Schedules are looked at twice a second, and an interval of a minute takes six seconds. (The engine looks at them every
  ten seconds, and counts from the first time it saw the rule.)
"""
# ruff: noqa: SLF001 - the engine has no public interface for what is modelled here

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextvars import ContextVar
from http import HTTPStatus
from typing import Any, Final

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import cloudtrail, cloudwatch_logs, eventbridge

from tests.e2e import log_destination_model
from tests.e2e.patching import existing, replace

SECONDS_A_MINUTE: Final = 6
STEP_FUNCTIONS: Final = "states.amazonaws.com"
_TICK_SECONDS: Final = 0.5
_calling_service: ContextVar[str | None] = ContextVar("_calling_service", default=None)

Handler = Callable[[dict[str, Any]], Any]


def apply() -> None:
    """Put the model over the engine; raises MissingNameError if a name that it needs is not there."""
    for name, action in {
        "_put_resource_policy": "PutResourcePolicy",
        "_delete_resource_policy": "DeleteResourcePolicy",
    }.items():
        replace(cloudwatch_logs, name, _recorded(existing(cloudwatch_logs, name), action))
    existing(eventbridge, "_put_events")
    existing(iam_evaluator, "caller_arn")
    existing(cloudtrail, "_get_event_queue")
    replace(log_destination_model, "_append", _by_step_functions(existing(log_destination_model, "_append")))
    _hurry_schedules()


def _recorded(original: Handler, action: str) -> Handler:
    def recorded(data: dict[str, Any]) -> Any:
        answer = original(data)
        _tell(action, data, _error_code(answer))
        return answer

    return recorded


def _by_step_functions(original: Callable[[str], None]) -> Callable[[str], None]:
    def append(log_group: str) -> None:
        token = _calling_service.set(STEP_FUNCTIONS)
        try:
            original(log_group)
        finally:
            _calling_service.reset(token)

    return append


def _tell(action: str, request: dict[str, Any], error_code: str | None) -> None:
    """Put the event into the history and on the bus; its targets run in threads of their own."""
    now = time.time()
    detail = {
        "eventVersion": "1.11",
        "userIdentity": identity(_calling_service.get() or iam_evaluator.caller_arn()),
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)),
        "eventSource": "logs.amazonaws.com",
        "eventName": action,
        "awsRegion": get_region(),
        "requestParameters": request,
        "eventID": new_uuid(),
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": get_account_id(),
        "eventCategory": "Management",
    }
    if error_code:
        detail["errorCode"] = error_code
    text = json.dumps(detail)
    known = {"EventId": detail["eventID"], "EventName": action, "EventTime": now, "CloudTrailEvent": text}
    cloudtrail._get_event_queue().append(known)
    entry = {"Source": "aws.logs", "DetailType": "AWS API Call via CloudTrail", "Detail": text}
    eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def identity(caller: str) -> dict[str, Any]:
    """Return CloudTrail's userIdentity of a caller: only sessions of roles have an issuer, and services no ARN."""
    if not caller.startswith("arn:"):
        return {"type": "AWSService", "invokedBy": caller}
    kind, _, rest = caller.rpartition(":")[2].partition("/")
    account = caller.split(":")[4]
    known = {"arn": caller, "accountId": account}
    if kind == "assumed-role":
        role = rest.partition("/")[0]
        issuer = {"type": "Role", "arn": f"arn:aws:iam::{account}:role/{role}", "accountId": account, "userName": role}
        return {"type": "AssumedRole", **known, "sessionContext": {"sessionIssuer": issuer}}
    return {"type": "Root" if kind == "root" else "IAMUser", **known}


def _error_code(answer: Any) -> str | None:
    """Return the code of an answer that refuses, None if the call was granted."""
    status, _, body = answer
    return None if status == HTTPStatus.OK else str(json.loads(body)["__type"])


def _hurry_schedules() -> None:
    original = existing(eventbridge, "_parse_rate_seconds")

    def seconds(expression: str) -> float | None:
        real = original(expression)
        return None if real is None else real * SECONDS_A_MINUTE / 60

    replace(eventbridge, "_parse_rate_seconds", seconds)
    replace(eventbridge, "_SCHEDULER_TICK_INTERVAL", _TICK_SECONDS)
