"""A state machine's role with each fault that the doctor knows, made by real calls to IAM: it is named, alone.

The engine knows no organizations and says nothing of boundaries in its simulation; what AWS's own says of both is
tested over recorded answers in tests/tools/account/roles.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable

import pytest

from tests.e2e.doctor.iam import MACHINE_ARN, READING, ROLE, ROLE_ARN, Iam, allow, causes, document, trust
from tests.e2e.local_cloud import ACCOUNT, REGION
from vended_logs_tools.account.calls import Reader
from vended_logs_tools.diagnosis.finding import Weight
from vended_logs_tools.diagnosis.role import WRITING
from vended_logs_tools.examining.roles import examine_role
from vended_logs_tools.rules.iam import ROLE_ACTIONS


def test_healthy(iam: Iam) -> None:
    """A role that may do all ten actions is told of in two calls, and nothing is found."""
    iam.role(allow(*ROLE_ACTIONS))
    reader = iam.reader()

    assert examine_role(reader, ROLE_ARN, "billing", MACHINE_ARN) == ([], [])
    assert [call.operation for call in reader.calls] == ["GetRole", "SimulatePrincipalPolicy"]


def test_healthy_without_the_simulation(iam: Iam) -> None:
    """Where the simulation is not permitted the policies tell the same, and that it could not be asked is said."""
    iam.role(allow(*ROLE_ACTIONS[:5]))
    iam.client.attach_role_policy(RoleName=ROLE, PolicyArn=iam.policy("rest", allow(*ROLE_ACTIONS[5:])))
    found, unread = examine_role(iam.reader_with(*READING), ROLE_ARN, "billing", MACHINE_ARN)

    assert found == []
    assert [(one.call.operation, one.reason) for one in unread] == [("SimulatePrincipalPolicy", "is not permitted")]
    assert "organisation" in unread[0].matters


def test_writing_on_single_log_groups(iam: Iam, reader: Callable[[], Reader]) -> None:
    """A role that may write to its own log group alone is not found wanting: those actions need no more."""
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/vendedlogs/states/billing:*"
    iam.role(allow(*(set(ROLE_ACTIONS) - WRITING)), allow(*WRITING, resource=group))

    assert causes(reader()) == []


def test_missing(iam: Iam, reader: Callable[[], Reader]) -> None:
    """A role that was deleted is named, and nothing else is."""
    assert causes(reader()) == [("role-missing", Weight.FAULT)]


OTHER_MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:other"


@pytest.mark.parametrize(
    ("trusts", "kept"),
    [
        (trust("lambda.amazonaws.com"), "lambda.amazonaws.com"),
        (trust(Condition={"StringEquals": {"aws:SourceAccount": "999999999999"}}), "aws:SourceAccount"),
        (trust(Condition={"ArnLike": {"aws:SourceArn": OTHER_MACHINE}}), OTHER_MACHINE),
    ],
    ids=["service", "account", "machine"],
)
def test_trust(iam: Iam, trusts: str, kept: str) -> None:
    """A role that Step Functions may not assume for this machine is named, alone; the cure cures, and guards."""
    iam.role(allow(*ROLE_ACTIONS), trusts=trusts)
    [found], unread = examine_role(iam.reader(), ROLE_ARN, "billing", MACHINE_ARN)

    assert (found.cause, found.weight, unread) == ("role-trust", Weight.FAULT, [])
    words = shlex.split(found.commands[0])
    written = words[words.index("--policy-document") + 1]
    assert kept in written
    for statement in json.loads(written)["Statement"]:
        assert "states.amazonaws.com" not in json.dumps(statement) or statement["Condition"]
    iam.client.update_assume_role_policy(RoleName=ROLE, PolicyDocument=written)
    assert causes(iam.reader()) == []


def test_a_simulation_that_does_not_find_the_policies(iam: Iam) -> None:
    """The engine's simulation knows no roles with a path: what it says against their policies is a doubt, no fault."""
    iam.role(allow(*ROLE_ACTIONS), Path="/teams/")
    arn = f"arn:aws:iam::{ACCOUNT}:role/teams/{ROLE}"
    found, [unread] = examine_role(iam.reader(), arn, "billing", MACHINE_ARN)

    assert found == []
    assert (unread.call.operation, unread.reason) == (
        "SimulatePrincipalPolicy",
        "says implicitDeny, though the role's policies allow them",
    )


