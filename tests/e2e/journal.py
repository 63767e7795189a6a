"""What happened inside the engine, as JSON lines: calls to CloudWatch Logs, events to the provider, its answers.

`record` runs in the engine's process and only listens; `read` runs in the tests.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.patching import replace


@dataclass(frozen=True)
class Entry:
    """One line. `kind` is "call", "event" or "answer"; `at` is in seconds since the epoch."""

    kind: str
    at: float
    data: dict[str, Any] = field(default_factory=dict)


def read(path: Path, kind: str | None = None) -> list[Entry]:
    """Return the entries so far, in order; of one kind if asked."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    entries = [Entry(line.pop("kind"), line.pop("at"), line) for line in lines]
    return [entry for entry in entries if kind in (None, entry.kind)]


def calls(path: Path) -> list[str]:
    """Return the CloudWatch Logs actions that functions called, in order, by name."""
    return [entry.data["action"] for entry in read(path, "call") if ":assumed-role/" in entry.data["caller"]]


def record(path: Path) -> None:
    """Have the engine write a line for each call, event and answer."""
    lock = threading.Lock()

    def write(kind: str, **data: object) -> None:
        line = json.dumps({"kind": kind, "at": time.time(), **data})
        with lock, path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    _record_calls(write)
    _record_events(write)


def _record_calls(write: Callable[..., None]) -> None:
    from ministack.core import iam_evaluator  # noqa: PLC0415  only the engine's process has it loaded
    from ministack.services import cloudwatch_logs  # noqa: PLC0415  only the engine's process has it loaded

    original = cloudwatch_logs.handle_request

    async def handle_request(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        answer = await original(method, path, headers, body, query)
        action = headers.get("x-amz-target", "").rpartition(".")[2]
        request = json.loads(body or b"{}")
        named = {key: value for key, value in request.items() if key in ("policyName", "logGroupNamePrefix")}
        write("call", action=action, caller=iam_evaluator.caller_arn(), status=answer[0], request=named)
        return answer

    replace(cloudwatch_logs, "handle_request", handle_request)


def _record_events(write: Callable[..., None]) -> None:
    from ministack.services.cloudformation import custom_resource  # noqa: PLC0415  only the engine's process has it loaded

    original_invoke = custom_resource.invoke_custom_resource
    original_deliver = custom_resource.deliver_response

    def invoke(request_type: str, logical_id: str, props: dict[str, Any], *rest: Any, **options: Any) -> Any:
        old = options.get("physical_id")
        write("event", request_type=request_type, logical_id=logical_id, physical_id=old, properties=props)
        return original_invoke(request_type, logical_id, props, *rest, **options)

    def deliver(token: str, response: dict[str, Any]) -> bool:
        write("answer", token=token, size=len(json.dumps(response)), **response)
        return bool(original_deliver(token, response))

    replace(custom_resource, "invoke_custom_resource", invoke)
    replace(custom_resource, "deliver_response", deliver)
