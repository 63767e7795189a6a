"""Who may ask, and what a Delete may take back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.function import FUNCTION_ARN, STACK_ID, event
from vended_logs.errors import NotAllowed
from vended_logs.event import removal_of, request_of, scope_of, settle_seconds_of
from vended_logs.identifiers import plain
from vended_logs.policy.grant import Scope
from vended_logs.policy.request import Owner

REVOCABLE = {"OnDelete": "RemoveWhenUnused"}


def delete(properties: dict[str, Any], **more: Any) -> Owner | None:
    """Return what a Delete takes back."""
    return removal_of(event("Delete", "https://x", properties, **more), FUNCTION_ARN, {})


def test_partition_region_and_account_come_from_the_function_s_arn() -> None:
    """No call to AWS is needed to know where the grant is to hold."""
    arn = "arn:aws-us-gov:lambda:us-gov-west-1:000000000001:function:f"

    request = request_of({"source": "guard", "ResourceProperties": {}}, arn, {})

    assert request.scope == Scope("aws-us-gov", "us-gov-west-1", "000000000001")
    assert request.grants[0].resources == (
        "arn:aws-us-gov:logs:us-gov-west-1:000000000001:log-group:/aws/vendedlogs/*",
    )


@pytest.mark.parametrize(
    "old_new", [("123456789012", "999999999999"), ("us-west-2", "eu-west-1"), ("arn:aws:", "arn:aws-cn:")]
)
def test_a_stack_elsewhere_is_refused(old_new: tuple[str, str]) -> None:
    """Another account, region or partition than the function's is not served, and its Delete takes nothing back."""
    elsewhere = STACK_ID.replace(*old_new)

    with pytest.raises(NotAllowed, match="own account and region"):
        request_of(event("Create", "https://x", StackId=elsewhere), FUNCTION_ARN, {})
    assert delete(REVOCABLE, StackId=elsewhere) is None


@pytest.mark.parametrize("arn", ["", "nonsense", "arn:aws:lambda", "arn:aws:s3:::bucket", "None"])
def test_what_is_no_arn_is_refused(arn: str) -> None:
    """A made-up event is refused in a sentence."""
    with pytest.raises(NotAllowed, match="not the ARN"):
        scope_of(arn)


def test_an_event_as_cloudformation_makes_it_is_left_as_it_is() -> None:
    """Only identifiers that CloudFormation cannot have made are left out; the longest that it makes stay."""
    made = event("Update", "https://x", {"LogGroupPatterns": [["anything"]]}, PhysicalResourceId="x" * 1024)
    longest = {**made, "LogicalResourceId": "L" * 255, "StackId": STACK_ID + "x" * 500}

    assert plain(longest) == longest
    assert plain({}) == {}


@pytest.mark.parametrize("value", [None, 7, ["Create"], "x" * 100, "\ud800"])
def test_a_strange_request_type_does_not_make_an_event_the_guard_s(value: object) -> None:
    """Without its RequestType nobody would be answered; it stays, as text."""
    kept = plain(event("Create", "https://x", RequestType=value))["RequestType"]

    assert isinstance(kept, str)
    assert kept.isprintable()
    assert kept not in ("Create", "Update", "Delete")


def test_the_guard_makes_no_grant_that_nobody_would_revoke() -> None:
    """An event without a resource cannot own a revocable grant."""
    with pytest.raises(NotAllowed, match="leave OnDelete out"):
        request_of({"source": "guard", "ResourceProperties": REVOCABLE}, FUNCTION_ARN, {})


def test_a_policy_outside_the_bounds_is_not_spilled_into() -> None:
    """Spill makes a policy of another name; where the provider may not write that, it is left out."""
    for allowed, may_spill in (("AWSLogDeliveryWrite20150319", False), ("AWS*", True)):
        asked = request_of(event("Create", "https://x"), FUNCTION_ARN, {"ALLOWED_POLICY_NAMES": allowed})
        assert asked.may_spill is may_spill


def test_a_delete_takes_back_only_what_it_surely_made() -> None:
    """Only RemoveWhenUnused, only under the id that the resource has, only where the provider may write."""
    name = "AWSLogDeliveryWrite20150319"

    assert delete(REVOCABLE) == Owner(name, STACK_ID, "VendedLogsPolicy")
    assert delete({}) is None
    assert delete({"OnDelete": "Retain"}) is None
    assert delete(REVOCABLE, PhysicalResourceId="vended-logs-policy-create-failed") is None
    assert delete({**REVOCABLE, "PolicyName": "renamed"}, PhysicalResourceId=name) is None
    assert delete({**REVOCABLE, "PolicyName": ["list"]}) is None
    bounded = {"ALLOWED_POLICY_NAMES": "mine*"}
    assert removal_of(event("Delete", "https://x", REVOCABLE), FUNCTION_ARN, bounded) is None


@pytest.mark.parametrize(
    ("given", "seconds"), [("0", 0), ("7", 7), (60, 60), ("1", 5), ("never", 5), (None, 5), ([], 5), ("x" * 9000, 5)]
)
def test_a_delete_settles_as_its_properties_say(given: object, seconds: int) -> None:
    """The properties of a Delete are not validated: for what is not allowed the default holds."""
    assert settle_seconds_of({"ResourceProperties": {"SettleSeconds": given}}) == seconds


@pytest.mark.parametrize("odd", [{}, {"ResourceProperties": None}, {"ResourceProperties": ["SettleSeconds"]}])
def test_a_delete_without_properties_settles_by_default(odd: dict[str, Any]) -> None:
    """An event that CloudFormation cannot have made is no reason to fail a Delete."""
    assert settle_seconds_of(odd) == 5
