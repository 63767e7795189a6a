"""A key of KMS with each fault that the doctor knows, made by real calls to KMS: it is named, alone."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError

from tests.e2e.local_cloud import ACCOUNT, REGION, LocalCloud
from vended_logs.policy.grant import Scope
from vended_logs_tools.account.calls import Reader, Unread
from vended_logs_tools.diagnosis.finding import Diagnosis, Weight
from vended_logs_tools.examining.keys import examine_key, examine_machine_key

SCOPE: Final = Scope("aws", REGION, ACCOUNT)
GROUP: Final = "/aws/vendedlogs/states/billing"
LOGS: Final = f"arn:aws:logs:{REGION}:{ACCOUNT}"
USING: Final = ("kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*")
FOR_GROUP: Final = {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": f"{LOGS}:log-group:{GROUP}"}}
FOR_ACCOUNT: Final = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"{LOGS}:*"}}
FOR_OTHERS: Final = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"{LOGS}:log-group:/aws/lambda/*"}}
OWNER: Final = {
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    "Action": "kms:*",
    "Resource": "*",
}

Examination = Callable[[str], tuple[list[Diagnosis], list[Unread]]]


def use(*actions: str, service: str = f"logs.{REGION}.amazonaws.com", **more: Any) -> dict[str, Any]:
    """Return a statement for a service."""
    return {"Effect": "Allow", "Principal": {"Service": service}, "Action": [*actions], "Resource": "*", **more}


class Kms:
    """KMS of the account, as its administrator uses it."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.client = cloud.client("kms")
        self._reader = Reader(SCOPE, {"kms": self.client})

    def key(self, *statements: dict[str, Any]) -> str:
        """Make a key that its owner may use, and these, and return its ARN."""
        policy = json.dumps({"Version": "2012-10-17", "Statement": [OWNER, *statements]})
        arn: str = self.client.create_key(Policy=policy)["KeyMetadata"]["Arn"]
        return arn

    def of_group(self, key: str) -> tuple[list[Diagnosis], list[Unread]]:
        """Examine the key of the log group."""
        return examine_key(self._reader, key, GROUP, SCOPE, "billing")

    def of_machine(self, key: str) -> tuple[list[Diagnosis], list[Unread]]:
        """Examine the key of a state machine that logs."""
        return examine_machine_key(self._reader, key, SCOPE, "billing")


@pytest.fixture
def kms(cloud: LocalCloud) -> Kms:
    """KMS of an empty account."""
    return Kms(cloud)


@pytest.mark.parametrize("condition", [{}, {"Condition": FOR_GROUP}, {"Condition": FOR_ACCOUNT}])
def test_healthy(kms: Kms, condition: dict[str, Any]) -> None:
    """A key that CloudWatch Logs may use, for all log groups or for this one, is no fault."""
    assert kms.of_group(kms.key(use(*USING, **condition))) == ([], [])


def test_healthy_of_a_machine(kms: Kms) -> None:
    """A state machine's key with which log delivery may decrypt is no fault, named by its id or by an alias."""
    key = kms.key(use("kms:Decrypt*", service="delivery.logs.amazonaws.com"))
    kms.client.create_alias(AliasName="alias/billing", TargetKeyId=key)

    assert kms.of_machine(key) == kms.of_machine(key.rpartition("/")[2]) == kms.of_machine("alias/billing") == ([], [])


def test_disabled(kms: Kms) -> None:
    """A key that is disabled is named, and the cure enables it."""
    key = kms.key(use(*USING))
    kms.client.disable_key(KeyId=key)
    [found], unread = kms.of_group(key)

    assert (found.cause, found.weight, unread) == ("kms-key", Weight.FAULT, [])
    assert "is disabled" in found.message
    assert found.commands == (f"aws kms enable-key --key-id {key} {{place}}",)


def test_about_to_be_deleted(kms: Kms) -> None:
    """A key that is about to be deleted is named, and the cure keeps it."""
    key = kms.key(use(*USING))
    kms.client.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    [found], _ = kms.of_group(key)

    assert (found.cause, found.weight) == ("kms-key", Weight.FAULT)
    assert "about to be deleted" in found.message
    assert "cancel-key-deletion" in found.commands[0]


