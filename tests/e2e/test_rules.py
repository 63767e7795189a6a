"""A template that the rules pass deploys on an account whose policy is full, and one that they fail does not.

The account's policy is full before each deploy, so that a machine finds the grant only if it waits for what brings it.
The machines come before what they need in the alphabet, which is the engine's order where nothing else is said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.e2e.account import BROAD_ENTRY, SHARED_POLICY, as_text, delivery, document, full
from tests.e2e.deploying import read_template
from tests.e2e.local_cloud import ROOT, LocalCloud
from tests.e2e.log_destination_model import NO_QUALIFIER, NOT_AUTHORIZED, SIZE_EXCEEDED
from tests.e2e.scene import Scene
from tests.support.facts import ROLE_ACTIONS
from tests.tools.rules.fixtures import Fixture, fixtures

OURS: Final = "vended-logs"
MESSAGES: Final = {
    "E9601": SIZE_EXCEEDED,
    "E9602": NOT_AUTHORIZED,
    "E9603": NO_QUALIFIER,
    "W9604": SIZE_EXCEEDED,
    "W9605": NOT_AUTHORIZED,
    "W9606": "already exists",
}
OTHER_MESSAGES: Final = {"E9601-native-deny.fail.yaml": NOT_AUTHORIZED}
CANNOT: Final = {
    "the engine has no such nested template": (
        "E9601-another-published-app.fail.yaml",
        "E9601-nested-app.fail.yaml",
        "E9601-nested-app.pass.yaml",
        "E9601-nested-stack.fail.yaml",
        "E9601-nested-stack.pass.yaml",
        "E9601-published-app-by-sub.pass.yaml",
        "E9601-published-app.pass.yaml",
    ),
    "the engine has no modules": ("E9601-module.fail.yaml", "E9601-module.pass.yaml"),
    "the engine has no such resource type": ("W9605-role-policy.fail.yaml",),
    "the engine does not evaluate Fn::FindInMap in conditions": ("E9601-find-in-map.fail.yaml",),
    "the engine refuses macros": ("E9601-unknown-macro.pass.yaml",),
    "there is no such fragment to include": ("E9601-logging-by-transform.pass.yaml",),
    "no stack exports this": ("E9601-condition-unknown.pass.yaml", "E9603-import.pass.yaml"),
    "our provider itself refuses this principal": ("E9601-other-principals.fail.yaml",),
    "there is no such provider": ("E9601-custom-resource-without-marker.fail.yaml",),
    "the engine has no CodeDeploy": ("E9601-deployment-preference.fail.yaml",),
    "the engine has no aliases of state machines": ("E9601-machine-deployment-preference.fail.yaml",),
    "the engine does not know the policies of log groups": ("E9601-log-group-document.pass.yaml",),
    "the engine waits for references of branches that are not taken": ("E9601-reference-under-if.fail.yaml",),
    "the model of Step Functions' check does not look at boundaries": ("E9602-boundary.fail.yaml",),
    "the engine overwrites a policy of the same name": (
        "W9606-parameter.fail.yaml",
        "W9606-pretty.fail.json",
        "W9606-shared-name.fail.yaml",
        "W9606-sub.fail.yaml",
    ),
}
PARAMETERS: Final = {
    "E9601-condition-implied-the-wrong-way.fail.yaml": {"Stage": "test"},
    "E9601-level-by-map.fail.yaml": {"Stage": "prod"},
    "E9601-level-under-if.fail.yaml": {"Stage": "prod"},
    "E9601-level-unknown.pass.yaml": {"LogLevel": "OFF"},
    "E9601-native-document-unknown.pass.yaml": {
        "Document": as_text(document({**delivery(), "Resource": BROAD_ENTRY})),
    },
    "E9601-providers-with-a-gap.fail.yaml": {"Stage": "test"},
    "E9602-actions-by-parameter.pass.yaml": {"Actions": "logs:*"},
    "E9603-parameter.pass.yaml": {"LogGroup": f"{BROAD_ENTRY[:-1]}states/shared:*"},
    "E9601-for-each-unknown.pass.yaml": {"Names": "First"},
    "W9604-unknown-prefix.pass.yaml": {"Prefix": "/aws/vendedlogs", "Patterns": "/company/*"},
}
GRANTED: Final = frozenset({"E9601-external.pass.yaml", "W9604-external.fail.yaml"})
"""Where another stack has brought the grant."""


@pytest.fixture(scope="module")
def ground(modelled_cloud: LocalCloud) -> Iterator[Scene]:
    """A cloud with our published app in it, shared with other stacks, and a role that may deliver logs."""
    scene = Scene(modelled_cloud)
    shared = scene.deploy(OURS, ROOT / "template.yaml", ShareProvider="true", SettleSeconds="0")
    assert shared.status == "CREATE_COMPLETE", shared.events
    identities = scene.client("iam")
    identities.create_role(RoleName="states-logging", AssumeRolePolicyDocument="{}")
    statement = {"Effect": "Allow", "Action": list(ROLE_ACTIONS), "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    identities.put_role_policy(RoleName="states-logging", PolicyName="DeliverLogs", PolicyDocument=policy)
    identities.create_policy(PolicyName="log-delivery", Path="/platform/", PolicyDocument=policy)
    yield scene
    modelled_cloud.reset()


def deployable(fixture: Fixture) -> dict[str, Any]:
    """Return a fixture's template, our resource in it as quick as it may be."""
    json_text = fixture.path.suffix == ".json"
    template: dict[str, Any] = json.loads(fixture.text) if json_text else read_template(fixture.path)
    for body in template["Resources"].values():
        if isinstance(body, list):
            continue
        if body["Type"] == "Custom::VendedLogsPolicy" or "service-token" in str(body):
            body["Properties"]["SettleSeconds"] = 0
    return template


