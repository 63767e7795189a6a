"""What a role's trust policy says to Step Functions."""

from __future__ import annotations

import json
import shlex
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


def put(found: Diagnosis) -> list[dict[str, Any]]:
    """Return the statements that the one command of a cure puts."""
    [command] = found.commands
    words = shlex.split(command)
    assert words[:3] == ["aws", "iam", "update-assume-role-policy"]
    whole: dict[str, Any] = json.loads(words[words.index("--policy-document") + 1])
    assert whole["Version"] == "2012-10-17"
    return list(whole["Statement"])


def test_cure_keeps_what_is_there() -> None:
    """The trust policy of the cure holds all statements that were there, and lets in this account's machines alone."""
    [found] = diagnosed(trust("lambda.amazonaws.com"))
    written = put(found)

    assert written == [trust("lambda.amazonaws.com"), trust(condition=OURS)]
    assert diagnosed(*written) == []


ELSEWHERE: Final = {"StringEquals": {"aws:SourceAccount": "999999999999"}}
THEIRS: Final = "arn:aws:states:eu-west-1:999999999999:stateMachine:billing"
OTHER: Final = "arn:aws:states:eu-west-1:123456789012:stateMachine:other"
REGION: Final = "arn:aws:states:us-east-1:123456789012:stateMachine:*"


@pytest.mark.parametrize(
    ("wrong", "shown", "right"),
    [
        (ELSEWHERE, "aws:SourceAccount 999999999999 (StringEquals)", OURS),
        ({"StringLike": {"AWS:sourceaccount": ["9*"]}}, "9*", {"StringLike": {"AWS:sourceaccount": "123456789012"}}),
        (source(THEIRS), f"aws:SourceArn {THEIRS} (ArnLike)", source(MACHINE)),
        (source(THEIRS, "StringEquals"), f"aws:SourceArn {THEIRS} (StringEquals)", source(MACHINE, "StringEquals")),
        ({**source(THEIRS), **ELSEWHERE}, THEIRS, source(MACHINE)),
    ],
    ids=["account", "another spelling", "ARN", "ARN as text", "both"],
)
def test_cure_of_another_account(wrong: dict[str, Any], shown: str, right: dict[str, Any]) -> None:
    """Another account in the condition is shown, and this one takes its place: no other statement, nothing else new."""
    [found] = diagnosed(trust("lambda.amazonaws.com"), trust(condition=wrong, Sid="Guard"))
    written = put(found)

    assert shown in found.evidence[0].shows
    assert "statement Guard" in found.evidence[0].shows
    assert written == [trust("lambda.amazonaws.com"), trust(condition=right, Sid="Guard")]
    assert diagnosed(*written) == []


def test_cure_of_a_condition_on_what_may_be_absent() -> None:
    """The operator stays as it is, and what is left of the finding is a note."""
    [found] = diagnosed(trust(condition={"StringEqualsIfExists": {"aws:SourceAccount": "999999999999"}}))
    written = put(found)

    assert written == [trust(condition={"StringEqualsIfExists": {"aws:SourceAccount": "123456789012"}})]
    assert [one.weight for one in diagnosed(*written)] == [Weight.NOTE]


@pytest.mark.parametrize("wrong", [OTHER, REGION], ids=["machine", "region"])
def test_cure_of_another_machine(wrong: str) -> None:
    """What the condition names of this account stays beside the right value: another state machine may go by it."""
    [found] = diagnosed(trust(condition=source(wrong)))
    written = put(found)

    assert f"aws:SourceArn {wrong} (ArnLike)" in found.evidence[0].shows
    assert written == [trust(condition={**OURS, "ArnLike": {"aws:SourceArn": [wrong, MACHINE]}})]
    assert diagnosed(*written) == []


def test_cure_of_a_statement_for_others_too() -> None:
    """A value that may be right for another service of the statement stays."""
    both = {"Service": ["events.amazonaws.com", "states.amazonaws.com"]}
    [found] = diagnosed({**trust(condition=source(THEIRS)), "Principal": both})

    assert put(found)[0]["Condition"]["ArnLike"] == {"aws:SourceArn": [THEIRS, MACHINE]}


def test_cure_where_the_machine_is_not_known() -> None:
    """Any state machine of the account and region is let in then, where the operator knows wildcards."""
    every = "arn:aws:states:eu-west-1:123456789012:stateMachine:*"
    [like] = diagnosed(trust(condition=source(THEIRS)), machine=None)
    [equal] = diagnosed(trust(condition=source(THEIRS, "StringEquals")), machine=None)

    assert put(like) == [trust(condition=source(every))]
    assert equal.commands == ("aws iam get-role {place}",)
    assert "by hand" in equal.cure


def test_cure_of_a_condition_that_no_value_mends() -> None:
    """A condition that keeps out this very account is shown, and left to people."""
    [found] = diagnosed(trust(condition={"StringNotEquals": {"aws:SourceAccount": "123456789012"}}))

    assert found.commands == ("aws iam get-role {place}",)
    assert "aws:SourceAccount 123456789012 (StringNotEquals)" in found.evidence[0].shows


def test_a_long_condition_is_shown_in_part() -> None:
    """Three values, and how many more there are."""
    accounts = [f"{number:012}" for number in range(5)]
    [found] = diagnosed(trust(condition={"StringEquals": {"aws:SourceAccount": accounts}}))

    assert "000000000000 or 000000000001 or 000000000002 or 2 more (StringEquals)" in found.evidence[0].shows
    assert put(found) == [trust(condition=OURS)]


@pytest.mark.parametrize("qualifier", ["", ":7"])
def test_a_version_is_asked_for_as_its_machine(qualifier: str) -> None:
    """A version runs in the name of its state machine, which the condition names."""
    assert diagnosed(trust(condition=source(MACHINE)), machine=f"{MACHINE}{qualifier}") == []


def test_cure_of_a_denial_writes_nothing() -> None:
    """Where a Deny is to be taken out, the command only shows it: what else it is for is not known."""
    [found] = diagnosed(trust(), trust(Effect="Deny", Sid="No"))

    assert found.commands == ("aws iam get-role {place}",)
    assert "statement No" in found.evidence[0].shows
