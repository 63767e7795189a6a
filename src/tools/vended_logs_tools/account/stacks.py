"""What became of a stack: its last operation's failures, the state machines that it has or was to have."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from vended_logs_tools.account.calls import Call, Reader
from vended_logs_tools.account.machines import Machine
from vended_logs_tools.errors import NotATemplate, Unreadable
from vended_logs_tools.template_model import Template, parse

STATE_MACHINE: Final = "AWS::StepFunctions::StateMachine"
STACK: Final = "AWS::CloudFormation::Stack"
_DEEPEST: Final = 5
"""Nested stacks that are looked into."""
_CANCELLED: Final = "cancelled"
"""What CloudFormation says of resources that it did not get to, because another one had failed."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A resource that the stack's last operation could not make or change."""

    stack: str
    """The stack's name; a nested one has its own."""
    logical_id: str
    kind: str
    physical_id: str
    reason: str
    properties: Mapping[str, Any]
    """Resolved, as the resource was to have them; empty if the event does not tell."""
    call: Call


@dataclass(frozen=True, slots=True)
class StackState:
    """A stack after its last operation, nested stacks included."""

    name: str
    failures: tuple[Failure, ...]
    """In the order in which they happened."""
    machine_arns: tuple[str, ...]
    """Those that are there."""
    made: frozenset[str]
    """Physical ids of what the last operation made or changed, and may have taken back again."""
    template: Template | None
    """As it was given, None if nothing failed, or it cannot be read."""


def read_stack(reader: Reader, name: str) -> StackState:
    """Return a stack's state; names of deleted stacks are not known to CloudFormation, their ARNs are.

    Raises:
        Unanswered: it may not be read; Absent: there is none.
    """
    failures: list[Failure] = []
    machines: list[str] = []
    made: set[str] = set()
    _read_events(reader, name, failures, made, 0)
    _read_resources(reader, name, machines, 0)
    failed_at = [failure for failure in failures if failure.kind == STATE_MACHINE]
    template = _template(reader, failed_at[0].stack) if failed_at else None
    return StackState(name, tuple(failures), tuple(dict.fromkeys(machines)), frozenset(made), template)


def machine_of(failure: Failure) -> Machine | None:
    """Return the state machine that could not be made, None if the event does not tell its properties."""
    found = failure.properties
    if not found:
        return None
    logging = found.get("LoggingConfiguration") or {}
    groups = (one.get("CloudWatchLogsLogGroup") or {} for one in logging.get("Destinations") or ())
    encryption = found.get("EncryptionConfiguration") or {}
    return Machine(
        name=found.get("StateMachineName") or failure.logical_id,
        role_arn=found.get("RoleArn", ""),
        level=str(logging.get("Level") or "OFF").upper(),
        destinations=tuple(group.get("LogGroupArn", "") for group in groups),
        is_express=found.get("StateMachineType") == "EXPRESS",
        key_id=encryption.get("KmsKeyId") if encryption.get("Type") == "CUSTOMER_MANAGED_KMS_KEY" else None,
        call=failure.call,
    )


def _read_events(reader: Reader, stack: str, failures: list[Failure], made: set[str], depth: int) -> None:
    """Add what the last operation of a stack failed at and what it touched; nested stacks before what holds them."""
    call = Call("cloudformation", "DescribeStackEvents", (("stack-name", stack),))
    of_this: list[dict[str, Any]] = list(_last_operation(reader, call, stack))
    for event in reversed(of_this):
        status, kind, physical_id = event["ResourceStatus"], event["ResourceType"], event.get("PhysicalResourceId", "")
        if physical_id:
            made.add(physical_id)
        reason = event.get("ResourceStatusReason", "")
        if not status.endswith("_FAILED") or _CANCELLED in reason or physical_id == event["StackId"]:
            continue
        if kind == STACK and physical_id.startswith("arn:") and depth < _DEEPEST:
            _read_events(reader, physical_id, failures, made, depth + 1)
        else:
            properties = _properties(event)
            failures.append(
                Failure(event["StackName"], event["LogicalResourceId"], kind, physical_id, reason, properties, call)
            )


def _last_operation(reader: Reader, call: Call, stack: str) -> Iterator[dict[str, Any]]:
    """Yield the events of the last operation, the newest first, no page more than needed."""
    for page in reader.pages(call, "NextToken", StackName=stack):
        for event in page["StackEvents"]:
            yield event
            is_stack = event.get("PhysicalResourceId") == event["StackId"]
            if is_stack and event["ResourceStatus"] in (
                "CREATE_IN_PROGRESS",
                "UPDATE_IN_PROGRESS",
                "IMPORT_IN_PROGRESS",
            ):
                return


def _properties(event: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        found = json.loads(event.get("ResourceProperties") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _read_resources(reader: Reader, stack: str, machines: list[str], depth: int) -> None:
    call = Call("cloudformation", "ListStackResources", (("stack-name", stack),))
    for page in reader.pages(call, "NextToken", StackName=stack):
        for one in page["StackResourceSummaries"]:
            physical_id = one.get("PhysicalResourceId", "")
            if one["ResourceStatus"] == "DELETE_COMPLETE" or not physical_id.startswith("arn:"):
                continue
            if one["ResourceType"] == STATE_MACHINE:
                machines.append(physical_id)
            elif one["ResourceType"] == STACK and depth < _DEEPEST:
                _read_resources(reader, physical_id, machines, depth + 1)


def _template(reader: Reader, stack: str) -> Template | None:
    call = Call("cloudformation", "GetTemplate", (("stack-name", stack), ("template-stage", "Original")))
    body = reader.ask(call, StackName=stack, TemplateStage="Original").get("TemplateBody")
    # boto3 gives JSON as data, and YAML as text.
    text = body if isinstance(body, str) else json.dumps(body)
    try:
        return parse(text.encode(), f"the template of stack {stack}")
    except (Unreadable, NotATemplate):
        return None
