"""The role as it is read, over answers in the shapes of IAM's own API model."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import quote

import boto3
import pytest
from botocore.stub import Stubber

from vended_logs.policy.grant import Scope
from vended_logs_tools.account.calls import Reader, Unread
from vended_logs_tools.account.roles import Simulated, read_policies, read_role, simulate
from vended_logs_tools.diagnosis.finding import Diagnosis, Weight
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


@pytest.fixture
def iam() -> Iterator[Answers]:
    """IAM, answering what a test tells it to."""
    make: Callable[..., Any] = boto3.client
    client = make("iam", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")  # noqa: S106
    with Stubber(client) as stubber:
        yield Answers(stubber)


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


def test_role(iam: Answers) -> None:
    """A role is read with its trust policy decoded, and its boundary."""
    role = read_role(iam.role(BOUNDARY).reader, ROLE)

    assert (role.trust, role.boundary) == (TRUST, BOUNDARY)


def test_simulation_in_pages(iam: Answers) -> None:
    """A simulation that comes in pages is read to its end."""
    iam.simulation(result("logs:PutLogEvents"), marker="more")
    iam.simulation(result("logs:DescribeLogGroups", "implicitDeny"), after="more")

    found = simulate(iam.reader, ARN, ROLE_ACTIONS)
    assert found == {
        "logs:PutLogEvents": Simulated("allowed"),
        "logs:DescribeLogGroups": Simulated("implicitDeny"),
    }


def test_simulation_in_full(iam: Answers) -> None:
    """The decision is read with what limits it, the keys it lacked, of the one resource too, and who decided."""
    iam.simulation(
        result(
            "logs:PutLogEvents",
            "explicitDeny",
            MatchedStatements=[{"SourcePolicyId": "guardrail", "SourcePolicyType": "IAM Policy"}],
            MissingContextValues=["aws:SourceVpc"],
            OrganizationsDecisionDetail={"AllowedByOrganizations": True},
            PermissionsBoundaryDecisionDetail={"AllowedByPermissionsBoundary": True},
            ResourceSpecificResults=[
                {
                    "EvalResourceName": "*",
                    "EvalResourceDecision": "explicitDeny",
                    "MissingContextValues": ["aws:CalledVia"],
                    "PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False},
                },
            ],
        ),
    )

    assert simulate(iam.reader, ARN, ROLE_ACTIONS) == {
        "logs:PutLogEvents": Simulated(
            "explicitDeny",
            by_boundary=False,
            by_organization=True,
            missing=("aws:CalledVia", "aws:SourceVpc"),
            policies=("guardrail",),
        ),
    }


def test_policies_in_pages(iam: Answers) -> None:
    """All policies of a role are read, however many pages their lists have."""
    iam.page("list_role_policies", {"PolicyNames": [], "IsTruncated": True, "Marker": "m"})
    iam.page("list_role_policies", {"PolicyNames": []}, Marker="m")
    attached = {"PolicyName": "limit", "PolicyArn": BOUNDARY}
    iam.page("list_attached_role_policies", {"AttachedPolicies": [], "IsTruncated": True, "Marker": "m"})
    iam.page("list_attached_role_policies", {"AttachedPolicies": [attached]}, Marker="m")
    iam.managed(BOUNDARY, ALLOWING)

    found = read_policies(iam.reader, ROLE, None)
    assert [(one.name, one.document) for one in found.own] == [("limit", ALLOWING)]
    assert found.is_whole


def test_policies_refused(iam: Answers) -> None:
    """A refusal is kept, the rest is read, and what was read is known not to be all."""
    iam.refusal("list_role_policies").page("list_attached_role_policies", {"AttachedPolicies": []})
    iam.managed(BOUNDARY, OTHER)

    found = read_policies(iam.reader, ROLE, BOUNDARY)
    assert [one.call.operation for one in found.unanswered] == ["ListRolePolicies"]
    assert not found.is_whole
    assert found.boundary is not None


def test_boundary_by_the_simulation(iam: Answers) -> None:
    """What the simulation says of a boundary is believed, once the role's own policies are seen to allow it."""
    detail = {"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False}}
    iam.role(BOUNDARY).simulation(*results("implicitDeny", **detail)).own(ALLOWING).managed(BOUNDARY, OTHER)
    [found], unread = iam.examined()

    assert (found.cause, found.weight, unread) == ("permissions-boundary", Weight.FAULT, [])
    assert "AllowedByPermissionsBoundary is false" in found.evidence[0].shows


def test_boundary_that_is_not_to_blame(iam: Answers) -> None:
    """Where the role's own policies do not allow it either, the role is named and not its boundary."""
    detail = {"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False}}
    iam.role(BOUNDARY).simulation(*results("implicitDeny", **detail)).own(OTHER).managed(BOUNDARY, OTHER)
    [found], _ = iam.examined()

    assert found.cause == "role-actions"


@pytest.mark.parametrize("decision", ["implicitDeny", "explicitDeny"])
def test_organization(iam: Answers, decision: str) -> None:
    """What a policy of the organization keeps from the role is named as that, and nothing else is."""
    detail = {"OrganizationsDecisionDetail": {"AllowedByOrganizations": False}}
    iam.role().simulation(*results(decision, "logs:PutResourcePolicy", **detail)).own(ALLOWING)
    [found], unread = iam.examined()

    assert (found.cause, found.weight, unread) == ("organization-policy", Weight.FAULT, [])
    assert "logs:PutResourcePolicy" in found.message
    assert "AllowedByOrganizations is false" in found.evidence[0].shows


def test_missing_context(iam: Answers) -> None:
    """A decision that lacked the value of a condition key is no finding: the key is named."""
    conditional = {**ALLOWING, "Statement": {**ALLOWING["Statement"], "Condition": {"Bool": {"aws:X": "true"}}}}  # type: ignore[dict-item]
    missing = results("implicitDeny", MissingContextValues=["aws:X"])
    found, [unread] = iam.role().simulation(*missing).own(conditional).examined()

    assert found == []
    assert "aws:X" in unread.reason


def test_missing_context_of_others(iam: Answers) -> None:
    """A key that was lacking only for what is not log delivery does not hide that the actions are not allowed."""
    missing = results("implicitDeny", MissingContextValues=["aws:X"])
    [found], unread = iam.role().simulation(*missing).own(OTHER).examined()

    assert (found.cause, unread) == ("role-actions", [])


def test_denied_where_policies_may_not_be_read(iam: Answers) -> None:
    """Where only the simulation is permitted, the policy that denies is named by it, and the refusals are said."""
    matched = {"MatchedStatements": [{"SourcePolicyId": "guardrail"}]}
    iam.role().simulation(*results("explicitDeny", "logs:PutResourcePolicy", **matched))
    iam.refusal("list_role_policies").refusal("list_attached_role_policies")
    [found], unread = iam.examined()

    assert found.cause == "role-denied"
    assert "guardrail" in found.message
    assert [one.call.operation for one in unread] == ["ListRolePolicies", "ListAttachedRolePolicies"]


def test_evidence_where_policies_may_not_be_read(iam: Answers) -> None:
    """What some of the policies do not say is no evidence while others were not read: the simulation alone is."""
    iam.role().simulation(*results("implicitDeny", "logs:PutResourcePolicy")).refusal("list_role_policies")
    iam.page("list_attached_role_policies", {"AttachedPolicies": [{"PolicyName": "limit", "PolicyArn": BOUNDARY}]})
    [found], _ = iam.managed(BOUNDARY, OTHER).examined()

    assert found.cause == "role-actions"
    assert [one.call.operation for one in found.evidence] == ["SimulatePrincipalPolicy"]


def test_cure_leaves_the_policies_that_are_there(iam: Answers) -> None:
    """The policy of the cure has a name of its own: putting one whose name is taken would replace that one."""
    iam.role().simulation(*results("implicitDeny")).page("list_role_policies", {"PolicyNames": ["logdelivery", "x"]})
    iam.refusal("get_role_policy").refusal("get_role_policy")
    [found], _ = iam.page("list_attached_role_policies", {"AttachedPolicies": []}).examined()

    assert option(found.commands[0], "policy-name") == "LogDelivery2"


def test_cure_where_policies_may_not_be_listed(iam: Answers) -> None:
    """Where the names that are taken are not known, an unlikely one is chosen, and what it would do is said."""
    iam.role().simulation(*results("implicitDeny"))
    found, _ = iam.refusal("list_role_policies").refusal("list_attached_role_policies").examined()
    cured = next(one for one in found if one.cause == "role-actions")
    name = option(cured.commands[0], "policy-name")

    assert re.fullmatch(r"LogDelivery-[0-9a-f]{8}", name)
    assert f"one named {name} would be replaced" in cured.cure


def test_names_of_a_list_that_broke_off(iam: Answers) -> None:
    """The names of some pages are not taken for all, though the policies that they name are read."""
    iam.page("list_role_policies", {"PolicyNames": ["own"], "IsTruncated": True, "Marker": "m"})
    iam.refusal("list_role_policies").refusal("get_role_policy")
    iam.page("list_attached_role_policies", {"AttachedPolicies": []})

    assert read_policies(iam.reader, ROLE, None).inline is None


LIMITED: Final = {"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False}}


def limited(iam: Answers, boundary: object) -> Diagnosis:
    """Return what is found of a role that its boundary, which can be read, limits."""
    iam.role(BOUNDARY).simulation(*results("implicitDeny", **LIMITED)).own(ALLOWING).managed(BOUNDARY, boundary)
    [found], _ = iam.examined()
    assert found.cause == "permissions-boundary"
    return found


def test_cure_of_a_boundary(iam: Answers) -> None:
    """One command makes the boundary's next version: what it holds, and the statement that it lacks."""
    found = limited(iam, {"Id": "limit", **OTHER})
    [command] = found.commands
    written = json.loads(option(command, "policy-document"))

    assert shlex.split(command)[:5] == ["aws", "iam", "create-policy-version", "--policy-arn", BOUNDARY]
    assert "--set-as-default" in shlex.split(command)
    assert written == {"Id": "limit", **OTHER, "Statement": [OTHER["Statement"], WHOLE]}
    assert "does not allow 10 of the 10 log-delivery actions" in found.message


def test_what_a_boundary_lacks(iam: Answers) -> None:
    """The actions that it does not allow are named, and they alone."""
    iam.role(BOUNDARY).simulation(*results("implicitDeny", "logs:PutResourcePolicy", **LIMITED)).own(ALLOWING)
    most = {"Effect": "Allow", "Action": ["logs:*Log*", "logs:DescribeResource*"], "Resource": "*"}
    [found], _ = iam.managed(BOUNDARY, {**OTHER, "Statement": most}).examined()

    assert found.message.endswith("does not allow 1 of the 10 log-delivery actions (logs:PutResourcePolicy)")


def test_a_denial_in_a_boundary_is_left_to_people(iam: Answers) -> None:
    """A Deny is named and shown, never edited: no statement beside it cures."""
    taking = {"Sid": "NoLogs", "Effect": "Deny", "Action": "logs:*", "Resource": "*"}
    found = limited(iam, {**OTHER, "Statement": [OTHER["Statement"], taking]})

    assert [shlex.split(one)[2] for one in found.commands] == ["get-policy-version"]
    assert "by hand" in found.cure
    assert "NoLogs" in found.cure


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Allow", "Action": "s3:*", "Resource": [f"arn:aws:s3:::bucket-{one:04}/*" for one in range(220)]},
        {"Effect": "Allow", "Action": [f"iam:Get{one:04}" for one in range(450)], "Resource": "*"},
    ],
)
def test_a_boundary_without_room(iam: Answers, statement: dict[str, Any]) -> None:
    """A boundary that would pass the size of a managed policy is not put: IAM would refuse it."""
    found = limited(iam, {"Version": "2012-10-17", "Statement": [statement]})

    assert [shlex.split(one)[2] for one in found.commands] == ["get-policy-version"]
    assert "another boundary" in found.cure


def test_cure_of_a_boundary_that_may_not_be_read(iam: Answers) -> None:
    """Where its text is not known nothing is put: the cure says what to do by hand."""
    iam.role(BOUNDARY).simulation(*results("implicitDeny", **LIMITED)).own(ALLOWING).refusal("get_policy")
    [found], _ = iam.examined()

    assert [shlex.split(one)[:5] for one in found.commands] == [["aws", "iam", "get-policy", "--policy-arn", BOUNDARY]]
    assert "by hand" in found.cure


def test_cure_of_a_boundary_of_unknown_name(iam: Answers) -> None:
    """Where the role may not be read, the command that tells its boundary is all that can be said."""
    detail = {"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False}}
    iam.refusal("get_role").simulation(*results("implicitDeny", **detail)).own(ALLOWING)
    [found], _ = iam.examined()

    assert found.cause == "permissions-boundary"
    assert shlex.split(found.commands[0])[:5] == ["aws", "iam", "get-role", "--role-name", ROLE]
    assert len(found.commands) == 1


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_cure_of_a_boundary_of_aws(iam: Answers, partition: str) -> None:
    """AWS's own policy, in any partition, takes no version of ours: the role gets a boundary of its own account."""
    boundary = f"arn:{partition}:iam::aws:policy/PowerUserAccess"
    detail = {"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False}}
    iam.role(boundary).simulation(*results("implicitDeny", **detail)).own(ALLOWING).managed(boundary, OTHER)
    [found], _ = iam.examined()
    make, put = found.commands

    assert not any("create-policy-version" in one for one in found.commands)
    assert option(make, "policy-name") == "PowerUserAccess-LogDelivery"
    assert json.loads(option(make, "policy-document"))["Statement"] == [OTHER["Statement"], WHOLE]
    made = option(put, "permissions-boundary")
    assert made == "arn:aws:iam::123456789012:policy/PowerUserAccess-LogDelivery"
    assert option(put, "role-name") == ROLE


def test_single_log_groups_where_policies_may_not_be_read(iam: Answers) -> None:
    """Whether the role may write to single log groups is not guessed from what it may do on all."""
    iam.role().simulation(*results("implicitDeny", "logs:CreateLogStream", "logs:PutLogEvents"))
    iam.refusal("list_role_policies").refusal("list_attached_role_policies")
    found, unread = iam.examined()

    assert found == []
    assert all("logs:CreateLogStream and logs:PutLogEvents" in one.matters for one in unread)


@pytest.mark.parametrize("boundary", [None, BOUNDARY])
def test_a_simulation_that_the_policies_contradict(iam: Answers, boundary: str | None) -> None:
    """A refusal for which nothing that was read accounts is no finding: that the two disagree is said."""
    iam.role(boundary).simulation(*results("implicitDeny")).own(ALLOWING)
    found, [unread] = (iam.managed(boundary, ALLOWING) if boundary else iam).examined()

    assert found == []
    assert unread.call.operation == "SimulatePrincipalPolicy"
    assert "says implicitDeny, though the role's policies" in unread.reason
    assert ("its boundary" in unread.reason) == (boundary is not None)
    assert "logs:PutResourcePolicy" in unread.matters


def test_a_simulation_that_part_of_the_policies_contradicts(iam: Answers) -> None:
    """What the policies do not allow is lacking all the same, and it alone."""
    some = {**ALLOWING, "Statement": {"Effect": "Allow", "Action": "logs:*Delivery", "Resource": "*"}}
    [found], [unread] = iam.role().simulation(*results("implicitDeny")).own(some).examined()

    assert found.cause == "role-actions"
    assert "logs:PutResourcePolicy" in found.message
    assert "logs:CreateLogDelivery" not in found.message
    assert unread.matters.count("Delivery") == 4


def test_unreadable_trust(iam: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trust policy that cannot be read in full is said, not judged."""
    monkeypatch.setitem(TRUST, "Statement", [{"Effect": "Perhaps"}])
    found, [unread] = iam.role().simulation(*results()).examined()

    assert found == []
    assert "cannot be read in full" in unread.reason
