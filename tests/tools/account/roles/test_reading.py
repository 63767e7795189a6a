"""The role, the simulation and the policies, page by page, and what may not be read."""

from __future__ import annotations

import pytest

from tests.tools.account.roles.iam_answers import ALLOWING, ARN, BOUNDARY, OTHER, ROLE, TRUST, Answers, result, results
from vended_logs_tools.account.roles import Simulated, read_policies, read_role, simulate
from vended_logs_tools.rules.iam import ROLE_ACTIONS


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


def test_unreadable_trust(iam: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trust policy that cannot be read in full is said, not judged."""
    monkeypatch.setitem(TRUST, "Statement", [{"Effect": "Perhaps"}])
    found, [unread] = iam.role().simulation(*results()).examined()

    assert found == []
    assert "cannot be read in full" in unread.reason
