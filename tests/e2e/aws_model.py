"""Our own model of what ministack does not model of AWS and this project is about. It is not part of the engine.

It runs inside the engine's process, over the engine's own functions (`apply`), and adds:

- CloudWatch Logs refuses an account policy of more than 5,120 characters, unless the one it replaces was as large, and
  hands documents back normalised (one-element lists as strings, a missing Version as 2008-10-17).
- Step Functions checks the log destination of a machine whose logging is on: see `log_destination_model`.
- CloudFormation follows a failed Create of a custom resource with a Delete.
- CloudFormation runs the SAM transform on nested templates too: see `nested_stacks_model`.
- CloudFormation cannot delete a managed policy that a role has: see `managed_policy_model`.
- CloudTrail tells EventBridge who wrote or deleted a policy, and schedules run fast: see `eventbridge_model`.

A name of the engine's that is missing is told at start (`patching.replace`).
"""
# ruff: noqa: SLF001 - the engine has no public interface for what is modelled here

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from ministack.core.responses import error_response_json, new_uuid
from ministack.services import cloudwatch_logs
from ministack.services.cloudformation import custom_resource

from tests.e2e import (
    eventbridge_model,
    log_destination_model,
    managed_policy_model,
    nested_stacks_model,
    stack_events_model,
)
from tests.e2e.account import SIZE_LIMIT
from tests.e2e.patching import existing, replace

TOO_LONG: Final = f"Policy document length breaking Cloudwatch Logs Constraints, either < 1 or > {SIZE_LIMIT}"


def apply() -> None:
    """Put the model over the engine; raises MissingNameError if a name that it needs is not there."""
    _limit_policies()
    log_destination_model.apply()
    _delete_after_failed_create()
    nested_stacks_model.apply()
    managed_policy_model.apply()
    stack_events_model.apply()  # around what the model of log destinations refuses
    eventbridge_model.apply()  # after the limit, so that it sees what the limit refuses


def _limit_policies() -> None:
    original = existing(cloudwatch_logs, "_put_resource_policy")
    existing(cloudwatch_logs, "_resource_policies")

    def put(data: dict[str, Any]) -> Any:
        if data.get("resourceArn"):
            return original(data)
        if len(data.get("policyDocument") or "") > max(SIZE_LIMIT, _size_of(data.get("policyName"))):
            return error_response_json("InvalidParameterException", TOO_LONG, HTTPStatus.BAD_REQUEST)
        answer = original(data)
        if answer[0] == HTTPStatus.OK:
            _normalise(cloudwatch_logs._resource_policies[data["policyName"]])
        return answer

    replace(cloudwatch_logs, "_put_resource_policy", put)


def _size_of(name: str | None) -> int:
    policy = cloudwatch_logs._resource_policies.get(name)
    return len(policy["policyDocument"]) if policy else 0


def _normalise(policy: dict[str, Any]) -> None:
    """Rewrite a stored document the way CloudWatch Logs hands it back; what is not JSON stays as it is."""
    try:
        document = json.loads(policy["policyDocument"])
    except ValueError:
        return
    if isinstance(document, dict):
        normalised = log_destination_model.without_short_lists({"Version": "2008-10-17"} | document)
        policy["policyDocument"] = json.dumps(normalised, separators=(",", ":"))


def _delete_after_failed_create() -> None:
    """Follow a failed Create with a Delete that carries the id answered, or a made-up one if there was no answer.

    CloudFormation sends it when it rolls the stack back; here it comes at once, which is the same to the provider.
    """
    original_invoke = existing(custom_resource, "invoke_custom_resource")
    answered = _follow_answers()

    def invoke(request_type: str, logical_id: str, props: dict[str, Any], stack: str, *rest: Any, **more: Any) -> Any:
        try:
            return original_invoke(request_type, logical_id, props, stack, *rest, **more)
        except (RuntimeError, TimeoutError):
            if request_type == "Create":
                physical_id = answered() or f"{stack}-{logical_id}-{new_uuid()[:12]}"
                # By its name in the engine, so that the journal sees it.
                again = partial(custom_resource.invoke_custom_resource, "Delete", logical_id, props, stack, *rest)
                _send_delete(partial(again, physical_id=physical_id))
            raise

    replace(custom_resource, "invoke_custom_resource", invoke)


def _follow_answers() -> Callable[[], str]:
    """Return a function that tells the physical id in the last answer to an event that this thread sent."""
    register, deliver = existing(custom_resource, "register_token"), existing(custom_resource, "deliver_response")
    thread, ids = threading.local(), dict[str, str]()

    def registered(token: str) -> Any:
        thread.token = token
        return register(token)

    def delivered(token: str, response: dict[str, Any]) -> Any:
        ids[token] = response.get("PhysicalResourceId", "")
        return deliver(token, response)

    replace(custom_resource, "register_token", registered)
    replace(custom_resource, "deliver_response", delivered)
    return lambda: ids.get(getattr(thread, "token", ""), "")


def _send_delete(invoke: Callable[[], Any]) -> None:
    try:
        invoke()
    except (RuntimeError, TimeoutError) as error:
        # CloudFormation reports DELETE_FAILED and goes on; the cause of the failed Create stays the one told.
        custom_resource.logger.warning("The Delete after a failed Create failed: %s", error)
