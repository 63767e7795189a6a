"""CloudWatch Logs inside this process, beneath botocore's own client: what it holds, what it refuses, how it pages."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from vended_logs.policy.grant import Scope
from vended_logs_tools.account.calls import Reader

SCOPE = Scope("aws", "us-west-2", "123456789012")
SHARED = "AWSLogDeliveryWrite20150319"
_PER_PAGE = {"ListLogGroups": 1000, "DescribeLogGroups": 50}


@dataclass
class LogsAnswers:
    """The service; a refusal is a status and a code, by action."""

    policies: list[dict[str, Any]] = field(default_factory=list)
    log_groups: list[str] = field(default_factory=list)
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)
    knows_scopes: bool = True
    bodies: dict[str, bytes] = field(default_factory=dict)
    """What is answered in place of a proper answer, and without an id, by action."""

    def hold(self, name: str, text: str, resource: str | None = None) -> None:
        """Add a policy of the account, or of a log group."""
        own = {"policyScope": "RESOURCE", "resourceArn": resource} if resource else {"policyScope": "ACCOUNT"}
        self.policies.append({"policyName": name, "policyDocument": text, "lastUpdatedTime": 1_700_000_000_000, **own})

    def reader(self) -> Reader:
        """Return a reader whose client talks to this, made anew with a model of its own."""
        client = logs_client()
        client.meta.events.register_first("before-send.cloudwatch-logs", self._send)
        return Reader(SCOPE, {"logs": client})

    def _send(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        target = request.headers["x-amz-target"]
        action = (target if isinstance(target, str) else target.decode()).rpartition(".")[2]
        body = request.body or b"{}"
        assert isinstance(body, bytes)
        headers = {"content-type": "application/x-amz-json-1.1"}
        if action in self.bodies:
            return AWSResponse(request.url, 200, headers, _Body(self.bodies[action]))  # type: ignore[arg-type]  # of urllib3's answer botocore reads only what this one has
        if action in self.refusals:
            status, code = self.refusals[action]
            answer: dict[str, Any] = {"__type": code, "message": "not for you"}
        else:
            status, answer = 200, self._answer(action, json.loads(body))
        headers["x-amzn-requestid"] = "1"
        return AWSResponse(request.url, status, headers, _Body(json.dumps(answer).encode()))  # type: ignore[arg-type]  # of urllib3's answer botocore reads only what this one has

    def _answer(self, action: str, asked: dict[str, Any]) -> dict[str, Any]:
        if action == "DescribeResourcePolicies":
            scope = asked.get("policyScope", "ACCOUNT")
            return {"resourcePolicies": [one for one in self.policies if one["policyScope"] == scope]
                    if self.knows_scopes else [_bare(one) for one in self.policies]}  # fmt: skip
        assert asked["limit"] <= _PER_PAGE[action], "the service refuses larger pages"
        start = int(asked.get("nextToken", 0))
        page = self.log_groups[start : start + asked["limit"]]
        more = {"nextToken": str(start + len(page))} if start + len(page) < len(self.log_groups) else {}
        return {"logGroups": [{"logGroupName": name} for name in page], **more}


def logs_client() -> Any:
    """Return a client of CloudWatch Logs with a model of its own."""
    return boto3.session.Session().client(
        "logs",
        region_name=SCOPE.region,
        aws_access_key_id="a",
        aws_secret_access_key="b",  # noqa: S106 - the service here takes any
    )


class _Body:
    """A content in the shape in which botocore reads it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> list[bytes]:
        """Give it in one piece."""
        return [self._content]


def _bare(policy: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in policy.items() if name not in ("policyScope", "resourceArn")}
