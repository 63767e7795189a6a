"""Stack events as CloudFormation tells them, newest last as they happen; answered newest first."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.facts import ROLE_ACTIONS
from tests.tools.examining.answers import SCOPE, Answers, Arguments, Refusal

ROLE = "arn:aws:iam::123456789012:role/orders"
GROUP = "/aws/vendedlogs/states/orders"
GROUP_ARN = f"arn:aws:logs:us-west-2:123456789012:log-group:{GROUP}:*"
NOT_AUTHORIZED = "The state machine IAM Role is not authorized to access the Log Destination"
MACHINE = "AWS::StepFunctions::StateMachine"
STACK = "AWS::CloudFormation::Stack"

Event = dict[str, Any]


def stack_id(name: str) -> str:
    """Return a stack's ARN."""
    return f"arn:aws:cloudformation:us-west-2:123456789012:stack/{name}/1"


def event(stack: str, logical_id: str, kind: str, status: str, at: int, **more: Any) -> Event:
    """Return an event, some seconds after the day began."""
    reason, physical_id = more.pop("reason", ""), more.pop("physical_id", logical_id)
    found = {
        "StackName": stack,
        "StackId": stack_id(stack),
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": physical_id,
        "ResourceType": kind,
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
        "Timestamp": datetime(2026, 11, 22, tzinfo=UTC) + timedelta(seconds=at),
    }
    if "properties" in more:
        found["ResourceProperties"] = json.dumps(more["properties"])
    return found


def own(stack: str, status: str, at: int, reason: str = "") -> Event:
    """Return an event of the stack itself."""
    return event(stack, stack, STACK, status, at, physical_id=stack_id(stack), reason=reason)


def machine_failed(stack: str, at: int, status: str = "CREATE_FAILED", reason: str = NOT_AUTHORIZED) -> Event:
    """Return that the state machine Orders could not be made."""
    logging = {"Level": "ALL", "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": GROUP_ARN}}]}
    properties = {"RoleArn": ROLE, "LoggingConfiguration": logging}
    return event(stack, "Orders", MACHINE, status, at, physical_id="", reason=reason, properties=properties)


def stack_answers(events: dict[str, list[Event]], **more: Any) -> Answers:
    """Return the answers about some stacks, each known by its name and its ARN unless it says DELETE_COMPLETE."""

    def told(arguments: Arguments) -> Any:
        name = arguments["StackName"]
        for stack, happened in events.items():
            is_gone = happened[-1]["ResourceStatus"] == "DELETE_COMPLETE"
            if name == stack_id(stack) or (name == stack and not is_gone):
                return {"StackEvents": happened[::-1]}
        return Refusal("ValidationError", f"Stack [{name}] does not exist")

    healthy = {
        "DescribeStackEvents": told,
        "ListStackResources": {"StackResourceSummaries": []},
        "DescribeResourcePolicies": lambda arguments: {
            "resourcePolicies": [] if "resourceArn" in arguments else [GRANT]
        },
        "DescribeLogGroups": {"logGroups": [{"logGroupName": GROUP}]},
        "GetTemplate": {"TemplateBody": template()},
        "GetRole": role(),
        "SimulatePrincipalPolicy": lambda arguments: simulated(arguments, "allowed"),
        "ListRolePolicies": {"PolicyNames": []},
        "ListAttachedRolePolicies": {"AttachedPolicies": []},
    }
    return Answers(healthy | more)


def policies(*held: dict[str, Any]) -> Callable[[Arguments], dict[str, Any]]:
    """Return what answers with these policies of the account, and with none of a log group's own."""
    return lambda arguments: {"resourcePolicies": [] if "resourceArn" in arguments else list(held)}


def role() -> dict[str, Any]:
    """Return the answer about the role."""
    trusts = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trusts]})
    return {"Role": {"RoleName": "orders", "Arn": ROLE, "Path": "/", "AssumeRolePolicyDocument": document}}


def simulated(arguments: Arguments, decision: str) -> dict[str, Any]:
    """Return a simulation's answer: the same decision for every action."""
    names = arguments["ActionNames"]
    return {"EvaluationResults": [{"EvalActionName": name, "EvalDecision": decision} for name in names]}


def policy(name: str, *statements: dict[str, Any]) -> dict[str, Any]:
    """Return a policy as it is answered."""
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return {"policyName": name, "policyDocument": document, "policyScope": "ACCOUNT"}


def delivery(*entries: str, **more: Any) -> dict[str, Any]:
    """Return the statement that AWS writes, for the entries."""
    account, region = SCOPE.account, SCOPE.region
    return {
        "Sid": "AWSLogDeliveryWrite",
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": [f"arn:aws:logs:{region}:{account}:log-group:{entry}" for entry in entries],
        "Condition": {
            "StringEquals": {"aws:SourceAccount": [account]},
            "ArnLike": {"aws:SourceArn": [f"arn:aws:logs:{region}:{account}:*"]},
        },
        **more,
    }


SHARED = "AWSLogDeliveryWrite20150319"
GRANT = policy(SHARED, delivery("/aws/vendedlogs/*"))
FULL = policy(SHARED, delivery(*(f"/aws/vendedlogs/states/service-{number:03}:log-stream:*" for number in range(52))))


def template(*, allows: bool = True, waits: bool = True) -> str:
    """Return the stack's template: a role that allows the actions, a machine that waits for the grant."""
    resources: dict[str, Any] = {
        "Grant": {"Type": "Custom::VendedLogsPolicy", "Properties": {"ServiceToken": "x"}},
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {},
                "Policies": [
                    {
                        "PolicyName": "log",
                        "PolicyDocument": {
                            "Statement": {
                                "Effect": "Allow",
                                "Action": list(ROLE_ACTIONS) if allows else ["lambda:InvokeFunction"],
                                "Resource": "*",
                            }
                        },
                    }
                ],
            },
        },
        "Orders": {
            "Type": MACHINE,
            **({"DependsOn": "Grant"} if waits else {}),
            "Properties": {
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "DefinitionString": "{}",
                "LoggingConfiguration": {
                    "Level": "ALL",
                    "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": GROUP_ARN}}],
                },
            },
        },
    }
    return json.dumps({"Resources": resources})
