"""What became of a stack: its last operation's failures, and the state machines that it has."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from vended_logs_tools.account.calls import Call, Reader, Unanswered, Unread, listed
from vended_logs_tools.errors import NotATemplate, Unreadable
from vended_logs_tools.template_model import Template, parse

STATE_MACHINE: Final = "AWS::StepFunctions::StateMachine"
STACK: Final = "AWS::CloudFormation::Stack"
_DEEPEST: Final = 5
"""Nested stacks that are looked into."""
_CANCELLED: Final = "cancelled"
"""What CloudFormation says of resources that it did not get to, because another one had failed."""
_BEGINNINGS: Final = frozenset({"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "IMPORT_IN_PROGRESS"})
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """A resource that the stack's last operation could not make or change."""

    stack: str
    """The stack's name; a nested one has its own."""
    stack_id: str
    """Its ARN, by which it is known even after it was deleted."""
    logical_id: str
    kind: str
    physical_id: str
    reason: str
    properties: Mapping[str, Any]
    """Resolved, as the resource was to have them; empty if the event does not tell."""
    call: Call


@dataclass(slots=True)
class Operation:
    """The last operation of a stack, those of its nested stacks included."""

    failures: list[Failure] = field(default_factory=list)
    """In the order in which they happened."""
    touched: set[str] = field(default_factory=set)
    """Physical ids of what was made or changed."""
    kinds: set[str] = field(default_factory=set)
    """Types of what was made or changed."""
    is_undone: bool = False
    """Whether it was rolled back, so that what it had touched is as before, or gone."""
    unread: list[Unread] = field(default_factory=list)


def last_operation(reader: Reader, stack: str) -> Operation:
    """Return the last operation of a stack, by its name or, also if it was deleted, its ARN.

    Raises:
        Unanswered: its events may not be read; Absent: there is none.
    """
    found = Operation()
    _read(reader, stack, found, 0, _LONG_AGO)
    return found


def machine_arns(reader: Reader, stack: str, depth: int = 0) -> tuple[str, ...]:
    """Return the ARNs of the state machines that a stack and its nested stacks have.

    Raises:
        Unanswered: its resources may not be read.
    """
    call = Call("cloudformation", "ListStackResources", (("stack-name", stack),))
    found: list[str] = []
    for page in reader.pages(call, "NextToken", StackName=stack):
        for one in listed(call, page, "StackResourceSummaries"):
            physical_id, kind = str(one.get("PhysicalResourceId", "")), one.get("ResourceType")
            if one.get("ResourceStatus") == "DELETE_COMPLETE" or not physical_id.startswith("arn:"):
                continue
            if kind == STATE_MACHINE:
                found.append(physical_id)
            elif kind == STACK and depth < _DEEPEST:
                found += machine_arns(reader, physical_id, depth + 1)
    return tuple(dict.fromkeys(found))


def template_of(reader: Reader, stack_id: str) -> Template | None:
    """Return a stack's template as it was given, None if it is none that can be read.

    Raises:
        Unanswered: it may not be read.
    """
    call = Call("cloudformation", "GetTemplate", (("stack-name", stack_id), ("template-stage", "Original")))
    body = reader.ask(call, StackName=stack_id, TemplateStage="Original").get("TemplateBody")
    # boto3 gives JSON as data, and YAML as text.
    text = body if isinstance(body, str) else json.dumps(body)
    try:
        return parse(text.encode(), f"the template of stack {stack_id}")
    except (Unreadable, NotATemplate):
        return None


def _read(reader: Reader, stack: str, found: Operation, depth: int, since: datetime) -> None:
    """Add what the last operation of a stack failed at and touched, if it began then or later."""
    call = Call("cloudformation", "DescribeStackEvents", (("stack-name", stack),))
    events = _events_of_last_operation(reader, call, stack)
    begun = events[-1].get("Timestamp", _LONG_AGO) if events else _LONG_AGO
    if begun < since:
        return
    for event in reversed(events):
        status, kind = str(event.get("ResourceStatus", "")), str(event.get("ResourceType", ""))
        physical_id = str(event.get("PhysicalResourceId", ""))
        if _is_of_the_stack(event):
            found.is_undone |= "ROLLBACK" in status and depth == 0
            continue
        found.touched.add(physical_id)
        found.kinds.add(kind)
        if not status.endswith("_FAILED") or _CANCELLED in str(event.get("ResourceStatusReason", "")):
            continue
        before = len(found.failures)
        if kind == STACK and physical_id.startswith("arn:") and depth < _DEEPEST:
            _read_nested(reader, physical_id, found, depth + 1, begun)
        if len(found.failures) == before:
            found.failures.append(_failure(event, call))


def _read_nested(reader: Reader, stack: str, found: Operation, depth: int, since: datetime) -> None:
    try:
        _read(reader, stack, found, depth, since)
    except Unanswered as error:
        found.unread.append(Unread(error.call, error.reason, "what the nested stack failed at"))


def _events_of_last_operation(reader: Reader, call: Call, stack: str) -> list[Event]:
    """Return the events of the last operation, the newest first, no page more than needed.

    A deletion that is complete does not count: of a nested stack it is the end of what was rolled back.
    """
    found: list[Event] = []
    is_deleted: bool | None = None
    for page in reader.pages(call, "NextToken", StackName=stack):
        for event in listed(call, page, "StackEvents"):
            status = event.get("ResourceStatus")
            if _is_of_the_stack(event):
                is_deleted = status == "DELETE_COMPLETE" if is_deleted is None else is_deleted
                if status == "DELETE_IN_PROGRESS":
                    if not is_deleted:
                        return [*found, event]
                    found, is_deleted = [], False
                    continue
            found.append(event)
            if _is_of_the_stack(event) and status in _BEGINNINGS:
                return found
    return found


def _is_of_the_stack(event: Event) -> bool:
    return bool(event.get("StackId")) and event.get("PhysicalResourceId") == event.get("StackId")


def _failure(event: Event, call: Call) -> Failure:
    return Failure(
        stack=str(event.get("StackName", "")),
        stack_id=str(event.get("StackId", "")),
        logical_id=str(event.get("LogicalResourceId", "")),
        kind=str(event.get("ResourceType", "")),
        physical_id=str(event.get("PhysicalResourceId", "")),
        reason=str(event.get("ResourceStatusReason", "")),
        properties=_properties(event),
        call=call,
    )


def _properties(event: Event) -> Mapping[str, Any]:
    try:
        found = json.loads(event.get("ResourceProperties") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def texts(value: object) -> Iterable[str]:
    """Yield all texts within a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
