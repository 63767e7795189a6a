"""The provider's role with one permission less: the sentence that the user reads, and what state remains."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.e2e.account import BROAD_ENTRY, SHARED_POLICY, delivery, foreign
from tests.e2e.apps import FUNCTION, POLICY, combined, policy, provider
from tests.e2e.deploying import Stack, read_template
from tests.e2e.local_cloud import ROOT
from tests.e2e.scene import Scene, on_both_engines

TEMPLATE = ROOT / "template.yaml"
ROLE, OWN_POLICY = "ProviderRole", "VendedLogsPolicy"
REFUSED = "The provider function's role is not authorized to call {}: allow it in that role, then deploy again."
CREATING = ("logs:DescribeResourcePolicies", "logs:PutResourcePolicy")
DELETING = (
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
    "logs:PutResourcePolicy",
    "logs:DeleteResourcePolicy",
)
REVOCABLE = {"OnDelete": "RemoveWhenUnused"}


def published(without: str | None = None) -> dict[str, Any]:
    """Return our own template, quick to settle; its role can be left without one of its actions."""
    template = read_template(TEMPLATE)
    template["Parameters"]["SettleSeconds"]["Default"] = "0"
    for one in template["Resources"][ROLE]["Properties"]["Policies"]:
        [statement] = one["PolicyDocument"]["Statement"]
        statement["Action"] = [action for action in statement["Action"] if action != without] or ["none:None"]
    return template


def granted() -> dict[str, set[str]]:
    """Return the actions of the published role, by the name of the policy that allows them."""
    policies = read_template(TEMPLATE)["Resources"][ROLE]["Properties"]["Policies"]
    return {one["PolicyName"]: {*one["PolicyDocument"]["Statement"][0]["Action"]} for one in policies}


def reason(stack: Stack, logical_id: str = OWN_POLICY) -> str:
    """Return the provider's sentence in a stack event, without what the engine puts before it."""
    return stack.reason(logical_id).rpartition("FAILED: ")[2]


@on_both_engines
@pytest.mark.parametrize("action", CREATING)
def test_creating_without_a_permission(scene: Scene, action: str) -> None:
    """The event names the action and the cure, the policies are as they were, and the stack rolls back to its end."""
    scene.account.put("foreign", foreign())
    before = scene.account.texts()
    stack = scene.deploy("ours", published(without=action))

    assert stack.status == "ROLLBACK_COMPLETE"
    assert reason(stack) == REFUSED.format(action)
    assert scene.account.texts() == before


@pytest.mark.parametrize("action", DELETING)
def test_revoking_without_a_permission(scene: Scene, action: str) -> None:
    """A grant that cannot be taken back stays whole and the delete says why; with the permission it goes."""
    if action == "logs:PutResourcePolicy":
        # With others' statements in it the policy is written, not deleted.
        scene.account.put(SHARED_POLICY, foreign())
    assert scene.deploy("app", combined(policy(REVOCABLE), provider())).status == "CREATE_COMPLETE"
    before = scene.account.texts()
    # The resource itself is not asked anew.
    lesser = combined(policy(REVOCABLE), provider(without_action=action))
    assert scene.deploy("app", lesser).status == "UPDATE_COMPLETE"
    failed = scene.delete("app")

    assert failed.status == "DELETE_FAILED"
    assert reason(failed, POLICY) == REFUSED.format(action)
    assert scene.account.texts() == before


@pytest.mark.parametrize("action", sorted(granted()["WriteOwnLogs"]))
def test_without_its_own_log_the_provider_still_serves(scene: Scene, action: str) -> None:
    """What the role needs for the function's log is needed for the log alone."""
    stack = scene.deploy("ours", published(without=action))

    assert stack.status == "CREATE_COMPLETE", stack.events
    assert stack.outputs["Outcome"] == "Created"


@on_both_engines
def test_with_fewer_permissions_what_needs_no_more_still_works(scene: Scene) -> None:
    """A grant that stands costs a read, and a Delete with Retain costs nothing: no other permission is asked for."""
    scene.account.put(SHARED_POLICY, {**delivery(conditioned=False), "Resource": BROAD_ENTRY})
    template = provider()
    [statement] = template["Resources"][FUNCTION]["Properties"]["Policies"][0]["Statement"]
    statement["Action"] = ["logs:DescribeResourcePolicies"]
    stack = scene.deploy("app", combined(policy(), template))

    assert (stack.status, stack.outputs["Outcome"]) == ("CREATE_COMPLETE", "AlreadyGranted")
    assert scene.delete("app").status == "DELETE_COMPLETE"


def test_the_published_role_has_what_is_called_and_no_more(scene: Scene) -> None:
    """Every action of the published role is seen to be called, on its way through a life with a revocable grant."""
    assert scene.deploy("ours", published(), OnDelete="RemoveWhenUnused").status == "CREATE_COMPLETE"
    assert scene.delete("ours").status == "DELETE_COMPLETE"

    assert {f"logs:{action}" for action in scene.calls()} == granted()["KeepResourcePolicies"]
    assert granted()["WriteOwnLogs"] == {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert granted().keys() == {"KeepResourcePolicies", "WriteOwnLogs"}


def test_an_explicit_deny(scene: Scene) -> None:
    """A Deny beside the Allow is a refusal as well, and as plain."""
    template = published()
    denied = {"PolicyName": "Deny", "PolicyDocument": statements("Deny", "logs:PutResourcePolicy")}
    template["Resources"][ROLE]["Properties"]["Policies"].append(denied)
    stack = scene.deploy("ours", template)

    assert stack.status == "ROLLBACK_COMPLETE"
    assert "logs:PutResourcePolicy" in reason(stack)
    assert reason(stack).endswith("then deploy again.")
    assert scene.account.texts() == {}


def test_a_permissions_boundary(scene: Scene) -> None:
    """A boundary round the role that leaves an action out is a refusal as well; the policy stays as it was."""
    stack = scene.deploy("ours", published())
    assert stack.status == "CREATE_COMPLETE"
    iam = scene.client("iam")
    document = json.dumps(statements("Allow", "logs:Describe*", "logs:CreateLogStream", "logs:PutLogEvents"))
    boundary = iam.create_policy(PolicyName="boundary", PolicyDocument=document)["Policy"]["Arn"]
    [role] = [one["RoleName"] for one in iam.list_roles()["Roles"] if ROLE in one["RoleName"]]
    iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=boundary)
    scene.account.put(SHARED_POLICY, foreign())
    before = scene.account.texts()
    changed = scene.deploy("ours", published(), Refresh="again")

    assert "logs:PutResourcePolicy" in reason(changed)
    assert reason(changed).endswith("then deploy again.")
    assert scene.account.texts() == before


def statements(effect: str, *actions: str) -> dict[str, Any]:
    """Return a policy document of one statement on every resource."""
    return {"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": [*actions], "Resource": "*"}]}
