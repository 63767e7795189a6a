"""The roles of state machines, as far as the template shows them."""

import json
from typing import Any

import pytest

from tests.support.facts import ROLE_ACTIONS
from tests.tools.templates import resources
from vended_logs_tools.finding import Fault
from vended_logs_tools.rules.order import Order
from vended_logs_tools.rules.role import faults

LOGGING = "Logging: {Level: ALL}"


def document(*actions: str, **changes: Any) -> str:
    """Return a policy document that allows actions, all ten by default."""
    statement = {"Effect": "Allow", "Action": list(actions or ROLE_ACTIONS), "Resource": "*", **changes}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


ALL = document()
EIGHT = document(*(action for action in ROLE_ACTIONS if action not in ("logs:CreateLogStream", "logs:PutLogEvents")))
WRITE = document("logs:CreateLogStream", "logs:PutLogEvents")


def found(text: str) -> list[tuple[str, str]]:
    """Return the rules and machines of what is found."""
    return [(fault.rule, fault.resource) for fault in listed(text)]


def listed(text: str) -> list[Fault]:
    """Return what is found."""
    template = resources(text)
    order = Order(template)
    return list(faults(template, order.machines, order.graph, order.resolver))


def machine(role: str, more: str = "") -> str:
    """Return a state machine of SAM's with something about its role."""
    return f"M: {{Type: 'AWS::Serverless::StateMachine', {more} Properties: {{{LOGGING}, {role}}}}}\n"


def with_role(properties: str, more: str = "") -> str:
    """Return a state machine with a role of the template's."""
    return machine("Role: !GetAtt R.Arn", more) + f"R: {{Type: 'AWS::IAM::Role', Properties: {{{properties}}}}}\n"


POLICY = f"Policies: [{{PolicyName: p, PolicyDocument: {ALL}}}]"


@pytest.mark.parametrize(
    "text",
    [
        machine(f"Policies: [{ALL}]"),
        machine(f"Policies: {ALL}"),
        machine(f"Policies: [{EIGHT}, {WRITE}]"),
        machine(f"Policies: [{EIGHT}, AWSLambdaBasicExecutionRole]"),
        machine("Policies: CloudWatchLogsFullAccess"),
        machine("Policies: [arn:aws:iam::aws:policy/CloudWatchLogsFullAccess]"),
        machine("Policies: [arn:aws:iam::123456789012:policy/own]"),
        machine("Policies: [!ImportValue x]"),
        machine("Policies: [!GetAtt App.Outputs.LogDeliveryPolicyArn]"),
        machine("Policies: [!Ref P]")
        + f"P: {{Type: 'AWS::IAM::ManagedPolicy', Properties: {{PolicyDocument: {ALL}}}}}",
        machine("Role: !ImportValue x"),
        machine("Role: arn:aws:iam::123456789012:role/own"),
        machine("Role: !GetAtt FRole.Arn")
        + f"F: {{Type: 'AWS::Serverless::Function', Properties: {{Policies: [{ALL}]}}}}",
        with_role(POLICY),
        with_role("ManagedPolicyArns: [arn:aws:iam::aws:policy/CloudWatchLogsFullAccess]"),
        with_role("ManagedPolicyArns: !Ref Unknown"),
        with_role(f"{POLICY}, PermissionsBoundary: arn:aws:iam::aws:policy/PowerUserAccess"),
        with_role(f"{POLICY}, PermissionsBoundary: !ImportValue x"),
        with_role("Fn::Transform: {Name: Any}"),
        with_role(POLICY).replace("ALL}", "'OFF'}"),
        "M: {Type: 'AWS::StepFunctions::StateMachine', Properties: {LoggingConfiguration: {Level: ALL}, RoleArn: x}}",
    ],
    ids=range(21),
)
def test_roles_that_will_do_or_cannot_be_seen(text: str) -> None:
    """Nothing is said about a role that has the ten actions, or that may have them."""
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        machine("Type: EXPRESS"),
        machine("Policies: []"),
        machine("Policies: [LambdaInvokePolicy: {FunctionName: f}]"),
        machine(f"Policies: [{EIGHT}]"),
        machine(f"Policies: [{document(Resource='arn:aws:logs:*:*:*')}]"),
        machine("Policies: AWSLambdaBasicExecutionRole"),
        machine(f"Policies: [{ALL}, {document(Effect='Deny')}]"),
        machine("Role: !GetAtt FRole.Arn") + "F: {Type: 'AWS::Serverless::Function'}",
        with_role(""),
        with_role(f"Policies: [{{PolicyName: p, PolicyDocument: {EIGHT}}}]"),
        with_role(f"{POLICY}, PermissionsBoundary: arn:aws:iam::aws:policy/AmazonS3FullAccess"),
        with_role("RoleName: r").replace("!GetAtt R.Arn", "!Sub 'arn:aws:iam::${AWS::AccountId}:role/path/r'"),
        with_role("")
        .replace("AWS::Serverless::StateMachine", "AWS::StepFunctions::StateMachine")
        .replace("Logging:", "LoggingConfiguration:")
        .replace("Role: !G", "RoleArn: !G"),
    ],
    ids=range(13),
)
def test_roles_that_lack_actions(text: str) -> None:
    """A role that the template shows, and that lacks some of the ten, is told."""
    assert found(text) == [("E9602", "M")]


