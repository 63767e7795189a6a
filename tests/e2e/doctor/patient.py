"""A state machine that is well, but for what a test makes of it."""

from __future__ import annotations

import json
from typing import Any

from tests.e2e import account
from tests.e2e.local_cloud import ACCOUNT, REGION
from tests.e2e.scene import Scene
from tests.support.facts import ROLE_ACTIONS, SHARED_POLICY
from vended_logs.policy.grant import Scope
from vended_logs_tools.account.calls import Reader
from vended_logs_tools.diagnosis.examination import Examination
from vended_logs_tools.doctor import Target, examine

GROUP = "/aws/vendedlogs/states/orders"
MACHINE = Target("state machine", "orders")
DEFINITION = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})


class Patient:
    """A state machine ``orders`` that is well, but for what a test makes of it."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.account = scene.account

    def machine(self, arn: str | None = None, level: str = "ALL", group: str | None = GROUP, **more: Any) -> None:
        """Make the machine, its role and its log group."""
        role_arn = self.role()
        if group:
            self.account.create_log_group(group)
        logging: dict[str, Any] = {"level": level}
        if level != "OFF":
            named = arn or f"{account.LOG_GROUP_PREFIX}{GROUP}:*"
            logging["destinations"] = [{"cloudWatchLogsLogGroup": {"logGroupArn": named}}]
        self.scene.client("stepfunctions").create_state_machine(
            name="orders",
            definition=DEFINITION,
            roleArn=role_arn,
            loggingConfiguration=logging,
            **more,
        )

    def role(self) -> str:
        """Make the machine's role, and return its ARN."""
        iam = self.scene.client("iam")
        trusts = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
        made = iam.create_role(RoleName="orders", AssumeRolePolicyDocument=json.dumps(account.document(trusts)))
        self.allow(*ROLE_ACTIONS)
        return str(made["Role"]["Arn"])

    def allow(self, *actions: str) -> None:
        """Have the role's policy allow these actions alone."""
        allows = account.document({"Effect": "Allow", "Action": list(actions), "Resource": "*"})
        iam = self.scene.client("iam")
        iam.put_role_policy(RoleName="orders", PolicyName="log", PolicyDocument=json.dumps(allows))

    def grant(self) -> None:
        """Put the broad grant into the shared policy."""
        self.account.put(SHARED_POLICY, account.delivery(GROUP))

    def examined(self, target: Target = MACHINE, region: str = REGION) -> Examination:
        """Return what the doctor finds."""
        services = ("logs", "iam", "kms", "stepfunctions", "cloudformation")
        clients = {service: self.scene.cloud.client(service, region) for service in services}
        return examine(Reader(Scope("aws", region, ACCOUNT), clients), target, f"--region {region}")


def causes(found: Examination) -> list[str]:
    """Return the names of what was found."""
    assert found.error is None
    assert found.all_unread == ()
    assert all(one.evidence and one.cure for one in found.findings)
    return [one.cause for one in found.findings]