def test_lacking(iam: Iam, reader: Callable[[], Reader]) -> None:
    """A role without the actions, as SAM makes it, is named, and nothing else is."""
    iam.role(allow("lambda:InvokeFunction"))

    assert causes(reader()) == [("role-actions", Weight.FAULT)]


def test_without_any_policy(iam: Iam, reader: Callable[[], Reader]) -> None:
    """A role without a policy lacks the actions."""
    iam.role()

    assert causes(reader()) == [("role-actions", Weight.FAULT)]


def test_lacking_writing_alone(iam: Iam, reader: Callable[[], Reader]) -> None:
    """A role with the eight actions that many tools grant gets a note: AWS deploys it, its guide asks for ten."""
    iam.role(allow(*(set(ROLE_ACTIONS) - WRITING)))

    assert causes(reader()) == [("role-actions", Weight.NOTE)]


def test_denied(iam: Iam, reader: Callable[[], Reader]) -> None:
    """A Deny in a policy of the role's is named with its statement, and nothing else is."""
    iam.role(allow("logs:*"))
    taking = allow("logs:Put*", effect="Deny", Sid="NoPutting")
    iam.client.attach_role_policy(RoleName=ROLE, PolicyArn=iam.policy("guardrail", taking))
    [found], _ = examine_role(reader(), ROLE_ARN, "billing", MACHINE_ARN)

    assert (found.cause, found.weight) == ("role-denied", Weight.FAULT)
    assert "statement NoPutting of guardrail" in found.message
    assert "logs:PutResourcePolicy" in found.message


def test_condition(iam: Iam, reader: Callable[[], Reader]) -> None:
    """What depends on a condition is said not to be known, instead of guessed."""
    iam.role(allow(*ROLE_ACTIONS, Condition={"StringEquals": {"aws:PrincipalTag/team": "billing"}}))
    found, unread = examine_role(reader(), ROLE_ARN, "billing", MACHINE_ARN)

    assert found == []
    assert unread[-1].call.operation == "GetRolePolicy"
    assert "conditions" in unread[-1].reason


def test_nothing_permitted(iam: Iam) -> None:
    """A reader who may read nothing of IAM gets no finding and is told of each call that was refused."""
    iam.role()
    found, unread = examine_role(iam.reader_with("logs:DescribeLogGroups"), ROLE_ARN, "billing", MACHINE_ARN)

    assert found == []
    assert {one.reason for one in unread} == {"is not permitted"}
    assert [one.call.operation for one in unread] == [
        "GetRole",
        "SimulatePrincipalPolicy",
        "ListRolePolicies",
        "ListAttachedRolePolicies",
    ]


def test_another_account(iam: Iam) -> None:
    """A role of another account is not asked for: that it cannot be seen is no fault."""
    reader = iam.reader()
    found, unread = examine_role(reader, "arn:aws:iam::999999999999:role/theirs", "billing")

    assert (found, reader.calls) == ([], [])
    assert "999999999999" in unread[0].reason


def test_cure(iam: Iam) -> None:
    """The policy in the cure's command is one that makes the role healthy."""
    iam.role()
    [found], _ = examine_role(iam.reader(), ROLE_ARN, "billing", MACHINE_ARN)
    written = found.commands[0].partition("--policy-document '")[2].partition("'")[0]
    iam.client.put_role_policy(RoleName=ROLE, PolicyName="LogDelivery", PolicyDocument=written)

    assert causes(iam.reader()) == []


def test_cure_beside_a_policy_of_the_same_name(iam: Iam, reader: Callable[[], Reader]) -> None:
    """A policy of the role that has the usual name is kept: the cure takes another one."""
    iam.role()
    before = document(allow("lambda:InvokeFunction"))
    iam.client.put_role_policy(RoleName=ROLE, PolicyName="LogDelivery", PolicyDocument=before)
    looking = reader()
    [found], _ = examine_role(looking, ROLE_ARN, "billing", MACHINE_ARN)
    words = shlex.split(found.commands[0])
    name, text = words[words.index("--policy-name") + 1], words[words.index("--policy-document") + 1]
    iam.client.put_role_policy(RoleName=ROLE, PolicyName=name, PolicyDocument=text)

    assert set(iam.client.list_role_policies(RoleName=ROLE)["PolicyNames"]) == {"LogDelivery", "LogDelivery2"}
    assert causes(looking) == []
