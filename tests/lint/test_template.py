"""template.yaml says what the function can do, and lets it do no more."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from cfnlint.api import lint
from cfnlint.config import ManualArgs

from tests.lint.project import TEMPLATE, Json
from tests.support.facts import ROLE_ACTIONS
from vended_logs import properties
from vended_logs.errors import BadProperty
from vended_logs.policy.grant import Scope

REGIONS: Final = ["us-east-1", "eu-central-1", "ap-southeast-2", "cn-north-1", "us-gov-west-1"]
VALUES: Final = {
    "PolicyName": (["a", "x" * 255, "team/logs_1"], ["", "a:b", "a*", "a,b", 'a"b', "x" * 256, "/a"]),
    "LogGroupPatterns": (
        ["/aws/vendedlogs/*", "/aws/vendedlogs/*, aws-waf-logs-*", "abcd*?", "ab"],
        ["", "*", "abc*", "/aws/*,", "/aws/vended logs/*", "abcd*,*", 'abcd"*'],
    ),
    "Principals": (
        ["delivery.logs.amazonaws.com", "es.amazonaws.com,route53.amazonaws.com"],
        ["", "*", "delivery.logs", "arn:aws:iam::123456789012:root"],
    ),
    "SettleSeconds": (["0", "5", "9", "10", "59", "60"], ["", "1", "4", "61", "05", "5.5", "-5"]),
    "Refresh": (["", "2026-01-01T00:00:00Z", "any text: {}"], ["two\nlines", "x" * 257]),
}
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


def refuses(parameter: Json, value: str) -> bool:
    """Return whether CloudFormation would refuse the value, by the rules that parameters have."""
    allowed = parameter.get("AllowedValues", [value])
    pattern = parameter.get("AllowedPattern", r"(?s).*")
    longest = int(parameter.get("MaxLength", 4096))
    return value not in allowed or not re.fullmatch(pattern, value) or len(value) > longest


def findings(text: str) -> list[str]:
    """Return what cfn-lint finds, its informational rules included."""
    config = ManualArgs(regions=REGIONS, include_checks=["I"])
    return [f"{match.rule.id} line {match.linenumber}: {match.message}" for match in lint(text, config=config)]


def test_cfn_lint_finds_nothing() -> None:
    """The template has no finding in any partition, not even an informational one."""
    assert findings(TEMPLATE.read_text(encoding="utf-8")) == []


def test_cfn_lint_finds_nothing_after_the_transform(translated: Json) -> None:
    """What the transform makes of the template has no finding either."""
    assert findings(json.dumps(translated, indent=1)) == []


def test_every_parameter_is_described_and_bounded(template: Json) -> None:
    """Each parameter says what it is and which values it takes, and its default is one of them."""
    for name, parameter in template["Parameters"].items():
        assert len(parameter["Description"]) > 20, name
        assert {"AllowedValues", "AllowedPattern"} & parameter.keys(), name
        assert {"AllowedValues", "ConstraintDescription"} & parameter.keys(), name
        assert not refuses(parameter, parameter["Default"]), name


def test_every_parameter_is_in_a_group(template: Json) -> None:
    """Each parameter stands in one group of the console's form."""
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]
    assert sorted(grouped) == sorted(template["Parameters"])


@pytest.mark.parametrize("name", VALUES)
def test_parameters_take_what_the_function_takes(template: Json, name: str) -> None:
    """A value that the template takes, the function takes, and the values that it must refuse are refused early."""
    good, bad = VALUES[name]
    for value in good:
        assert not refuses(template["Parameters"][name], value), value
        properties.parse({name: value}, Scope("aws", "us-east-1", "123456789012"))
    for value in bad:
        assert refuses(template["Parameters"][name], value), value


@pytest.mark.parametrize("name", ["SourceConditions", "WhenFull", "OnDelete"])
def test_choices_are_those_of_the_function(template: Json, name: str) -> None:
    """Each choice that the template offers, the function knows, and it names them all when it refuses another."""
    choices = template["Parameters"][name]["AllowedValues"]
    for choice in choices:
        properties.parse({name: choice}, Scope("aws", "us-east-1", "123456789012"))
    with pytest.raises(BadProperty) as refused:
        properties.parse({name: "Other"}, Scope("aws", "us-east-1", "123456789012"))
    assert re.findall(r"[A-Z]\w+", str(refused.value).partition(":")[2]) == choices


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


def test_the_resource_passes_every_property_on(template: Json) -> None:
    """Each property of the resource can be set by a parameter of the same name, with the function's own default."""
    given = template["Resources"]["VendedLogsPolicy"]["Properties"]
    scope = Scope("aws", "us-east-1", "123456789012")
    assert {name: value for name, value in given.items() if not name.startswith("Service")} == {
        name: {"Ref": name} for name in properties.KNOWN
    }
    defaults = {name: template["Parameters"][name]["Default"] for name in properties.KNOWN}
    assert properties.parse(defaults, scope) == properties.parse({}, scope)


def test_the_provider_is_bounded_as_the_code_is(template: Json) -> None:
    """The provider's configuration comes from parameters whose defaults are the code's own."""
    variables = template["Resources"]["Provider"]["Properties"]["Environment"]["Variables"]
    bounds = {
        name: template["Parameters"][value["Ref"]]["Default"]
        for name, value in variables.items()
        if name.startswith("ALLOWED_")
    }
    assert len(bounds) == 3
    assert properties.Bounds.from_environment(bounds) == properties.Bounds()


