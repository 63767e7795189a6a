"""What IAM answers of a role: the role itself, its policies, a simulation."""

from __future__ import annotations

import json
import shlex
from typing import Any, Final
from urllib.parse import quote

from botocore.stub import Stubber

from vended_logs.policy.grant import Scope
from vended_logs_tools.account.calls import Reader, Unread
from vended_logs_tools.diagnosis.finding import Diagnosis
from vended_logs_tools.examining.roles import examine_role
from vended_logs_tools.rules.iam import ROLE_ACTIONS

ROLE: Final = "billing-role"
ARN: Final = f"arn:aws:iam::123456789012:role/teams/{ROLE}"
BOUNDARY: Final = "arn:aws:iam::123456789012:policy/limit"
TRUST: Final = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "states.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
}
ALLOWING: Final = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}}
WHOLE: Final = {"Effect": "Allow", "Action": list(ROLE_ACTIONS), "Resource": "*"}
OTHER: Final = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}


class Answers:
    """What IAM answers, in order; the stub holds each answer against the API's model."""

    def __init__(self, stubber: Stubber) -> None:
        self._stubber = stubber
        self.reader = Reader(Scope("aws", "eu-west-1", "123456789012"), {"iam": stubber.client})

    def role(self, boundary: str | None = None) -> Answers:
        """Answer GetRole."""
        found: dict[str, Any] = {
            "Path": "/teams/",
            "RoleName": ROLE,
            "RoleId": "AROA1234567890ABCDEF",
            "Arn": ARN,
            "CreateDate": "2026-01-01T00:00:00Z",
            "AssumeRolePolicyDocument": quote(json.dumps(TRUST)),
        }
        if boundary:
            found["PermissionsBoundary"] = {
                "PermissionsBoundaryType": "Policy",
                "PermissionsBoundaryArn": boundary,
            }
        self._stubber.add_response("get_role", {"Role": found}, {"RoleName": ROLE})
        return self

    def simulation(self, *results: dict[str, Any], marker: str | None = None, after: str | None = None) -> Answers:
        """Answer a page of SimulatePrincipalPolicy."""
        asked: dict[str, Any] = {
            "PolicySourceArn": ARN,
            "ActionNames": list(ROLE_ACTIONS),
            "ResourceArns": ["*"],
            "ContextEntries": [
                {
                    "ContextKeyName": "aws:RequestedRegion",
                    "ContextKeyValues": ["eu-west-1"],
                    "ContextKeyType": "string",
                },
            ],
        }
        page: dict[str, Any] = {"EvaluationResults": list(results), "IsTruncated": marker is not None}
        if marker:
            page["Marker"] = marker
        if after:
            asked["Marker"] = after
        self._stubber.add_response("simulate_principal_policy", page, asked)
        return self

    def refusal(self, operation: str) -> Answers:
        """Refuse a call."""
        self._stubber.add_client_error(operation, "AccessDenied", http_status_code=403)
        return self

    def own(self, document: object) -> Answers:
        """Answer that the role has one inline policy and no managed one."""
        found = {"PolicyNames": ["own"]}
        text = quote(json.dumps(document))
        policy = {"RoleName": ROLE, "PolicyName": "own", "PolicyDocument": text}
        self._stubber.add_response("list_role_policies", found, {"RoleName": ROLE})
        self._stubber.add_response("get_role_policy", policy, {"RoleName": ROLE, "PolicyName": "own"})
        self._stubber.add_response("list_attached_role_policies", {"AttachedPolicies": []}, {"RoleName": ROLE})
        return self

    def managed(self, arn: str, document: object) -> Answers:
        """Answer what a managed policy says."""
        version = {"VersionId": "v3", "Document": quote(json.dumps(document))}
        self._stubber.add_response("get_policy", {"Policy": {"DefaultVersionId": "v3"}}, {"PolicyArn": arn})
        asked = {"PolicyArn": arn, "VersionId": "v3"}
        self._stubber.add_response("get_policy_version", {"PolicyVersion": version}, asked)
        return self

    def page(self, operation: str, answer: dict[str, Any], **asked: str) -> Answers:
        """Answer a page of a list."""
        self._stubber.add_response(operation, answer, {"RoleName": ROLE, **asked})
        return self

    def examined(self) -> tuple[list[Diagnosis], list[Unread]]:
        """Return what is found, once every answer was asked for."""
        found = examine_role(self.reader, ARN, "billing")
        self._stubber.assert_no_pending_responses()
        return found


def result(action: str, decision: str = "allowed", **more: Any) -> dict[str, Any]:
    """Return one result of the simulation."""
    return {"EvalActionName": action, "EvalResourceName": "*", "EvalDecision": decision, **more}


def results(decision: str = "allowed", *actions: str, **more: Any) -> list[dict[str, Any]]:
    """Return the whole simulation: allowed, but for these actions, or for all if none is named."""
    refused = actions or ROLE_ACTIONS
    return [result(one, decision, **more) if one in refused else result(one) for one in ROLE_ACTIONS]


def option(command: str, name: str) -> str:
    """Return the value of an option."""
    words = shlex.split(command)
    return words[words.index(f"--{name}") + 1]
