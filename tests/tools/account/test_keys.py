"""The key as it is read, over answers in the shapes of KMS's own API model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import pytest
from botocore.stub import Stubber

from tests.tools.account.stubbed import stubbed
from vended_logs.policy.grant import Scope
from vended_logs_tools.account.calls import Reader, Unread
from vended_logs_tools.account.keys import is_alias
from vended_logs_tools.diagnosis.finding import Diagnosis
from vended_logs_tools.examining.keys import examine_machine_key

SCOPE: Final = Scope("aws", "eu-west-1", "123456789012")
ID: Final = "11111111-2222-3333-4444-555555555555"
KEY: Final = f"arn:aws:kms:eu-west-1:123456789012:key/{ID}"
THEIRS: Final = f"arn:aws:kms:eu-west-1:999999999999:key/{ID}"
POLICY: Final = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": "kms:Decrypt",
        "Resource": "*",
    },
}


@pytest.fixture
def kms() -> Iterator[Stubber]:
    """KMS, answering what a test tells it to."""
    with stubbed("kms", "eu-west-1") as stubber:
        yield stubber


def examined(kms: Stubber, key: str) -> tuple[list[Diagnosis], list[Unread]]:
    """Return what is found of a state machine's key, once every answer was asked for."""
    found = examine_machine_key(Reader(SCOPE, {"kms": kms.client}), key, SCOPE, "billing")
    kms.assert_no_pending_responses()
    return found


def describe(kms: Stubber, name: str, arn: str = KEY, state: str = "Enabled") -> None:
    """Answer DescribeKey."""
    kms.add_response("describe_key", {"KeyMetadata": {"KeyId": ID, "Arn": arn, "KeyState": state}}, {"KeyId": name})


def policy(kms: Stubber, text: str) -> None:
    """Answer GetKeyPolicy of the key by its ARN."""
    kms.add_response("get_key_policy", {"Policy": text}, {"KeyId": KEY, "PolicyName": "default"})


@pytest.mark.parametrize("name", [KEY, ID, "alias/billing", "arn:aws:kms:eu-west-1:123456789012:alias/billing"])
def test_policy_is_asked_by_the_arn(kms: Stubber, name: str) -> None:
    """However the key is named, its policy is asked for by its ARN: that call takes no alias."""
    describe(kms, name)
    policy(kms, json.dumps(POLICY))

    assert examined(kms, name) == ([], [])


def test_description_refused(kms: Stubber) -> None:
    """Where the description is refused the policy is judged all the same, and the refusal is said."""
    kms.add_client_error("describe_key", "AccessDeniedException", http_status_code=400)
    policy(kms, json.dumps({**POLICY, "Statement": []}))
    [found], [unread] = examined(kms, KEY)

    assert found.cause == "kms-key"
    assert (unread.call.operation, unread.reason) == ("DescribeKey", "is not permitted")


def test_description_refused_of_an_alias(kms: Stubber) -> None:
    """Without a description nothing but the alias is known, by which the policy cannot be asked for."""
    kms.add_client_error("describe_key", "AccessDeniedException", http_status_code=400)
    found, unread = examined(kms, "alias/billing")

    assert found == []
    assert [one.call.operation for one in unread] == ["DescribeKey", "GetKeyPolicy"]


def test_policy_of_another_account(kms: Stubber) -> None:
    """The policy of a key of another account cannot be asked for; its state can."""
    describe(kms, THEIRS, THEIRS, "Disabled")
    [found], [unread] = examined(kms, THEIRS)

    assert "is disabled" in found.message
    assert "999999999999" in unread.reason


def test_policy_that_cannot_be_read_in_full(kms: Stubber) -> None:
    """A policy that cannot be read in full is said, not judged."""
    describe(kms, KEY)
    policy(kms, '{"Statement": [{"Effect": "Perhaps"}]}')
    found, [unread] = examined(kms, KEY)

    assert found == []
    assert "cannot be read in full" in unread.reason


def test_alias() -> None:
    """An alias is told from a key, by itself and in an ARN."""
    assert is_alias("alias/billing")
    assert is_alias("arn:aws:kms:eu-west-1:123456789012:alias/billing")
    assert not is_alias(KEY)
    assert not is_alias(ID)
