"""The guard of template.yaml: its parameters, its parts, and what they may do."""

import re
from typing import Final

import pytest

from tests.lint.parameter_values import refuses
from tests.lint.project import Json

GUARD: Final = {
    "GuardSchedule": (
        ["off", "rate(1 day)", "rate(1 minute)", "rate(10 minutes)", "rate(2 days)", "cron(0 6 * * ? *)"],
        ["", "on", "rate(0 days)", "rate(1 days)", "rate(2 day)", "rate(10 minute)", "1 day", "rate(1 day) "],
    ),
    "GuardAlarmTopicArn": (
        ["", "arn:aws:sns:us-east-1:123456789012:on-call", "arn:aws-us-gov:sns:us-gov-west-1:123456789012:A_b-1"],
        ["on-call", "arn:aws:sqs:us-east-1:123456789012:on-call", "arn:aws:sns:us-east-1:123456789012:in-order.fifo"],
    ),
    "GuardRoomLeft": (["1", "550", "4999"], ["", "0", "-1", "5000", "5.5", "0550"]),
}
GUARDING: Final = {
    "HasGuardSchedule": ["GuardRule", "GuardPermission"],
    "HasGuardOnChange": ["GuardChangeRule", "GuardChangePermission"],
    "HasGuardAlarms": ["GuardRoomAlarm", "GuardRepairAlarm", "GuardErrorAlarm", "GuardDroppedAlarm"],
}


@pytest.mark.parametrize("name", GUARD)
def test_the_guard_s_parameters_take_what_aws_takes(template: Json, name: str) -> None:
    """A schedule is off or EventBridge's, a topic is one that CloudWatch notifies, room is what a policy can have."""
    good, bad = GUARD[name]
    parameter = template["Parameters"][name]
    assert [value for value in good if refuses(parameter, value)] == []
    assert [value for value in bad if not refuses(parameter, value)] == []


def test_no_guard_keeps_a_grant_that_is_to_be_revoked(template: Json) -> None:
    """There is a guard only where the grant is retained: it would make one that no Delete takes out."""
    retained = {"Fn::Equals": [{"Ref": "OnDelete"}, "Retain"]}
    conditions = template["Conditions"]
    assert retained in conditions["HasGuardSchedule"]["Fn::And"]
    assert retained in conditions["HasGuardOnChange"]["Fn::And"]
    either = {"Fn::Or": [{"Condition": "HasGuardSchedule"}, {"Condition": "HasGuardOnChange"}]}
    assert either in conditions["HasGuardAlarms"]["Fn::And"]


def test_each_part_of_the_guard_is_switched_by_its_own_parameter(template: Json) -> None:
    """The schedule, the rule on changes and the alarms each come with their own condition, and all of them whole."""
    of_the_guard = {name: one for name, one in template["Resources"].items() if name.startswith("Guard")}
    assert {name: one["Condition"] for name, one in of_the_guard.items()} == {
        name: condition for condition, names in GUARDING.items() for name in names
    }


@pytest.mark.parametrize(("rule", "permission"), [GUARDING["HasGuardSchedule"], GUARDING["HasGuardOnChange"]])
def test_a_rule_of_the_guard_may_invoke_the_provider_and_waits_for_the_grant(
    template: Json, rule: str, permission: str
) -> None:
    """Only the rule itself may invoke the function, and it comes after the first write."""
    resources = template["Resources"]
    assert resources[permission]["Properties"]["SourceArn"] == {"Fn::GetAtt": [rule, "Arn"]}
    assert resources[rule]["DependsOn"] == "VendedLogsPolicy"


@pytest.mark.parametrize("name", GUARDING["HasGuardAlarms"])
def test_an_alarm_notifies_the_topic_that_is_given(template: Json, name: str) -> None:
    """An alarm says what to do, notifies the topic if there is one, and rests on a single period."""
    alarm = template["Resources"][name]["Properties"]
    notified = {"Fn::If": ["HasGuardAlarmTopic", [{"Ref": "GuardAlarmTopicArn"}], {"Ref": "AWS::NoValue"}]}
    assert alarm["AlarmActions"] == alarm.get("OKActions", notified) == notified
    assert alarm["EvaluationPeriods"] == 1
    assert re.search("vended-logs doctor|the log of the function", alarm["AlarmDescription"]["Fn::Sub"])
    # CloudWatch's longest description is 1,024 characters, and a policy's name may have 255, a function's 64.
    assert len(alarm["AlarmDescription"]["Fn::Sub"]) < 1024 - 255 - 64
