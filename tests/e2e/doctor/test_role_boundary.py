"""A boundary that keeps the actions from a state machine's role, made by real calls to IAM.

The engine knows no organizations and says nothing of boundaries in its simulation; what AWS's own says of both is
tested over recorded answers in tests/tools/account/roles.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable

from tests.e2e.doctor.iam import MACHINE_ARN, ROLE_ARN, Iam, allow, causes
from vended_logs_tools.account.calls import Reader
from vended_logs_tools.diagnosis.finding import Weight
from vended_logs_tools.examining.roles import examine_role
from vended_logs_tools.rules.iam import ROLE_ACTIONS


def test_boundary(iam: Iam, reader: Callable[[], Reader]) -> None:
    """A boundary that keeps the actions from a role whose policies allow them is named, and nothing else is."""
    boundary = iam.policy("limit", allow("lambda:*", "s3:*"))
    iam.role(allow(*ROLE_ACTIONS), PermissionsBoundary=boundary)
    [found], _ = examine_role(reader(), ROLE_ARN, "billing", MACHINE_ARN)

    assert (found.cause, found.weight) == ("permissions-boundary", Weight.FAULT)
    assert "limit" in found.message


def test_cure_of_a_boundary(iam: Iam, reader: Callable[[], Reader]) -> None:
    """The cure's one command makes a next version in force that holds what was there, and the role is healthy."""
    boundary = iam.policy("limit", allow("lambda:*", "s3:*"))
    iam.role(allow(*ROLE_ACTIONS), PermissionsBoundary=boundary)
    looking = reader()
    [found], _ = examine_role(looking, ROLE_ARN, "billing", MACHINE_ARN)
    [command] = found.commands
    words = shlex.split(command)
    written = words[words.index("--policy-document") + 1]

    assert words[words.index("--policy-arn") + 1] == boundary
    assert "--set-as-default" in words
    assert json.loads(written)["Statement"][0] == allow("lambda:*", "s3:*")
    iam.client.create_policy_version(PolicyArn=boundary, PolicyDocument=written, SetAsDefault=True)
    assert causes(looking) == []


def test_a_denial_in_a_boundary(iam: Iam, reader: Callable[[], Reader]) -> None:
    """A Deny in a boundary is named and only shown."""
    boundary = iam.policy("limit", allow("*"), allow("logs:Put*", effect="Deny", Sid="NoPutting"))
    iam.role(allow(*ROLE_ACTIONS), PermissionsBoundary=boundary)
    [found], _ = examine_role(reader(), ROLE_ARN, "billing", MACHINE_ARN)

    assert "2 of the 10 log-delivery actions (logs:PutLogEvents and logs:PutResourcePolicy)" in found.message
    assert "NoPutting" in found.cure
    assert [shlex.split(one)[2] for one in found.commands] == ["get-policy-version"]


def test_boundary_that_allows(iam: Iam, reader: Callable[[], Reader]) -> None:
    """A boundary that allows the actions is no fault."""
    iam.role(allow(*ROLE_ACTIONS), PermissionsBoundary=iam.policy("limit", allow("logs:*")))

    assert causes(reader()) == []


def test_lacking_under_a_boundary(iam: Iam, reader: Callable[[], Reader]) -> None:
    """Actions that neither the role's policies nor its boundary allow are named once, as lacking."""
    iam.role(allow("lambda:*"), PermissionsBoundary=iam.policy("limit", allow("lambda:*")))

    assert causes(reader()) == [("role-actions", Weight.FAULT)]