def test_absent(kms: Kms) -> None:
    """A key that does not exist is named."""
    [found], _ = kms.of_group(f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555")

    assert (found.cause, found.weight) == ("kms-key", Weight.FAULT)
    assert "does not exist" in found.message


@pytest.mark.parametrize(
    "statements",
    [
        [],
        [use(*USING, service="logs.eu-west-1.amazonaws.com")],
        [use(*USING, Condition=FOR_OTHERS)],
        [use("kms:Decrypt")],
        [use(*USING), {**use("kms:Decrypt"), "Effect": "Deny"}],
    ],
    ids=["owner alone", "another region", "other log groups", "no data keys", "denied"],
)
def test_policy_keeps_logs_out(kms: Kms, statements: list[dict[str, Any]]) -> None:
    """A key policy that keeps CloudWatch Logs from the log group is named."""
    [found], unread = kms.of_group(kms.key(*statements))

    assert (found.cause, found.weight, unread) == ("kms-key", Weight.FAULT, [])
    assert f"logs.{REGION}.amazonaws.com" in found.message
    assert found.evidence[0].call.operation == "GetKeyPolicy"


def test_policy_without_what_the_guide_asks_for(kms: Kms) -> None:
    """A key policy with all that is needed but not all that AWS's guide asks for is warned of."""
    [found], _ = kms.of_group(kms.key(use("kms:GenerateDataKey*", "kms:Decrypt*")))

    assert found.weight == Weight.WARNING


def test_policy_under_a_condition(kms: Kms) -> None:
    """A key policy whose condition is about what is not known here is a note, no fault."""
    condition = {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}
    [found], _ = kms.of_group(kms.key(use(*USING, Condition=condition)))

    assert found.weight == Weight.NOTE


def test_machine_key_keeps_log_delivery_out(kms: Kms) -> None:
    """A state machine's key with which log delivery may not decrypt is named, though CloudWatch Logs may use it."""
    [found], _ = kms.of_machine(kms.key(use(*USING)))

    assert (found.cause, found.weight) == ("kms-key", Weight.FAULT)
    assert "delivery.logs.amazonaws.com" in found.message


@pytest.mark.parametrize("examine", [Kms.of_group, Kms.of_machine], ids=["log group", "machine"])
def test_cure(kms: Kms, examine: Callable[[Kms, str], tuple[list[Diagnosis], list[Unread]]]) -> None:
    """The cure's one command keeps the key's policy and makes the key healthy."""
    key = kms.key()
    [found], _ = examine(kms, key)
    [command] = found.commands
    words = shlex.split(command)
    policy = words[words.index("--policy") + 1]
    kms.client.put_key_policy(KeyId=words[words.index("--key-id") + 1], PolicyName="default", Policy=policy)

    assert json.loads(policy)["Statement"][0] == OWNER
    assert examine(kms, key) == ([], [])


def test_key_of_another_account(kms: Kms) -> None:
    """A key of another account that cannot be seen is no fault: that it could not be looked at is said."""
    found, unread = kms.of_group(f"arn:aws:kms:{REGION}:999999999999:key/11111111-2222-3333-4444-555555555555")

    assert found == []
    assert [one.call.operation for one in unread] == ["DescribeKey"]


def test_key_of_another_region(kms: Kms) -> None:
    """A key of another region is not asked for in this one."""
    found, unread = kms.of_machine(f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555")

    assert found == []
    assert "eu-west-1" in unread[0].reason


def test_policy_that_may_not_be_read(kms: Kms) -> None:
    """Where reading the policy is refused, its state is told all the same, and the refusal is said."""
    key = kms.key(use(*USING))
    kms.client.disable_key(KeyId=key)

    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "GetKeyPolicy")

    kms.client.meta.events.register("before-call.kms.GetKeyPolicy", refuse)
    try:
        [found], [unread] = kms.of_group(key)
    finally:
        kms.client.meta.events.unregister("before-call.kms.GetKeyPolicy", refuse)

    assert "is disabled" in found.message
    assert (unread.call.operation, unread.reason) == ("GetKeyPolicy", "is not permitted")
