"""The log policies of an account in the local cloud: what real accounts hold, and what stands after a deploy."""

from __future__ import annotations

import itertools
import json
from typing import Any, Final

from tests.e2e.local_cloud import ACCOUNT, REGION, LocalCloud
from tests.support import facts

Document = dict[str, Any]
Statement = dict[str, Any]

SHARED_POLICY: Final = facts.SHARED_POLICY
SIZE_LIMIT: Final = facts.SIZE_LIMIT
LOG_GROUP_PREFIX: Final = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:"
BROAD_ENTRY: Final = f"{LOG_GROUP_PREFIX}/aws/vendedlogs/*"
SERVICES: Final = ("orders", "billing", "search", "emails", "refunds", "stock", "reports", "tracking")
STAGES: Final = ("dev", "test", "prod")


class Account:
    """The account-level policies of a region, by default the one that the scenarios use."""

    def __init__(self, cloud: LocalCloud, region: str = REGION) -> None:
        self._logs = cloud.client("logs", region)

    def put(self, name: str, *statements: Statement) -> None:
        """Write a policy as its owner would."""
        self._logs.put_resource_policy(policyName=name, policyDocument=as_text(document(*statements)))

    def texts(self) -> dict[str, str]:
        """Return all policies' documents by name, as CloudWatch Logs returns them."""
        found = self._logs.describe_resource_policies()["resourcePolicies"]
        return {policy["policyName"]: policy["policyDocument"] for policy in found}

    def statements(self, name: str = SHARED_POLICY) -> list[Statement]:
        """Return one policy's statements; none if there is no such policy."""
        found = json.loads(self.texts().get(name, "{}")).get("Statement", [])
        return [found] if isinstance(found, dict) else found

    def entries(self, name: str = SHARED_POLICY) -> list[str]:
        """Return all resources that one policy's statements name, in order."""
        return [entry for statement in self.statements(name) for entry in as_list(statement["Resource"])]

    def create_log_group(self, name: str) -> None:
        """Make a log group that belongs to no stack."""
        self._logs.create_log_group(logGroupName=name)


def document(*statements: Statement) -> Document:
    """Return a policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def as_text(value: Document) -> str:
    """Return a document without needless blanks, as AWS stores it."""
    return json.dumps(value, separators=(",", ":"))


def as_list(value: Any) -> list[Any]:
    """Return the list, or a list of the one value."""
    return value if isinstance(value, list) else [value]


def delivery(*log_groups: str, sid: str = "AWSLogDeliveryWrite", conditioned: bool = True) -> Statement:
    """Return the statement that AWS writes for log delivery; older ones are not `conditioned`."""
    statement: Statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": [f"{LOG_GROUP_PREFIX}{log_group}:log-stream:*" for log_group in log_groups],
    }
    if conditioned:
        statement["Condition"] = {
            "StringEquals": {"aws:SourceAccount": [ACCOUNT]},
            "ArnLike": {"aws:SourceArn": [f"arn:aws:logs:{REGION}:{ACCOUNT}:*"]},
        }
    return statement


def foreign(service: str = "route53.amazonaws.com", log_group: str = "/aws/route53/*") -> Statement:
    """Return another service's statement, which is none of our business."""
    return {
        "Sid": service.partition(".")[0],
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"{LOG_GROUP_PREFIX}{log_group}",
    }


def denial(log_group: str, sid: str = "KeepOut") -> Statement:
    """Return a Deny of log delivery to the log groups of a pattern."""
    return {**foreign("delivery.logs.amazonaws.com", log_group), "Sid": sid, "Effect": "Deny"}


def full(*others: Statement, also: tuple[str, ...] = (), conditioned: bool = True) -> list[Statement]:
    """Return statements that fill a policy so far that no log group of a state machine fits in any more.

    The first is AWS's own and names the log groups in `also`, and as many as there is room for beside the `others`.
    """
    names = (
        f"/aws/vendedlogs/states/{service}-{stage}-{number:02}"
        for number, service, stage in itertools.product(range(1, 100), SERVICES, STAGES)
    )
    fitting = list(also)
    last_room = 0
    for name in names:
        statements = [delivery(*fitting, name, conditioned=conditioned), *others]
        room = SIZE_LIMIT - len(as_text(document(*statements)))
        if room < 0:
            break
        fitting.append(name)
        last_room = room
    fitting[-1] += (f"-{'0123456789abcdef' * 8}")[:last_room]
    return [delivery(*fitting, conditioned=conditioned), *others]
