"""What a state of the policies allows, decided from the JSON by a reader that shares no code with the core.

It knows only what occurs here: entries with at most one ``*``, at their end; conditions that are absent or AWS's own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from tests.simulation.store import Held
from tests.support.fake_logs import SCOPE

_ACTIONS = {"logs:CreateLogStream", "logs:PutLogEvents"}
_REVOCABLE = re.compile(r"VendedLogsPolicyR[0-9a-f]{8}.*")


class Entry(NamedTuple):
    """One resource that one service may write to."""

    principal: str
    resource: str
    unconditional: bool
    """Whether no condition limits it."""
    owner: str = ""
    """The Sid, if it belongs to a resource that may take it back."""


def log_group(name: str) -> str:
    """Return a log group's ARN."""
    return f"arn:aws:logs:{SCOPE.region}:{SCOPE.account}:log-group:{name}"


def allowed(policies: Mapping[str, Held], wanted: Entry) -> bool:
    """Return whether the policies give the entry, and not by grace of another's revocable grant."""
    return any(_gives(found, wanted) for held in policies.values() for found in entries(held.text))


@lru_cache(5000)
def entries(text: str) -> tuple[Entry, ...]:
    """Return what a document allows."""
    found = []
    for statement in json.loads(text)["Statement"]:
        action = statement["Action"]
        if statement["Effect"] == "Allow" and set([action] if isinstance(action, str) else action) >= _ACTIONS:
            sid = statement.get("Sid", "")
            owner = sid if _REVOCABLE.fullmatch(sid) else ""
            resources = statement["Resource"]
            for resource in [resources] if isinstance(resources, str) else resources:
                entry = Entry(statement["Principal"]["Service"], resource, "Condition" not in statement, owner)
                found.append(entry)
    return tuple(found)


def _gives(found: Entry, wanted: Entry) -> bool:
    wide = found.resource
    return (
        found.principal == wanted.principal
        and (found.unconditional or not wanted.unconditional)
        and found.owner in ("", wanted.owner)
        and (wanted.resource.startswith(wide[:-1]) if wide.endswith("*") else wanted.resource == wide)
    )
