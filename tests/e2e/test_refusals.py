"""What the provider refuses: the sentence in the stack event names the cause, and nothing is written."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.account import SHARED_POLICY, delivery, denial, foreign, full
from tests.e2e.apps import POLICY, combined, policy, provider
from tests.e2e.deploying import Stack
from tests.e2e.scene import Scene, on_both_engines

MOST_CHARACTERS = 240


def test_ten_policies_already(scene: Scene) -> None:
    """At ten of ten policies without the shared one, the refusal comes in seconds and names the count."""
    for number in range(10):
        scene.account.put(f"foreign-{number}", foreign())
    before = scene.account.texts()
    stack = scene.deploy("app", combined(policy(), provider()))
    assert "10 of 10 policies" in refused(stack)
    assert scene.seconds_to_answer(0) < 5
    assert scene.account.texts() == before


@on_both_engines
def test_a_denial_of_our_pattern(scene: Scene) -> None:
    """A Deny that takes from the grant is refused by policy and Sid, for no grant could undo it."""
    scene.account.put("guardrails", denial("/aws/vendedlogs/secret/*", sid="KeepOut"))
    before = scene.account.texts()
    reason = refused(scene.deploy("app", combined(policy(), provider())))
    assert "guardrails" in reason
    assert "KeepOut" in reason
    assert scene.account.texts() == before


@on_both_engines
def test_a_denial_of_something_else(scene: Scene) -> None:
    """A Deny of another service's or of other log groups is none of our business."""
    scene.account.put("guardrails", denial("/secret/*"), {**denial("*"), "Principal": {"Service": "es.amazonaws.com"}})
    assert scene.deploy("app", combined(policy(), provider())).status == "CREATE_COMPLETE"


def test_a_full_policy_that_may_not_widen(scene: Scene) -> None:
    """With Fail, a policy that is full of what the grant does not cover stays as it is, and the event says so."""
    scene.account.put(SHARED_POLICY, *full(conditioned=False))
    before = scene.account.texts()
    reason = refused(scene.deploy("app", combined(policy({"WhenFull": "Fail"}), provider())))
    assert SHARED_POLICY in reason
    assert "WhenFull" in reason
    assert scene.account.texts() == before


@on_both_engines
def test_a_document_that_cannot_be_read(scene: Scene) -> None:
    """A policy that is not understood in full is never overwritten; the event names it."""
    text = '{"Version":"2012-10-17","Statement":[{"Effect":"Maybe"}]}'
    scene.client("logs").put_resource_policy(policyName=SHARED_POLICY, policyDocument=text)
    assert SHARED_POLICY in refused(scene.deploy("app", combined(policy(), provider())))
    assert scene.account.texts() == {SHARED_POLICY: text}


@on_both_engines
@pytest.mark.parametrize(
    ("variable", "value", "properties"),
    [
        ("ALLOWED_PRINCIPALS", "delivery.logs.amazonaws.com", {"Principals": "es.amazonaws.com"}),
        ("ALLOWED_LOG_GROUP_PATTERNS", "/aws/vendedlogs/*", {"LogGroupPatterns": "/aws/*"}),
        ("ALLOWED_POLICY_NAMES", "AWSLogDeliveryWrite20150319", {"PolicyName": "route53"}),
    ],
)
def test_the_provider_bounds_what_is_asked(
    scene: Scene,
    variable: str,
    value: str,
    properties: dict[str, Any],
) -> None:
    """Whoever may use the provider can have no more written than its owner allowed."""
    template = combined(policy(properties), provider())
    template["Resources"]["VendedLogsProvider"]["Properties"]["Environment"]["Variables"][variable] = value
    scene.account.put("existing", delivery("/aws/vendedlogs/*"))
    before = scene.account.texts()
    reason = refused(scene.deploy("app", template))
    assert next(iter(properties.values())) in reason or next(iter(properties)) in reason
    assert scene.account.texts() == before


def refused(stack: Stack) -> str:
    """Return the sentence in the stack event of a refused create."""
    assert stack.status == "ROLLBACK_COMPLETE", stack.outputs
    reason = stack.reason(POLICY)
    assert 0 < len(reason) <= MOST_CHARACTERS
    return reason