SEPARATE = f"P: {{Type: 'AWS::IAM::%s', Properties: {{PolicyName: p, %s, PolicyDocument: {ALL}}}}}\n"


@pytest.mark.parametrize(
    ("kind", "attached"),
    [("Policy", "Roles: [!Ref R]"), ("ManagedPolicy", "Roles: [!Ref R]"), ("RolePolicy", "RoleName: !Ref R")],
)
def test_a_separate_policy_has_to_be_waited_for(kind: str, attached: str) -> None:
    """A policy beside the role counts, and is a warning unless the machine waits for it."""
    separate = SEPARATE % (kind, attached)
    assert found(with_role("") + separate) == [("W9605", "M")]
    assert found(with_role("", "DependsOn: P,") + separate) == []
    assert found(with_role("", "DependsOn: Q,") + separate + "Q: {Type: T, DependsOn: P}") == []
    assert found(with_role(POLICY) + separate) == []
    assert found(with_role("") + separate.replace("!Ref R", "!Ref Other") + "Other: {Type: 'AWS::IAM::Role'}") == [
        ("E9602", "M")
    ]


def test_a_separate_policy_for_a_generated_role() -> None:
    """The role that SAM generates is known by its name; a policy for roles that are not known may be for it."""
    assert found(machine("Type: EXPRESS") + SEPARATE % ("Policy", "Roles: [!Ref MRole]")) == [("W9605", "M")]
    assert found(machine("Type: EXPRESS") + SEPARATE % ("Policy", "Roles: [!ImportValue x]")) == []
    assert found(machine("Type: EXPRESS") + SEPARATE % ("Policy", "Roles: [other]")) == [("E9602", "M")]


def test_part_from_a_late_policy_and_part_from_nowhere() -> None:
    """Actions that are missing altogether, and those that may come too late, are two findings."""
    separate = (
        f"P: {{Type: 'AWS::IAM::Policy', Properties: {{PolicyName: p, Roles: [!Ref R], PolicyDocument: {EIGHT}}}}}\n"
    )
    assert found(with_role("") + separate) == [("E9602", "M"), ("W9605", "M")]


def test_the_words() -> None:
    """A finding counts what is missing and names it, says where it belongs, and points at the role."""
    [eight] = listed(machine(f"Policies: [{EIGHT}]"))
    assert eight.message == (
        "logging is on, and its role MRole lacks 2 of the 10 log-delivery actions"
        " (logs:CreateLogStream, logs:PutLogEvents), for which AWS's guide asks,"
        " though deployments without them have succeeded"
    )
    assert eight.cure == 'allow them on Resource "*" in the Policies of M'
    assert eight.path == ("Resources", "M", "Properties", "Policies")
    [none] = listed(with_role(""))
    assert "R lacks 10 of the 10" in none.message
    assert none.path == ("Resources", "M", "Properties", "Role")
