"""Create, update, rename, failure, rollback and delete, as CloudFormation drives them."""

from __future__ import annotations

from typing import Any

from tests.e2e.account import BROAD_ENTRY, LOG_GROUP_PREFIX, SHARED_POLICY, delivery, foreign
from tests.e2e.apps import LOGS, MACHINE, POLICY, combined, drop_in, policy, provider, with_foreign_failure
from tests.e2e.scene import Scene, on_both_engines

REMOVE = {"OnDelete": "RemoveWhenUnused"}
WRITES = {"PutResourcePolicy", "DeleteResourcePolicy"}


@on_both_engines
def test_create_update_delete(scene: Scene) -> None:
    """An app is created, updated and deleted; the grant outlives it."""
    assert scene.deploy("app", drop_in()).status == "CREATE_COMPLETE"
    stack = scene.deploy("app", drop_in({"LogGroupPatterns": ["/aws/vendedlogs/*", "/shop/*"]}))
    assert stack.status == "UPDATE_COMPLETE", stack.reason(POLICY)
    assert stack.outputs["Outcome"] == "Added"
    assert scene.account.entries() == [BROAD_ENTRY, f"{LOG_GROUP_PREFIX}/shop/*"]
    assert scene.delete("app").status == "DELETE_COMPLETE"
    assert scene.account.entries() == [BROAD_ENTRY, f"{LOG_GROUP_PREFIX}/shop/*"]


@on_both_engines
def test_an_update_takes_no_pattern_away(scene: Scene) -> None:
    """A pattern that is gone from the template stays in the policy: others may have come to rely on it."""
    scene.deploy("app", drop_in({"LogGroupPatterns": "/aws/vendedlogs/*,/shop/*"}))
    stack = scene.deploy("app", drop_in({"LogGroupPatterns": "/aws/vendedlogs/*"}))
    assert stack.status == "UPDATE_COMPLETE", stack.reason(POLICY)
    assert stack.outputs["Outcome"] == "AlreadyGranted"
    assert f"{LOG_GROUP_PREFIX}/shop/*" in scene.account.entries()


@on_both_engines
def test_a_new_name_replaces_the_resource(scene: Scene) -> None:
    """A new PolicyName makes a new resource; the old one is deleted after the update, by its old name."""
    scene.deploy("app", drop_in({**REMOVE, "PolicyName": "old"}))
    scene.account.put("old", *scene.account.statements("old"), foreign())
    scene.client("logs").delete_log_group(logGroupName="/aws/vendedlogs/states/billing")
    stack = scene.deploy("app", drop_in({**REMOVE, "PolicyName": "new"}))
    assert stack.status == "UPDATE_COMPLETE", stack.reason(POLICY)
    assert stack.outputs["Ref"] == "new"
    events = scene.events()
    assert [(event.data["request_type"], event.data["physical_id"]) for event in events] == [
        ("Create", None),
        ("Update", "old"),
        ("Delete", "old"),
    ]
    assert scene.account.entries("old") == [foreign()["Resource"]]
    assert scene.account.entries("new") == [BROAD_ENTRY]


@on_both_engines
def test_a_failing_update_changes_nothing(scene: Scene) -> None:
    """A refused update rolls back to what was, and the policy keeps every character."""
    scene.deploy("app", drop_in())
    before = scene.account.texts()
    stack = scene.deploy("app", drop_in({"WhenFull": "Grow"}))
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "WhenFull" in stack.reason(POLICY)
    assert scene.account.texts() == before
    answers = scene.answers()
    assert {answer.data["PhysicalResourceId"] for answer in answers} == {SHARED_POLICY}


@on_both_engines
def test_an_update_that_fails_elsewhere(scene: Scene) -> None:
    """When another resource fails after a rename, the rollback takes back the new grant and leaves the old one."""
    scene.deploy("app", with_logs_after_policy(drop_in({**REMOVE, "PolicyName": "old"})))
    scene.client("logs").delete_log_group(logGroupName="/aws/vendedlogs/states/billing")
    renamed = with_foreign_failure(policy({**REMOVE, "PolicyName": "new"}))
    stack = scene.deploy("app", combined(renamed, provider()))
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    (rolled_back,) = [event for event in scene.events() if event.data["physical_id"] == "new"]
    assert rolled_back.data["request_type"] == "Delete"
    assert list(scene.account.texts()) == ["old"]
    assert scene.account.entries("old") == [BROAD_ENTRY]


def test_a_failing_create_rolls_back(scene: Scene) -> None:
    """A refused create writes nothing, and the Delete that follows, with the same bad value, succeeds."""
    stack = scene.deploy("app", drop_in({"WhenFull": "Grow"}))
    assert stack.status == "ROLLBACK_COMPLETE"
    assert "WhenFull" in stack.reason(POLICY)
    assert MACHINE not in {event.logical_id for event in stack.events}
    create, delete = scene.answers()
    assert create.data["Status"] == "FAILED"
    assert delete.data["Status"] == "SUCCESS"
    assert create.data["PhysicalResourceId"] == delete.data["PhysicalResourceId"] == "vended-logs-policy-create-failed"
    assert scene.calls() == []
    assert scene.account.texts() == {}


