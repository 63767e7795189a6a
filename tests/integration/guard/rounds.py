"""A round of the guard, and the metrics that it prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.support.fake_logs import SCOPE
from tests.support.function import Context
from vended_logs.handler import handler
from vended_logs.policy.document import PolicyDocument
from vended_logs.policy.request import Request

Printed = Callable[[], list[dict[str, Any]]]
NAME = "AWSLogDeliveryWrite20150319"
COUNTED_APART = {"service", "function_name", "PolicyName"}

GRANT = PolicyDocument(tuple(grant.statement() for grant in Request(scope=SCOPE).grants))


def guard_round(properties: dict[str, str] | None = None, **more: Any) -> None:
    """Send the function a round of the guard's."""
    given = {"SettleSeconds": "0", **(properties or {})}
    handler({"source": "vended-logs-policy.guard", "ResourceProperties": given, **more}, Context())


def apart(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines of metrics that have the guard's own dimensions, and no others."""
    measured = [line for line in lines if "_aws" in line]
    return [line for line in measured if set(dimensions(line)) == COUNTED_APART]


def dimensions(line: dict[str, Any]) -> list[str]:
    """Return the names of a line's one set of dimensions."""
    [directive] = line["_aws"]["CloudWatchMetrics"]
    [names] = directive["Dimensions"]
    return list(names)
