"""The function's surroundings: a context, and events as CloudFormation sends them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Send = Callable[..., dict[str, Any]]
"""Sends the function an event, given its kind and properties, and returns the answer."""

ACCOUNT, REGION = "123456789012", "us-west-2"
FUNCTION_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:provider"
STACK_ID = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/app/5f0c3b60-0000-11ef-8000-0a58a9feac02"


@dataclass
class Context:
    """Lambda's context object, as far as it is used."""

    seconds: float = 60.0
    invoked_function_arn: str = FUNCTION_ARN
    function_name: str = "provider"
    memory_limit_in_mb: int = 512
    aws_request_id: str = "b6c0c3c5-1d2c-4a5e-9a8f-0f8f1b0d2c11"
    log_group_name: str = "/aws/lambda/provider"
    _end: float = field(init=False)

    def __post_init__(self) -> None:
        """Start the function's time."""
        self._end = time.monotonic() + self.seconds

    def get_remaining_time_in_millis(self) -> int:
        """Return what is left of the function's time."""
        return round((self._end - time.monotonic()) * 1000)


def event(kind: str, url: str, properties: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return a request of CloudFormation's; Update and Delete carry the physical id of a resource that was made."""
    given = {"ServiceToken": FUNCTION_ARN, "SettleSeconds": "0", **(properties or {})}
    made = {"PhysicalResourceId": given.get("PolicyName", "AWSLogDeliveryWrite20150319")} if kind != "Create" else {}
    return {
        "RequestType": kind,
        "RequestId": "unique id for this request",
        "ResponseURL": url,
        "StackId": STACK_ID,
        "LogicalResourceId": "VendedLogsPolicy",
        "ResourceType": "Custom::VendedLogsPolicy",
        "ResourceProperties": given,
        **made,
        **more,
    }
