"""Every bad property value is refused in the stack event by name, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.e2e.apps import POLICY, policy, provider
from tests.e2e.local_cloud import LocalCloud
from tests.e2e.scene import Scene

MOST_CHARACTERS = 240


@dataclass(frozen=True)
class SharedProvider:
    """A cloud that is not emptied between tests, and the provider that stands in it."""

    scene: Scene
    arn: str


@pytest.fixture(scope="module")
def shared(modelled_cloud: LocalCloud) -> Iterator[SharedProvider]:
    """One provider for the whole table, so that it starts but once."""
    scene = Scene(modelled_cloud)
    yield SharedProvider(scene, scene.deploy("provider", provider()).outputs["ServiceToken"])
    modelled_cloud.reset()


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("PolicyName", "", "255"),
        ("PolicyName", "x" * 256, "255"),
        ("PolicyName", ["a", "b"], "255"),
        ("LogGroupPatterns", [], "pattern"),
        ("LogGroupPatterns", "", "pattern"),
        ("LogGroupPatterns", "*", "4 literal"),
        ("LogGroupPatterns", ["/aw*"], "4 literal"),
        ("LogGroupPatterns", "/aws/vended logs/*", "/"),
        ("LogGroupPatterns", {"a": "b"}, "list"),
        ("Principals", [], "principal"),
        ("Principals", "*", "amazonaws.com"),
        ("Principals", "arn:aws:iam::123456789012:root", "amazonaws.com"),
        ("SourceConditions", "Sometimes", "Account"),
        ("WhenFull", "Grow", "Widen"),
        ("WhenFull", "widen", "Widen"),
        ("OnDelete", "Delete", "RemoveWhenUnused"),
        ("SettleSeconds", "4", "60"),
        ("SettleSeconds", "61", "60"),
        ("SettleSeconds", "-5", "60"),
        ("SettleSeconds", "five", "60"),
        ("Bogus", "1", "PolicyName"),
    ],
)
def test_bad_properties_are_refused_by_name(shared: SharedProvider, name: str, value: object, allowed: str) -> None:
    """A bad value is refused in the stack event, with its name and the values allowed; nothing is written."""
    stack = shared.scene.deploy("app", policy({name: value}, provided_by=shared.arn))
    assert stack.status == "ROLLBACK_COMPLETE", stack.outputs
    reason = stack.reason(POLICY)
    assert name in reason
    assert allowed.lower() in reason.lower()
    assert len(reason) <= MOST_CHARACTERS
    assert shared.scene.calls() == []
    assert shared.scene.account.texts() == {}
    shared.scene.delete("app")
