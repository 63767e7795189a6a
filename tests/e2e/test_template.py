"""Our own template, as it is published: the canary on, updates, copies side by side, what it shares."""

from __future__ import annotations

import json
from typing import Any

from tests.e2e.account import BROAD_ENTRY, SHARED_POLICY, foreign, full
from tests.e2e.apps import MACHINE, drop_in
from tests.e2e.local_cloud import ROOT
from tests.e2e.scene import Scene, on_both_engines

TEMPLATE = ROOT / "template.yaml"
QUICK = {"SettleSeconds": "0"}


@on_both_engines
def test_deploy_update_delete(scene: Scene) -> None:
    """The published app deploys with its canary, takes a new parameter and goes, and the grant stays."""
    stack = scene.deploy("ours", TEMPLATE, Canary="true", **QUICK)
    assert stack.status == "CREATE_COMPLETE", stack.events
    assert stack.position("VendedLogsPolicy", "CREATE_COMPLETE") < stack.position(
        "CanaryStateMachine", "CREATE_IN_PROGRESS"
    )
    changed = scene.deploy("ours", TEMPLATE, LogGroupPatterns="/aws/vendedlogs/*, /shop/*", Canary="true", **QUICK)
    assert changed.status == "UPDATE_COMPLETE", changed.events
    assert len(scene.account.entries()) == 2
    assert scene.delete("ours").status == "DELETE_COMPLETE"
    assert BROAD_ENTRY in scene.account.entries()


def test_the_canary_on_a_full_policy(scene: Scene) -> None:
    """In an account whose policy is full the canary's logging is switched on, and the canary runs."""
    scene.account.put(SHARED_POLICY, *full(foreign()))
    stack = scene.deploy("ours", TEMPLATE, Canary="true", **QUICK)
    assert stack.status == "CREATE_COMPLETE", stack.events
    assert stack.outputs["Outcome"] == "Compacted"
    started = scene.client("stepfunctions").start_execution(stateMachineArn=stack.outputs["CanaryArn"])
    assert started["executionArn"]


@on_both_engines
def test_two_copies_live_side_by_side(scene: Scene) -> None:
    """Two copies in one region do not clash, and either goes without harm to the other."""
    for name in ("blue", "green"):
        assert scene.deploy(name, TEMPLATE, Canary="true", **QUICK).status == "CREATE_COMPLETE"
    assert scene.delete("green").status == "DELETE_COMPLETE"
    blue = scene.deploy("blue", TEMPLATE, Canary="true", Refresh="again", **QUICK)
    assert blue.status == "UPDATE_COMPLETE", blue.events
    assert blue.outputs["Outcome"] == "AlreadyGranted"


@on_both_engines
def test_other_stacks_use_what_is_shared(scene: Scene) -> None:
    """With ShareProvider an app finds the provider by the SSM parameter, without a function of its own."""
    shared = scene.deploy("ours", TEMPLATE, ShareProvider="true", **QUICK)
    assert shared.status == "CREATE_COMPLETE", shared.events
    app = drop_in(provided_by="{{resolve:ssm:/vended-logs-policy/service-token}}")
    policies = {"Policies": ["{{resolve:ssm:/vended-logs-policy/log-delivery-policy-arn}}"]}
    app["Resources"][MACHINE]["Properties"] |= policies
    stack = scene.deploy("app", app)
    assert stack.status == "CREATE_COMPLETE", stack.events
    assert stack.outputs["Outcome"] == "AlreadyGranted"
    exports = {export["Name"] for export in scene.client("cloudformation").list_exports()["Exports"]}
    assert exports == {"ours-ServiceToken", "ours-LogDeliveryPolicyArn", "ours-PolicyName"}


@on_both_engines
def test_the_guard_is_wired_to_the_provider(scene: Scene) -> None:
    """The schedule's own event brings back a grant that someone overwrote."""
    stack = scene.deploy("ours", TEMPLATE, GuardSchedule="rate(1 day)", LogGroupPatterns="/shop/*", **QUICK)
    assert stack.status == "CREATE_COMPLETE", stack.events
    scene.account.put(SHARED_POLICY, foreign())
    target = guard_target(scene)
    answer = scene.client("lambda").invoke(FunctionName=target["Arn"], Payload=target["Input"])
    assert "FunctionError" not in answer
    assert json.loads(answer["Payload"].read())["Outcome"] == "Added"
    assert [entry.rpartition(":")[2] for entry in scene.account.entries()] == ["/aws/route53/*", "/shop/*"]


def guard_target(scene: Scene) -> dict[str, Any]:
    """Return what the one schedule rule of the account invokes, and with which event."""
    events = scene.client("events")
    (rule,) = events.list_rules()["Rules"]
    (target,) = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
    return dict(target)
