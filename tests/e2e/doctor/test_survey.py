"""The doctor's look at whole accounts of the local cloud: each cause is built by real calls, found, and found alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.account import BROAD_ENTRY, SHARED_POLICY, Statement, as_text, delivery, denial, document, foreign, full
from tests.e2e.local_cloud import ACCOUNT, REGION
from tests.e2e.scene import Scene, on_both_engines
from vended_logs.policy.grant import Scope
from vended_logs_tools.account.calls import Reader
from vended_logs_tools.diagnosis.examination import Examination
from vended_logs_tools.diagnosis.finding import Weight
from vended_logs_tools.doctor import examine


def examined(scene: Scene) -> Examination:
    """Return what the doctor makes of the scene's account."""
    reader = Reader(Scope("aws", REGION, ACCOUNT), {"logs": scene.client("logs")})
    return examine(reader, None, f"--region {REGION}")


def granting(*more: str) -> Statement:
    """Return the statement of log delivery with the broad entry, and entries of log groups beside it."""
    statement = delivery(*more)
    return {**statement, "Resource": [BROAD_ENTRY, *statement["Resource"]]}


def healthy(scene: Scene) -> None:
    """Have the grant stand."""
    scene.account.put(SHARED_POLICY, granting(), foreign())


def full_policy(scene: Scene) -> None:
    """Have a policy that no further entry fits into."""
    scene.account.put(SHARED_POLICY, *full(foreign()))


def nearly_full_policy(scene: Scene) -> None:
    """Have room for three more entries, all others in use."""
    names = [f"aws-waf-logs-application-number-{number:02}" for number in range(45)]
    for name in names:
        scene.account.create_log_group(name)
    scene.account.put(SHARED_POLICY, granting(*names))


def no_grant(scene: Scene) -> None:
    """Have a policy that grants one log group."""
    scene.account.create_log_group("/aws/vendedlogs/states/orders")
    scene.account.put(SHARED_POLICY, delivery("/aws/vendedlogs/states/orders"))


def denied(scene: Scene) -> None:
    """Have a policy of another name deny what the grant allows."""
    healthy(scene)
    scene.account.put("security", denial("/aws/vendedlogs/payroll*"))


def ten_others(scene: Scene) -> None:
    """Have ten policies, none of them the shared one."""
    for number in range(10):
        scene.account.put(f"other-{number}", foreign())


def ten_with_the_grant(scene: Scene) -> None:
    """Have ten policies, one of them with the grant."""
    healthy(scene)
    for number in range(9):
        scene.account.put(f"other-{number}", foreign())


def unreadable(scene: Scene) -> None:
    """Have a policy whose meaning is not known here."""
    healthy(scene)
    statement = {**foreign(), "Effect": "Perhaps"}
    scene.client("logs").put_resource_policy(policyName="odd", policyDocument=as_text(document(statement)))


def many_stale(scene: Scene) -> None:
    """Have the grant stand beside many entries whose log groups are gone."""
    scene.account.put(SHARED_POLICY, granting(*(f"aws-waf-logs-{number:02}" for number in range(20))))


def few_stale(scene: Scene) -> None:
    """Have the grant stand beside an entry whose log group is gone, and one whose is there."""
    scene.account.create_log_group("aws-waf-logs-here")
    scene.account.put(SHARED_POLICY, granting("aws-waf-logs-here", "aws-waf-logs-gone"))


CAUSES = [
    (no_grant, "grant-missing", Weight.WARNING),
    (full_policy, "policy-full", Weight.FAULT),
    (nearly_full_policy, "policy-nearly-full", Weight.WARNING),
    (denied, "policy-denied", Weight.FAULT),
    (ten_others, "ten-of-ten", Weight.FAULT),
    (ten_with_the_grant, "ten-of-ten", Weight.WARNING),
    (unreadable, "policy-unreadable", Weight.FAULT),
    (many_stale, "stale-entries", Weight.WARNING),
    (few_stale, "stale-entries", Weight.NOTE),
]


@on_both_engines
@pytest.mark.parametrize(("build", "cause", "weight"), CAUSES, ids=[build.__name__ for build, _, _ in CAUSES])
def test_each_cause_is_named_alone(scene: Scene, build: Callable[[Scene], None], cause: str, weight: Weight) -> None:
    """An account that has one thing wrong is told that, with evidence and a command, and nothing else."""
    build(scene)
    (found,) = examined(scene).findings
    assert (found.cause, found.weight) == (cause, weight)
    assert found.evidence
    assert found.commands


def test_a_healthy_account_has_nothing(scene: Scene) -> None:
    """With the grant in force there is no finding, and everything could be read."""
    healthy(scene)
    found = examined(scene)
    assert (found.findings, found.all_unread, found.error) == ((), (), None)
    assert found.grant is not None
    assert found.grant.in_force


def test_ten_policies_and_many_log_groups_take_few_calls(scene: Scene) -> None:
    """Beside one call a page, the look at an account takes under ten, and it sees both scopes."""
    ten_with_the_grant(scene)
    logs = scene.client("logs")
    for number in range(120):
        scene.account.create_log_group(f"/aws/lambda/{number:03}")
    own = logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/007")["logGroups"][0]["logGroupArn"]
    logs.put_resource_policy(resourceArn=own, policyDocument=as_text(document(delivery("/aws/lambda/007"))))
    found = examined(scene)
    assert found.survey is not None
    assert len(found.survey.log_groups or ()) == 120
    assert [one.resource for one in found.survey.log_group_policies or ()] == [own]
    assert len(found.survey.policies or ()) == 10
    assert found.calls - 120 / 50 < 10
