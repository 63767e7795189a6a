"""IAM of the account, as its administrator uses it, and the role that the doctor looks at."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.config import Config

from tests.e2e.local_cloud import ACCOUNT, REGION, LocalCloud
from vended_logs.policy.grant import Scope
from vended_logs_tools.account.calls import Reader
from vended_logs_tools.diagnosis.finding import Weight
from vended_logs_tools.examining.roles import examine_role

ROLE = "billing-role"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/{ROLE}"
MACHINE_ARN = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:billing"
SCOPE = Scope("aws", REGION, ACCOUNT)
READING = (
    "iam:GetRole",
    "iam:ListRolePolicies",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
)


def allow(*actions: str, effect: str = "Allow", resource: str = "*", **more: Any) -> dict[str, Any]:
    """Return a statement."""
    return {"Effect": effect, "Action": list(actions), "Resource": resource, **more}


def document(*statements: Mapping[str, Any]) -> str:
    """Return a policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(service: str = "states.amazonaws.com", **more: Any) -> str:
    """Return a trust policy."""
    return document({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole", **more})


class Iam:
    """IAM of the account, as its administrator uses it."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        self.client = cloud.client("iam")

    def role(self, *statements: Mapping[str, Any], trusts: str = trust(), **more: Any) -> None:
        """Make the role, with an inline policy of these statements."""
        self.client.create_role(RoleName=ROLE, AssumeRolePolicyDocument=trusts, **more)
        if statements:
            self.client.put_role_policy(RoleName=ROLE, PolicyName="own", PolicyDocument=document(*statements))

    def policy(self, name: str, *statements: Mapping[str, Any]) -> str:
        """Make a managed policy and return its ARN."""
        found: str = self.client.create_policy(PolicyName=name, PolicyDocument=document(*statements))["Policy"]["Arn"]
        return found

    def reader(self) -> Reader:
        """Return the administrator's reader."""
        return Reader(SCOPE, {"iam": self.client})

    def reader_with(self, *actions: str) -> Reader:
        """Return the reader of a user who is allowed these actions alone."""
        self.client.create_user(UserName="looker")
        self.client.put_user_policy(UserName="looker", PolicyName="own", PolicyDocument=document(allow(*actions)))
        key = self.client.create_access_key(UserName="looker")["AccessKey"]
        make: Callable[..., Any] = boto3.client
        client = make(
            "iam",
            region_name=REGION,
            endpoint_url=self._cloud.endpoint,
            verify=str(self._cloud.authority),
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
            config=Config(proxies={}, retries={"total_max_attempts": 1}),
        )
        return Reader(SCOPE, {"iam": client})


def causes(reader: Reader) -> list[tuple[str, Weight]]:
    """Return what is found, by name and weight."""
    found, _ = examine_role(reader, ROLE_ARN, "billing", MACHINE_ARN)
    return [(one.cause, one.weight) for one in found]
