"""A deployed copy of our template with its guard, and what its function has logged."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, Final

import pytest

from tests.e2e.local_cloud import ACCOUNT, ROOT
from tests.e2e.scene import Scene

TEMPLATE: Final = ROOT / "template.yaml"
QUICK: Final = {"SettleSeconds": "0"}
ON_CHANGE: Final = {"GuardOnChange": "true"}
ROOT_USER: Final = f"arn:aws:iam::{ACCOUNT}:root"
Line = dict[str, Any]


class Guarded:
    """A deployed copy of our template, and what its function has logged."""

    def __init__(self, scene: Scene, name: str = "ours", **parameters: str) -> None:
        self._scene, self._name = scene, name
        self.deploy(**parameters)

    def deploy(self, **parameters: str) -> None:
        """Create or update the stack."""
        # Refresh, because the engine sees no change where a parameter changes nothing but a condition.
        stack = self._scene.deploy(self._name, TEMPLATE, **QUICK, Refresh=str(time.time_ns()), **parameters)
        assert stack.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), stack.events

    def resources(self) -> dict[str, str]:
        """Return the physical ids of the stack's resources by their logical ids."""
        found = self._scene.client("cloudformation").describe_stack_resources(StackName=self._name)["StackResources"]
        return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in found}

    def lines(self) -> list[Line]:
        """Return the lines of JSON in the function's log group, in order."""
        group = self.resources()["ProviderLogGroup"]
        pages = self._scene.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
        texts = [event["message"] for page in pages for event in page["events"]]
        return [json.loads(text) for text in texts if text.startswith("{")]

    def rounds(self) -> list[Line]:
        """Return the metrics of the guard's rounds, each a line in the embedded format."""
        return [line for line in self.lines() if "_aws" in line and "GrantRepaired" in line]

    def woken_by(self) -> list[tuple[str, str]]:
        """Return the changes that woke the guard: the call, and whose it was by CloudTrail's history."""
        changes = [line["change"] for line in self.lines() if "change" in line]
        return [(change["call"], self._caller(change["id"])) for change in changes]

    def _caller(self, event_id: str) -> str:
        wanted = [{"AttributeKey": "EventId", "AttributeValue": event_id}]
        [event] = self._scene.client("cloudtrail").lookup_events(LookupAttributes=wanted)["Events"]
        caller = json.loads(event["CloudTrailEvent"])["userIdentity"]
        return str(caller.get("arn") or caller["invokedBy"])


def wait_for(what: Callable[[], Any], seconds: float = 30) -> Any:
    """Return the first truthy answer, and fail if there is none in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        time.sleep(0.2)
    pytest.fail(f"Nothing came within {seconds} seconds.")