@on_both_engines
def test_a_create_that_fails_elsewhere(scene: Scene) -> None:
    """When another resource fails, the rollback deletes ours: the grant stays, as OnDelete says."""
    stack = scene.deploy("app", with_foreign_failure(drop_in()))
    assert stack.status == "ROLLBACK_COMPLETE"
    assert stack.position(POLICY, "DELETE_COMPLETE") > stack.position(POLICY, "CREATE_COMPLETE")
    assert scene.account.entries() == [BROAD_ENTRY]


@on_both_engines
def test_retain_makes_no_call(scene: Scene) -> None:
    """By default a delete makes no call to AWS and is answered at once."""
    scene.deploy("app", drop_in())
    made = len(scene.calls())
    assert scene.delete("app").status == "DELETE_COMPLETE"
    assert scene.calls()[made:] == []
    assert scene.seconds_to_answer() < 1


@on_both_engines
def test_remove_takes_its_own_statement_alone(scene: Scene) -> None:
    """RemoveWhenUnused takes out the resource's own statement and leaves the policy that others are in."""
    scene.account.put(SHARED_POLICY, foreign(), delivery("aws-waf-logs-shop"))
    before = scene.account.texts()
    scene.deploy("app", with_logs_after_policy(drop_in(REMOVE)))
    assert BROAD_ENTRY in scene.account.entries()
    assert scene.delete("app").status == "DELETE_COMPLETE"
    assert [len(entries) for entries in (scene.account.entries(), scene.account.statements())] == [2, 2]
    assert BROAD_ENTRY not in scene.account.entries()
    assert set(before) == set(scene.account.texts())


@on_both_engines
def test_remove_deletes_a_policy_of_its_own(scene: Scene) -> None:
    """A policy in which there was nothing else is deleted with its last statement."""
    scene.deploy("app", with_logs_after_policy(drop_in(REMOVE)))
    assert scene.delete("app").status == "DELETE_COMPLETE"
    assert scene.account.texts() == {}
    assert scene.seconds_to_answer() < 2


@on_both_engines
def test_remove_keeps_what_is_in_use(scene: Scene) -> None:
    """While a log group of another stack matches the patterns, the grant stays."""
    scene.account.create_log_group("/aws/vendedlogs/states/of-another-stack")
    scene.deploy("app", with_logs_after_policy(drop_in(REMOVE)))
    before = scene.account.texts()
    assert scene.delete("app").status == "DELETE_COMPLETE"
    assert scene.account.texts() == before


@on_both_engines
def test_two_stacks_share_the_policy(scene: Scene) -> None:
    """A second stack finds the grant of the first and writes nothing; deleting one leaves the other its grant."""
    token = scene.deploy("provider", provider()).outputs["ServiceToken"]
    scene.deploy("first", drop_in(log_group="/aws/vendedlogs/first", provided_by=token))
    second = scene.deploy("second", drop_in(log_group="/aws/vendedlogs/second", provided_by=token))
    assert second.outputs["Outcome"] == "AlreadyGranted"
    assert scene.account.entries() == [BROAD_ENTRY]
    assert scene.delete("first").status == "DELETE_COMPLETE"
    assert scene.account.entries() == [BROAD_ENTRY]


@on_both_engines
def test_nobody_relies_on_a_grant_that_may_go(scene: Scene) -> None:
    """A revocable grant does not count for another stack, which adds its own and keeps it when the first is deleted."""
    token = scene.deploy("provider", provider()).outputs["ServiceToken"]
    scene.deploy("revocable", policy(REMOVE, token))
    lasting = scene.deploy("lasting", policy(provided_by=token))
    assert lasting.outputs["Outcome"] == "Added"
    assert scene.account.entries() == [BROAD_ENTRY, BROAD_ENTRY]
    assert scene.delete("revocable").status == "DELETE_COMPLETE"
    assert [statement["Sid"] for statement in scene.account.statements()] == ["VendedLogsPolicy"]


@on_both_engines
def test_a_second_copy_of_an_app(scene: Scene) -> None:
    """Two copies of the drop-in live side by side, and either goes without harm to the other."""
    for name in ("blue", "green"):
        template = drop_in(log_group=f"/aws/vendedlogs/{name}")
        assert scene.deploy(name, template).status == "CREATE_COMPLETE"
    assert scene.delete("green").status == "DELETE_COMPLETE"
    again = scene.deploy("blue", drop_in({"Refresh": "x"}, log_group="/aws/vendedlogs/blue"))
    assert again.status == "UPDATE_COMPLETE", again.reason(POLICY)
    assert again.outputs["Outcome"] == "AlreadyGranted"


def with_logs_after_policy(template: dict[str, Any]) -> dict[str, Any]:
    """Return the template with its log group made after the policy, and so deleted before it."""
    return combined(template, {"Resources": {LOGS: {**template["Resources"][LOGS], "DependsOn": POLICY}}})
