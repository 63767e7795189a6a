"""The guard of our own template: schedules, changes that others make, what is counted, and what the alarms watch."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, Final

import boto3
import pytest
from botocore.config import Config

from tests.e2e.account import BROAD_ENTRY, SHARED_POLICY, delivery, foreign
from tests.e2e.apps import app
from tests.e2e.eventbridge_model import SECONDS_A_MINUTE, STEP_FUNCTIONS, identity
from tests.e2e.local_cloud import ACCOUNT, REGION, ROOT
from tests.e2e.scene import Scene

TEMPLATE: Final = ROOT / "template.yaml"
QUICK: Final = {"SettleSeconds": "0"}
ON_CHANGE: Final = {"GuardOnChange": "true"}
ALARMS: Final = {"GuardRoomAlarm", "GuardRepairAlarm", "GuardErrorAlarm", "GuardDroppedAlarm"}
ROOT_USER: Final = f"arn:aws:iam::{ACCOUNT}:root"
Line = dict[str, Any]

_COLD_START_SECONDS: Final = 2.5
"""Longer than a busy machine needs for another process of the function, which a change during a run is given."""


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


@pytest.mark.parametrize("scene", ["plain"], indirect=True)
def test_only_changes_of_account_policies_by_others_match(scene: Scene) -> None:
    """The rule takes any writer of an account policy but the provider, no refusals, and no policies of log groups."""
    guarded = Guarded(scene, **ON_CHANGE)
    ids = guarded.resources()
    events = scene.client("events")
    pattern = events.describe_rule(Name=ids["GuardChangeRule"])["EventPattern"]

    def matches(caller: str = f"arn:aws:iam::{ACCOUNT}:user/someone", **detail: Any) -> bool:
        told = json.dumps(trail_event(caller, **detail))
        return bool(events.test_event_pattern(EventPattern=pattern, Event=told)["Result"])

    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/{{}}/session"
    assert matches()
    assert matches(ROOT_USER, eventName="DeleteResourcePolicy")
    assert matches(session.format("AWSReservedSSO_Admin"))
    assert matches(session.format(ids["ProviderRole"] + "-of-another"))
    assert matches(STEP_FUNCTIONS)
    assert not matches(session.format(ids["ProviderRole"]))
    assert not matches(errorCode="AccessDenied")
    assert not matches(
        requestParameters={"policyName": "x", "resourceArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:x"}
    )
    assert not matches(eventName="DescribeResourcePolicies")
    assert not matches(eventSource="es.amazonaws.com")


def trail_event(caller: str, **detail: Any) -> Line:
    """Return CloudTrail's event of a call that wrote an account policy, with something in its detail changed."""
    usual = {
        "eventSource": "logs.amazonaws.com",
        "eventName": "PutResourcePolicy",
        "userIdentity": identity(caller),
        "requestParameters": {"policyName": SHARED_POLICY, "policyDocument": "{}"},
    }
    return {
        "version": "0",
        "id": "4a5c1f2e-0000-4000-8000-000000000000",
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.logs",
        "account": ACCOUNT,
        "time": "2026-01-01T00:00:00Z",
        "region": REGION,
        "resources": [],
        "detail": usual | detail,
    }


def test_the_alarms_watch_what_the_provider_prints(scene: Scene) -> None:
    """Each metric of ours that an alarm names is one that the guard prints, with just those dimensions."""
    topic = scene.client("sns").create_topic(Name="on-call")["TopicArn"]
    switches = {**ON_CHANGE, "GuardAlarms": "true", "GuardAlarmTopicArn": topic, "GuardRoomLeft": "700"}
    guarded = Guarded(scene, PolicyName="team/logs", **switches)
    scene.account.put("unrelated", delivery("/other"))
    [line] = wait_for(guarded.rounds)
    ids = guarded.resources()
    alarms = {alarm["AlarmName"]: alarm for alarm in scene.client("cloudwatch").describe_alarms()["MetricAlarms"]}
    of = {name: alarms[ids[name]] for name in ALARMS}
    assert len(alarms) == len(of)
    for name in ("GuardRoomAlarm", "GuardRepairAlarm"):
        assert watched(of[name]) in printed(line)
    for name, metric in {"GuardErrorAlarm": "Errors", "GuardDroppedAlarm": "AsyncEventsDropped"}.items():
        assert watched(of[name]) == ("AWS/Lambda", metric, {"FunctionName": ids["Provider"]})
    assert of["GuardRoomAlarm"]["Threshold"] == 700
    assert line["RoomLeft"][0] > 700
    assert [alarm["AlarmActions"] for alarm in of.values()] == [[topic]] * len(ALARMS)


def watched(alarm: Line) -> tuple[str, str, dict[str, str]]:
    """Return the metric of an alarm."""
    dimensions = {dimension["Name"]: dimension["Value"] for dimension in alarm["Dimensions"]}
    return alarm["Namespace"], alarm["MetricName"], dimensions


def printed(line: Line) -> list[tuple[str, str, dict[str, str]]]:
    """Return the metrics that CloudWatch makes of a line in the embedded format."""
    return [
        (directive["Namespace"], metric["Name"], {name: line[name] for name in names})
        for directive in line["_aws"]["CloudWatchMetrics"]
        for names in directive["Dimensions"]
        for metric in directive["Metrics"]
    ]


def test_the_guard_comes_and_goes_with_its_parameters(scene: Scene) -> None:
    """An update switches each part on and off, and a grant that is to be revoked has no guard at all."""
    guarded = Guarded(scene)
    assert parts(guarded) == set()
    guarded.deploy(GuardSchedule="rate(1 day)")
    assert parts(guarded) == {"GuardRule", "GuardPermission"}
    everything = {"GuardSchedule": "rate(1 day)", "GuardOnChange": "true", "GuardAlarms": "true"}
    guarded.deploy(**everything)
    changes = {"GuardChangeRule", "GuardChangePermission"}
    assert parts(guarded) == {"GuardRule", "GuardPermission"} | changes | ALARMS
    guarded.deploy(**{**everything, "GuardSchedule": "off"})
    assert parts(guarded) == changes | ALARMS
    guarded.deploy(GuardAlarms="true")
    assert parts(guarded) == set()
    assert parts(Guarded(scene, "revocable", OnDelete="RemoveWhenUnused", **everything)) == set()
    assert scene.client("events").list_rules()["Rules"] == []


def parts(guarded: Guarded) -> set[str]:
    """Return the logical ids of what belongs to the guard."""
    return {name for name in guarded.resources() if name.startswith("Guard")}
