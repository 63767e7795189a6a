"""A boundary that keeps the actions from a role, and its cure."""

from __future__ import annotations

import json
import shlex
from typing import Any, Final

import pytest

from tests.tools.account.roles.iam_answers import ALLOWING, BOUNDARY, OTHER, ROLE, WHOLE, Answers, option, results
from vended_logs_tools.diagnosis.finding import Diagnosis, Weight


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
