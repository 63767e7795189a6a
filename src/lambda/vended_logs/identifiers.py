"""The identifiers of an event, cut to what CloudFormation can have made: the same for the provider and its stand-in."""

from __future__ import annotations

import json
from typing import Any

from vended_logs.errors import NotAllowed, shown

_IDENTIFIERS = {
    "RequestType": 60,
    "StackId": 700,
    "RequestId": 200,
    "LogicalResourceId": 300,
    "PhysicalResourceId": 1100,
}
"""The most bytes of each as JSON: more than CloudFormation makes, and together few enough for an answer."""


def plain(event: object) -> dict[str, Any]:
    """Return an event whose identifiers can be logged and answered; what CloudFormation cannot have made is left out.

    Whoever may invoke the function can send it anything, and whoever waits for an answer gets one all the same. The
    properties stay as they are: they are validated, each by its own rules.

    Raises:
        NotAllowed: it is no object.
    """
    if not isinstance(event, dict):
        raise NotAllowed("The event is no object: send it as CloudFormation or the guard's schedule makes it.")
    found = {
        name: value
        for name, value in event.items()
        if name not in _IDENTIFIERS or _is_identifier(value, _IDENTIFIERS[name])
    }
    if "RequestType" in event and "RequestType" not in found:
        # Left out, it would make the event the guard's.
        found["RequestType"] = shown(event["RequestType"])
    return found


def _is_identifier(value: object, most: int) -> bool:
    try:
        return isinstance(value, str) and len(json.dumps(value, ensure_ascii=False).encode()) <= most
    except UnicodeError:  # half of a surrogate pair, which no UTF-8 can carry
        return False
