"""What a role's trust policy says to Step Functions."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from vended_logs.policy.grant import Scope
from vended_logs_tools.account.calls import Call
from vended_logs_tools.account.roles import Role
from vended_logs_tools.diagnosis.finding import Diagnosis, Weight
from vended_logs_tools.diagnosis.trust import diagnose_trust

SCOPE: Final = Scope("aws", "eu-west-1", "123456789012")
MACHINE: Final = "arn:aws:states:eu-west-1:123456789012:stateMachine:billing"
OURS: Final = {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def trust(service: str = "states.amazonaws.com", condition: Any = None, **more: Any) -> dict[str, Any]:
    """Return a statement of a trust policy."""
    found = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole", **more}
    return found if condition is None else {**found, "Condition": condition}


def diagnosed(*statements: dict[str, Any], machine: str | None = MACHINE, scope: Scope = SCOPE) -> list[Diagnosis]:
    """Return what is found of a trust policy."""
    role = Role("billing-role", {"Version": "2012-10-17", "Statement": list(statements)}, None, Call("iam", "GetRole"))
    return diagnose_trust(role, scope, "billing", machine)


def source(arn: str, operator: str = "ArnLike") -> dict[str, Any]:
    """Return a condition on who asks, as the guide has it."""
    return {**OURS, operator: {**OURS.get(operator, {}), "aws:SourceArn": arn}}


@pytest.mark.parametrize(
    "statement",
    [
        trust(),
        trust("states.eu-west-1.amazonaws.com"),
        trust(Action="sts:*"),
        trust(condition=OURS),
        trust(condition=source("arn:aws:states:eu-west-1:123456789012:stateMachine:*")),
        trust(condition=source(MACHINE)),
        trust(condition=source(MACHINE, "ArnEquals")),
        {**trust(), "Principal": {"Service": ["lambda.amazonaws.com", "states.amazonaws.com"]}},
    ],
)
def test_trusted(statement: dict[str, Any]) -> None:
    """A trust policy that lets Step Functions in, as the guide writes it or wider, is no finding."""
    assert diagnosed(statement) == []


@pytest.mark.parametrize("name", ["states", "states.cn-north-1"])
def test_trusted_in_china(name: str) -> None:
    """China's names of the service are its names there, beside those of everywhere, and only there."""
    china = Scope("aws-cn", "cn-north-1", "123456789012")
    here = source("arn:aws-cn:states:cn-north-1:123456789012:stateMachine:*")

    for service in (f"{name}.amazonaws.com", f"{name}.amazonaws.com.cn"):
        assert diagnosed(trust(service, here), machine=None, scope=china) == []
    assert diagnosed(trust(f"{name}.amazonaws.com.cn")) != []


def test_trusted_in_govcloud() -> None:
    """In GovCloud the name is that of everywhere, and ARNs are GovCloud's."""
    there = Scope("aws-us-gov", "us-gov-west-1", "123456789012")
    machine = "arn:aws-us-gov:states:us-gov-west-1:123456789012:stateMachine:billing"

    assert diagnosed(trust(condition=source(machine)), machine=machine, scope=there) == []
    assert diagnosed(trust(condition=source(MACHINE)), machine=machine, scope=there)[0].weight == Weight.FAULT


@pytest.mark.parametrize(
    "statements",
    [
        [],
        [trust("lambda.amazonaws.com")],
        [trust(Action="sts:TagSession")],
        [trust(condition={"StringEquals": {"aws:SourceAccount": "999999999999"}})],
        [trust(condition=source("arn:aws:states:eu-west-1:123456789012:stateMachine:other"))],
        [trust(condition=source("arn:aws:states:us-east-1:123456789012:stateMachine:*"))],
        [trust(), trust(Effect="Deny")],
    ],
    ids=["nobody", "service", "action", "account", "machine", "region", "denied"],
)
def test_not_trusted(statements: list[dict[str, Any]]) -> None:
    """A trust policy that surely keeps Step Functions out is a fault."""
    [found] = diagnosed(*statements)

    assert (found.cause, found.weight) == ("role-trust", Weight.FAULT)


@pytest.mark.parametrize(
    "statements",
    [
        [trust(condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})],
        [trust("states.us-east-1.amazonaws.com")],
        [{**trust(), "Principal": "*"}],
        [trust(), {**trust(Effect="Deny", condition={"Bool": {"aws:SecureTransport": "false"}})}],
    ],
    ids=["organization", "another region's name", "everybody", "denied under a condition"],
)
def test_perhaps_trusted(statements: list[dict[str, Any]]) -> None:
    """What hangs on more than is known is a note, no fault."""
    [found] = diagnosed(*statements)

    assert found.weight == Weight.NOTE


def test_another_machine_when_the_machine_is_not_known() -> None:
    """A condition for one machine is no fault as long as it may be this one."""
    assert diagnosed(trust(condition=source(MACHINE)), machine=None)[0].weight == Weight.NOTE


def test_cure_keeps_what_is_there() -> None:
    """The trust policy of the cure holds all statements that were there."""
    [found] = diagnosed(trust("lambda.amazonaws.com"))
    written = json.loads(found.commands[0].partition("'")[2].partition("'")[0])

    assert written["Statement"] == [trust("lambda.amazonaws.com"), trust()]


def test_cure_of_a_denial_writes_nothing() -> None:
    """Where a Deny is to be taken out, the command only shows it: what else it is for is not known."""
    [found] = diagnosed(trust(), trust(Effect="Deny", Sid="No"))

    assert found.commands == ("aws iam get-role {place}",)
    assert "statement No" in found.evidence[0].shows