def values(fixture: Fixture, template: dict[str, Any]) -> dict[str, str]:
    """Return a value for each parameter without a default: of the table, else the first that is allowed."""
    parameters = template.get("Parameters", {}).items()
    first = {name: said.get("AllowedValues", ["dev"])[0] for name, said in parameters if "Default" not in said}
    return first | PARAMETERS.get(fixture.path.name, {})


def cases() -> Iterator[Any]:
    """Yield each fixture; one that the engine cannot run as what is expected to fail, for the reason in the table."""
    for fixture in fixtures():
        reasons = [reason for reason, names in CANNOT.items() if fixture.path.name in names]
        marks = [pytest.mark.xfail(reason=reason, strict=True) for reason in reasons]
        yield pytest.param(fixture, marks=marks, id=fixture.path.name)


@pytest.mark.parametrize("fixture", list(cases()))
def test_what_passes_deploys_and_what_fails_does_not(ground: Scene, fixture: Fixture) -> None:
    """A template deploys if the rules find nothing in it, else it fails, or eats into the policy, as its rule says."""
    for name in ground.account.texts():
        ground.client("logs").delete_resource_policy(policyName=name)
    granted = [{**delivery(), "Resource": BROAD_ENTRY}]
    ground.account.put(SHARED_POLICY, *(granted if fixture.path.name in GRANTED else full()))
    before = set(ground.account.entries())
    template = deployable(fixture)
    stack = ground.deploy("app", template, **values(fixture, template))
    added = [entry for entry in set(ground.account.entries()) - before if entry.endswith(":log-stream:*")]
    ground.delete("app")
    refusals = [stack.reason(expected.resource) for expected in fixture.expected]
    if fixture.passes:
        assert stack.status == "CREATE_COMPLETE", [event for event in stack.events if event.reason]
        assert not added
    elif fixture.rule == "W9604" and not any(refusals):
        assert stack.status == "CREATE_COMPLETE"
        assert added
    else:
        assert stack.status == "ROLLBACK_COMPLETE"
        message = OTHER_MESSAGES.get(fixture.path.name, MESSAGES[fixture.rule])
        assert any(message in refusal for refusal in refusals)


def test_the_tables_name_fixtures_that_are_there() -> None:
    """No exception is left over from a template that has gone."""
    tables = [*CANNOT.values(), PARAMETERS, OTHER_MESSAGES, GRANTED]
    assert {name for table in tables for name in table} <= {fixture.path.name for fixture in fixtures()}
