"""What template.yaml makes: what it may do, what it waits for, and its names."""

import re
from collections.abc import Iterator
from typing import Any

from tests.lint.project import Json
from tests.support.facts import ROLE_ACTIONS


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
