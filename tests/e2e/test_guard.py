"""The guard of our own template at work: on a schedule, and on changes that others make."""

from __future__ import annotations

import json
import time
from typing import Final

import boto3
import pytest
from botocore.config import Config

from tests.e2e.account import BROAD_ENTRY, SHARED_POLICY, foreign
from tests.e2e.apps import app
from tests.e2e.eventbridge_model import SECONDS_A_MINUTE, STEP_FUNCTIONS
from tests.e2e.guarded import ON_CHANGE, ROOT_USER, Guarded, wait_for
from tests.e2e.local_cloud import REGION
from tests.e2e.scene import Scene

_COLD_START_SECONDS: Final = 2.5
"""Longer than a busy machine needs for another process of the function, which a change during a run is given."""


def wait_until_quiet(*copies: Guarded) -> None:
    """Wait for a first round of each copy, and then until no other has come for longer than a cold start takes."""
    wait_for(lambda: all(copy.rounds() for copy in copies))
    counted, since = -1, 0.0
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        rounds = sum(len(copy.rounds()) for copy in copies)
        if rounds != counted:
            counted, since = rounds, time.monotonic()
        if time.monotonic() - since > _COLD_START_SECONDS:
            return
        time.sleep(0.2)
    pytest.fail(f"After {counted} rounds the guard is still being woken.")


def delete_by_hand(scene: Scene) -> None:
    """Delete the shared policy as somebody at a console would."""
    scene.client("logs").delete_resource_policy(policyName=SHARED_POLICY)


def stands(scene: Scene) -> bool:
    """Return whether the grant is in the shared policy."""
    return BROAD_ENTRY in scene.account.entries()


def test_the_schedule_puts_back_what_was_deleted_by_hand(scene: Scene) -> None:
    """Within a minute the grant is back and counted as repaired; the round after that finds it, and writes nothing."""
    guarded = Guarded(scene, GuardSchedule="rate(1 minute)")
    delete_by_hand(scene)
    assert not stands(scene)
    wait_for(lambda: stands(scene), 3 * SECONDS_A_MINUTE)
    wait_for(lambda: len(guarded.rounds()) > 1, 3 * SECONDS_A_MINUTE)
    repaired = [line["GrantRepaired"] for line in guarded.rounds()]
    assert repaired[:2] == [[1.0], [0.0]]
    assert {line["PolicyName"] for line in guarded.rounds()} == {SHARED_POLICY}
    assert guarded.woken_by() == []


def test_a_deletion_by_hand_is_repaired_at_once(scene: Scene) -> None:
    """CloudTrail's word of the deletion brings the grant back, and the log leads to who it was."""
    guarded = Guarded(scene, **ON_CHANGE)
    delete_by_hand(scene)
    wait_until_quiet(guarded)
    assert stands(scene)
    assert [line["GrantRepaired"] for line in guarded.rounds()] == [[1.0]]
    assert guarded.woken_by() == [("DeleteResourcePolicy", ROOT_USER)]


def test_a_caller_whose_arn_would_break_json_wakes_the_guard(scene: Scene) -> None:
    """The paths of IAM users may hold quotes and backslashes, and nobody escapes them between event and function."""
    guarded = Guarded(scene, **ON_CHANGE)
    iam, name = scene.client("iam"), "someone"
    hostile = iam.create_user(Path='/a"b\\/', UserName=name)["User"]["Arn"]
    delete = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}}
    iam.put_user_policy(UserName=name, PolicyName="delete", PolicyDocument=json.dumps(delete))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    user = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=REGION)
    at, direct = scene.cloud, Config(proxies={})
    logs = user.client("logs", endpoint_url=at.endpoint, verify=str(at.authority), config=direct)
    logs.delete_resource_policy(policyName=SHARED_POLICY)
    wait_until_quiet(guarded)
    assert stands(scene)
    assert guarded.woken_by() == [("DeleteResourcePolicy", hostile)]


def test_an_overwritten_policy_is_repaired_beside_what_was_written(scene: Scene) -> None:
    """Whoever overwrites the policy keeps what they wrote, and the grant comes back beside it."""
    guarded = Guarded(scene, **ON_CHANGE)
    scene.account.put(SHARED_POLICY, foreign())
    wait_for(guarded.rounds)
    assert stands(scene)
    assert foreign()["Resource"] in scene.account.entries()


def test_own_writes_and_refused_calls_wake_nobody(scene: Scene) -> None:
    """Neither a deploy's write, nor the guard's own repair, nor a call that failed invokes the function again."""
    guarded = Guarded(scene, **ON_CHANGE)
    guarded.deploy(LogGroupPatterns="/aws/vendedlogs/*,/shop/*", **ON_CHANGE)
    logs = scene.client("logs")
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.delete_resource_policy(policyName="no-such-policy")
    delete_by_hand(scene)
    wait_for(lambda: stands(scene))
    scene.account.put("unrelated", foreign())
    wait_until_quiet(guarded)
    assert sorted(guarded.woken_by()) == [("DeleteResourcePolicy", ROOT_USER), ("PutResourcePolicy", ROOT_USER)]
    assert sorted(line["GrantRepaired"] for line in guarded.rounds()) == [[0.0], [1.0]]
    assert [call for call in scene.calls() if call != "DescribeResourcePolicies"] == ["PutResourcePolicy"] * 3


def test_what_aws_appends_wakes_a_guard_that_writes_nothing(scene: Scene) -> None:
    """A log group outside the pattern, appended by a caller without ARN and session, costs a round without a write."""
    guarded = Guarded(scene, **ON_CHANGE)
    assert scene.deploy("app", app("/elsewhere/billing")).status == "CREATE_COMPLETE"
    wait_for(guarded.rounds)
    assert [line["GrantRepaired"] for line in guarded.rounds()] == [[0.0]]
    assert guarded.woken_by() == [("PutResourcePolicy", STEP_FUNCTIONS)]
    assert any("/elsewhere/billing" in entry for entry in scene.account.entries())


def test_two_guards_do_not_keep_each_other_awake(scene: Scene) -> None:
    """Two copies wake each other by their repairs, find the grant in place, and there it ends."""
    copies = [Guarded(scene, name, **ON_CHANGE) for name in ("blue", "green")]
    delete_by_hand(scene)
    wait_until_quiet(*copies)
    assert sum(len(copy.rounds()) for copy in copies) <= 4  # two by the deletion, and at most one by each repair
    assert stands(scene)
    functions = {line["function_name"] for copy in copies for line in copy.rounds()}
    assert functions == {copy.resources()["Provider"] for copy in copies}
