"""What a key's state and policy mean for those who need it."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.tools.diagnosis.key_policies import CALL, CONTEXT, GROUP, KEY, MACHINE, diagnosed, using
from vended_logs_tools.account.calls import Absent
from vended_logs_tools.account.keys import Key
from vended_logs_tools.diagnosis.finding import Weight
from vended_logs_tools.diagnosis.key import diagnose_absent, diagnose_state

LOGS: Final = "arn:aws:logs:eu-west-1:123456789012"


def without(statement: dict[str, Any], name: str, **more: Any) -> dict[str, Any]:
    """Return a statement with other elements in the place of one."""
    return {**{key: value for key, value in statement.items() if key != name}, **more}


def under(operator: str, key: str, value: str) -> dict[str, Any]:
    """Return a statement for CloudWatch Logs under a condition."""
    return using(Condition={operator: {key: value}})


@pytest.mark.parametrize(
    "statement",
    [
        using(),
        using(Resource=KEY),
        under("ArnEquals", CONTEXT, f"{LOGS}:log-group:/aws/vendedlogs/states/billing"),
        under("ArnLike", CONTEXT, f"{LOGS}:*"),
        under("ArnLike", CONTEXT, "arn:aws:logs:*:123456789012:log-group:/aws/vendedlogs/*"),
        under("StringLike", CONTEXT, f"{LOGS}:log-group:/aws/vendedlogs/*"),
        under("StringEquals", "aws:SourceAccount", "123456789012"),
        without(using(), "Action", NotAction="kms:ScheduleKeyDeletion"),
    ],
)
def test_logs_may_use_it(statement: dict[str, Any]) -> None:
    """A policy that lets CloudWatch Logs use the key for this log group, as AWS's guide has it, is no finding."""
    assert diagnosed(GROUP, statement) == []


@pytest.mark.parametrize(
    "statements",
    [
        [],
        [using("logs.us-east-1.amazonaws.com")],
        [using("delivery.logs.amazonaws.com")],
        [using(Resource=KEY.replace("1111", "9999"))],
        [under("ArnEquals", CONTEXT, f"{LOGS}:log-group:/aws/vendedlogs/states/other")],
        [under("ArnLike", CONTEXT, "arn:aws:logs:eu-west-1:999999999999:*")],
        [under("StringEquals", "aws:SourceAccount", "999999999999")],
        [using(), using(Effect="Deny", action="kms:GenerateDataKey*")],
        [without(using(), "Action", NotAction="kms:Decrypt")],
    ],
    ids=["nobody", "region", "service", "key", "log group", "account", "source account", "denied", "all but one"],
)
def test_logs_may_not_use_it(statements: list[dict[str, Any]]) -> None:
    """A policy that surely keeps CloudWatch Logs from the log group is a fault."""
    [found] = diagnosed(GROUP, *statements)

    assert (found.cause, found.weight) == ("kms-key", Weight.FAULT)


@pytest.mark.parametrize(
    "statements",
    [
        [using("logs.amazonaws.com")],
        [{**using(), "Principal": "*"}],
        [{**using(), "Principal": {"AWS": "*"}}],
        [under("StringEquals", "kms:CallerAccount", "123456789012")],
        [using(), {**using(Effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}}), "Principal": "*"}],
        [using(), without(using(Effect="Deny"), "Principal", NotPrincipal={"AWS": "123456789012"})],
    ],
    ids=[
        "name without a region",
        "everybody",
        "every account",
        "unknown key",
        "denied under a condition",
        "others denied",
    ],
)
def test_logs_may_perhaps_use_it(statements: list[dict[str, Any]]) -> None:
    """What hangs on more than is known is a note, no fault."""
    [found] = diagnosed(GROUP, *statements)

    assert found.weight == Weight.NOTE


def test_everybody_else_is_denied() -> None:
    """A Deny for all but CloudWatch Logs takes nothing from it."""
    others = {"Service": "logs.eu-west-1.amazonaws.com"}

    assert diagnosed(GROUP, using(), without(using(Effect="Deny"), "Principal", NotPrincipal=others)) == []


@pytest.mark.parametrize("action", ["kms:Decrypt", "kms:Decrypt*"])
@pytest.mark.parametrize(
    "condition",
    [
        {},
        {"Condition": {"StringEquals": {"kms:EncryptionContext:SourceArn": f"{LOGS}:*"}}},
        {"Condition": {"StringLike": {"kms:EncryptionContext:SourceArn": f"{LOGS}:*"}}},
        {
            "Condition": {
                "StringEquals": {"aws:SourceAccount": "123456789012"},
                "ArnLike": {"aws:SourceArn": f"{LOGS}:*"},
            }
        },
    ],
)
def test_log_delivery_may_decrypt(action: str, condition: dict[str, Any]) -> None:
    """A policy with which log delivery may decrypt, as AWS's guides and the CDK write it, is no finding."""
    assert diagnosed(MACHINE, using("delivery.logs.amazonaws.com", action, **condition)) == []


def test_log_delivery_may_not_decrypt() -> None:
    """A state machine's key that is for CloudWatch Logs alone keeps log delivery out."""
    [found] = diagnosed(MACHINE, using())

    assert found.weight == Weight.FAULT
    assert "delivery.logs.amazonaws.com" in found.message


@pytest.mark.parametrize("state", ["Enabled", "Creating", "Updating"])
def test_usable(state: str) -> None:
    """A key that can be used, or soon can, is no finding."""
    assert diagnose_state(Key(KEY, state, CALL), GROUP, "billing") == []


@pytest.mark.parametrize(
    "state", ["Disabled", "PendingDeletion", "PendingReplicaDeletion", "PendingImport", "Unavailable"]
)
def test_unusable(state: str) -> None:
    """A key in any state in which it cannot be used is a fault, with the state as its evidence."""
    [found] = diagnose_state(Key(KEY, state, CALL), GROUP, "billing")

    assert found.weight == Weight.FAULT
    assert state in found.evidence[0].shows


def test_absent() -> None:
    """For a key that is gone the cure does without it, where that can be: a state machine's is part of it."""
    absent = Absent(CALL, "says that there is no such thing")

    assert "disassociate-kms-key" in diagnose_absent(absent, KEY, GROUP, "billing").commands[0]
    assert diagnose_absent(absent, KEY, MACHINE, "billing").commands == ()
