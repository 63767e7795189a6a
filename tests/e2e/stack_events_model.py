"""Our own addition of what CloudFormation's events of state machines tell, and the engine's leave out.

ResourceProperties: the properties that a machine was to have, resolved, as JSON; the physical id of a nested stack that
failed, by which its own events are found (CloudFormation API, StackEvent). And the logging of a machine made by a
template is kept as Step Functions itself spells it, so that it can be read back.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final
from xml.sax.saxutils import escape

from ministack.services import cloudformation
from ministack.services.cloudformation import handlers, provisioners

from tests.e2e.patching import existing

_STATE_MACHINE: Final = "AWS::StepFunctions::StateMachine"
_STACK: Final = "AWS::CloudFormation::Stack"
_EVENT = re.compile(r"<member><StackId>.*?</member>", re.DOTALL)


def apply() -> None:
    """Put the additions over the engine; raises MissingNameError if a name that they need is not there."""
    _stacks()
    given: dict[tuple[str, str], dict[str, Any]] = {}
    _follow_machines(given)
    _tell_properties(given)


def _follow_machines(given: dict[tuple[str, str], dict[str, Any]]) -> None:
    machines = existing(provisioners, "_RESOURCE_HANDLERS")[_STATE_MACHINE]
    create, update = machines["create"], machines["update"]

    def followed_create(logical_id: str, props: dict[str, Any], stack_name: str) -> Any:
        given[stack_name, logical_id] = props
        return create(logical_id, _with_api_spelling(props), stack_name)

    def followed_update(physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str, *rest: Any) -> Any:
        given[stack, rest[0] if rest else physical_id] = new
        return update(physical_id, _with_api_spelling(old), _with_api_spelling(new), stack, *rest)

    machines["create"], machines["update"] = followed_create, followed_update


def _with_api_spelling(props: dict[str, Any]) -> dict[str, Any]:
    if "LoggingConfiguration" not in props:
        return props
    return {**props, "LoggingConfiguration": _in_camel_case(props["LoggingConfiguration"])}


def _in_camel_case(value: Any) -> Any:
    if isinstance(value, dict):
        # CloudWatchLogsLogGroup is cloudWatchLogsLogGroup.
        return {name[:1].lower() + name[1:]: _in_camel_case(item) for name, item in value.items()}
    return [_in_camel_case(item) for item in value] if isinstance(value, list) else value


def _tell_properties(given: dict[tuple[str, str], dict[str, Any]]) -> None:
    actions = existing(handlers, "_ACTION_HANDLERS")
    original = actions["DescribeStackEvents"]

    def with_properties(params: dict[str, Any]) -> Any:
        status, headers, body = original(params)
        text = body.decode() if isinstance(body, bytes) else body
        return status, headers, _EVENT.sub(lambda found: _told(found[0], given), text).encode()

    actions["DescribeStackEvents"] = with_properties


def _told(event: str, given: dict[tuple[str, str], dict[str, Any]]) -> str:
    stack, logical_id = _text(event, "StackName"), _text(event, "LogicalResourceId")
    props = given.get((stack, logical_id))
    if props is not None and _text(event, "ResourceType") == _STATE_MACHINE:
        told = f"<ResourceProperties>{escape(json.dumps(props))}</ResourceProperties>"
        return event.replace("</ResourceStatusReason>", f"</ResourceStatusReason>{told}")
    if _text(event, "ResourceType") == _STACK and not _text(event, "PhysicalResourceId"):
        found = (held["StackId"] for name, held in _stacks().items() if name.startswith(f"{stack}-{logical_id}-"))
        return event.replace("<PhysicalResourceId>", f"<PhysicalResourceId>{next(found, '')}")
    return event


def _stacks() -> dict[str, Any]:
    return dict(existing(cloudformation, "_stacks").items())


def _text(event: str, name: str) -> str:
    found = re.search(f"<{name}>(.*?)</{name}>", event, re.DOTALL)
    return found[1] if found else ""