def test_the_provider_may_do_four_things(template: Json) -> None:
    """The function's role allows the four actions that it calls, and writing to its own log group."""
    role = template["Resources"]["ProviderRole"]["Properties"]
    statements = [policy["PolicyDocument"]["Statement"] for policy in role["Policies"]]
    assert "ManagedPolicyArns" not in role
    assert [(set(one["Action"]), one["Resource"]) for [one] in statements] == [
        ({"logs:CreateLogStream", "logs:PutLogEvents"}, {"Fn::GetAtt": ["ProviderLogGroup", "Arn"]}),
        (
            {
                "logs:DescribeResourcePolicies",
                "logs:PutResourcePolicy",
                "logs:DeleteResourcePolicy",
                "logs:DescribeLogGroups",
            },
            "*",
        ),
    ]


def test_the_resource_waits_for_all_that_the_function_needs(translated: Json) -> None:
    """The grant is asked for once the function, its role with its permissions, and its log group are there."""
    resources = translated["Resources"]
    assert resources["VendedLogsPolicy"]["Properties"]["ServiceToken"] == {"Fn::GetAtt": ["Provider", "Arn"]}
    assert resources["Provider"]["Properties"]["Role"] == {"Fn::GetAtt": ["ProviderRole", "Arn"]}
    assert resources["Provider"]["Properties"]["LoggingConfig"] == {"LogGroup": {"Ref": "ProviderLogGroup"}}
    kinds = {resource["Type"] for resource in resources.values()}
    assert "AWS::IAM::Policy" not in kinds


def test_the_policy_for_roles_has_the_ten_actions(template: Json) -> None:
    """The managed policy allows just what a state machine's role needs to switch logging on."""
    [statement] = template["Resources"]["LogDeliveryPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert sorted(statement["Action"]) == sorted(ROLE_ACTIONS)
    assert statement["Resource"] == "*"


def test_no_event_writes_when_nobody_waits_any_more(template: Json, translated: Json) -> None:
    """An event is tried once, and even one that starts as late as it may ends before CloudFormation gives up."""
    function = template["Resources"]["Provider"]["Properties"]
    asynchronous = function["EventInvokeConfig"]
    resource = template["Resources"]["VendedLogsPolicy"]
    timeout = resource["Properties"]["ServiceTimeout"]
    assert resource["DependsOn"] == "ProviderEventInvokeConfig"
    assert "ProviderEventInvokeConfig" in translated["Resources"]
    assert asynchronous["MaximumRetryAttempts"] == 0
    assert asynchronous["MaximumEventAgeInSeconds"] + function["Timeout"] <= timeout


def physical_names(template: Json) -> Json:
    """Return the names that the template gives to resources itself, by logical id."""
    naming = ("AlarmName", "FunctionName", "LogGroupName", "ManagedPolicyName", "Name", "RoleName", "StateMachineName")
    return {
        logical_id: value
        for logical_id, resource in template["Resources"].items()
        for key, value in resource["Properties"].items()
        if key in naming
        and value != {"Ref": "Provider"}  # which names another resource, and not the one that it stands in
    }


def test_copies_do_not_clash(template: Json) -> None:
    """The only physical names are the shared parameters', off by default, and the canary's, after its stack."""
    named = physical_names(template)
    canary = named.pop("CanaryLogGroup")
    assert "${AWS::StackName}" in canary["Fn::Sub"]
    assert sorted(named.values()) == [
        "/vended-logs-policy/log-delivery-policy-arn",
        "/vended-logs-policy/policy-name",
        "/vended-logs-policy/service-token",
    ]
    assert {template["Resources"][logical_id].get("Condition") for logical_id in named} == {"Shares"}


def test_exports_carry_the_name_of_the_stack(template: Json) -> None:
    """There are exports with ShareProvider only, and their names are the stack's own."""
    exported = {name: output for name, output in template["Outputs"].items() if "Export" in output}
    assert len(exported) == 3
    for name, output in exported.items():
        plain = name.removeprefix("Shared")
        assert output["Condition"] == "Shares"
        assert output["Export"]["Name"] == {"Fn::Sub": f"${{AWS::StackName}}-{plain}"}
        assert output["Value"] == template["Outputs"][plain]["Value"]


def test_the_output_makes_its_user_wait(template: Json) -> None:
    """Whoever uses the output PolicyName waits for the grant."""
    assert template["Outputs"]["PolicyName"]["Value"] == {"Ref": "VendedLogsPolicy"}


def test_the_canary_waits_for_the_grant(translated: Json) -> None:
    """The canary logs, within the default pattern, and is made after the grant."""
    machine = translated["Resources"]["CanaryStateMachine"]
    assert machine["DependsOn"] == "VendedLogsPolicy"
    assert machine["Properties"]["LoggingConfiguration"]["Level"] == "ALL"
    group = translated["Resources"]["CanaryLogGroup"]["Properties"]["LogGroupName"]["Fn::Sub"]
    assert group.startswith("/aws/vendedlogs/")


def test_what_is_optional_is_off(template: Json) -> None:
    """With the defaults there are the provider, the grant and the policy for roles, and nothing else."""
    unconditional = {name for name, resource in template["Resources"].items() if "Condition" not in resource}
    provider = {"Provider", "ProviderLogGroup", "ProviderRole"}
    assert unconditional == provider | {"VendedLogsPolicy", "LogDeliveryPolicy"}
    switches = ("ShareProvider", "Canary", "GuardOnChange", "GuardAlarms", "GuardSchedule")
    defaults = [template["Parameters"][name]["Default"] for name in switches]
    assert defaults == ["false", "false", "false", "false", "off"]


def texts(value: Any) -> Iterator[str]:
    """Yield every string in a value, keys included."""
    if isinstance(value, dict):
        yield from value
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, str):
        yield value


def test_nothing_is_bound_to_a_partition(template: Json) -> None:
    """No ARN in the template is written out for one partition, region or account."""
    assert [text for text in texts(template["Resources"]) if re.search(r"arn:aws|\d{12}", text)] == []
