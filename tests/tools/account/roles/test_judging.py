"""What the simulation and the policies say together, and the cure."""

from __future__ import annotations

import re

import pytest

from tests.tools.account.roles.iam_answers import ALLOWING, BOUNDARY, OTHER, ROLE, Answers, option, results
from vended_logs_tools.account.roles import read_policies
from vended_logs_tools.diagnosis.finding import Weight


@pytest.mark.parametrize("decision", ["implicitDeny", "explicitDeny"])
def test_organization(iam: Answers, decision: str) -> None:
    """What a policy of the organisation keeps from the role is named as that, and nothing else is."""
    detail = {"OrganizationsDecisionDetail": {"AllowedByOrganizations": False}}
    iam.role().simulation(*results(decision, "logs:PutResourcePolicy", **detail)).own(ALLOWING)
    [found], unread = iam.examined()

    assert (found.cause, found.weight, unread) == ("organization-policy", Weight.FAULT, [])
    assert "logs:PutResourcePolicy" in found.message
    assert "AllowedByOrganizations is false" in found.evidence[0].shows


def test_missing_context(iam: Answers) -> None:
    """A decision that lacked the value of a condition key is no finding: the key is named."""
    conditional = {**ALLOWING, "Statement": {**ALLOWING["Statement"], "Condition": {"Bool": {"aws:X": "true"}}}}  # type: ignore[dict-item]  # a document of JSON
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
