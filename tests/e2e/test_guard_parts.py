"""The parts of the guard: which changes its rule matches, what its alarms watch, and its parameters."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from tests.e2e.account import SHARED_POLICY, delivery
from tests.e2e.eventbridge_model import STEP_FUNCTIONS, identity
from tests.e2e.guarded import ON_CHANGE, ROOT_USER, Guarded, Line, wait_for
from tests.e2e.local_cloud import ACCOUNT, REGION
from tests.e2e.scene import Scene

ALARMS: Final = {"GuardRoomAlarm", "GuardRepairAlarm", "GuardErrorAlarm", "GuardDroppedAlarm"}


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
