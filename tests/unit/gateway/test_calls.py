"""The calls, page by page, and what their errors become."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from tests.unit.gateway.sending import EMPTY, always
from vended_logs.errors import AwsRefused, NotApplied, PolicyTooLarge, TryAgain, UnreadableDocument, VendedLogsError
from vended_logs.gateway import Gateway, LogGroupPage


@pytest.fixture
def stub() -> Iterator[tuple[Gateway, Stubber]]:
    """A gateway whose client answers what is scripted."""
    client = boto3.client("logs", region_name="us-west-2")
    with Stubber(client) as stubber:
        yield Gateway("us-west-2", client), stubber


def test_all_pages_are_read(stub: tuple[Gateway, Stubber]) -> None:
    """A policy on the second page counts; the time is that of the first answer."""
    gateway, stubber = stub
    date = {"HTTPHeaders": {"date": "Sat, 21 Nov 2026 23:00:01 GMT"}}
    first = {"policyName": "a", "policyDocument": '{"Statement":[]}', "lastUpdatedTime": 1}
    stubber.add_response(
        "describe_resource_policies", {"resourcePolicies": [first], "nextToken": "2", "ResponseMetadata": date}, {}
    )
    stubber.add_response(
        "describe_resource_policies", {"resourcePolicies": [{**first, "policyName": "b"}]}, {"nextToken": "2"}
    )

    reading = gateway.read()

    assert [(policy.name, policy.last_updated, policy.size) for policy in reading.policies] == [
        ("a", 1, 16),
        ("b", 1, 16),
    ]
    assert reading.server_time == 1_795_302_001_000


def test_a_page_that_names_itself_again_ends(stub: tuple[Gateway, Stubber]) -> None:
    """A token that never ends is not followed for ever, and nothing is concluded from half a list."""
    gateway, stubber = stub
    for _ in range(2):
        stubber.add_response("describe_resource_policies", {"resourcePolicies": [], "nextToken": "same"})

    with pytest.raises(TryAgain, match="same page twice"):
        gateway.read()


def test_an_unreadable_document_names_its_policy(stub: tuple[Gateway, Stubber]) -> None:
    """What is not JSON is a failure, not an empty policy."""
    gateway, stubber = stub
    stubber.add_response(
        "describe_resource_policies", {"resourcePolicies": [{"policyName": "odd", "policyDocument": "<xml/>"}]}
    )

    with pytest.raises(UnreadableDocument, match="'odd' cannot be read in full"):
        gateway.read()


@pytest.mark.parametrize(
    ("code", "message", "expected", "words"),
    [
        (
            "AccessDeniedException",
            "User: x is not authorized",
            AwsRefused,
            "not authorized to call logs:PutResourcePolicy",
        ),
        (
            "AccessDeniedException",
            "User: x is not authorized to perform: y because no identity-based policy allows the y action",
            AwsRefused,
            "role is not authorized to call logs:PutResourcePolicy: allow it in that role",
        ),
        (
            "AccessDeniedException",
            "User: x is not authorized to perform: y with an explicit deny in a service control policy",
            AwsRefused,
            "denied to the provider function by a service control policy: allow it there",
        ),
        (
            "AccessDeniedException",
            "User: x is not authorized to perform: y because no permissions boundary allows the y action",
            AwsRefused,
            "denied to the provider function by a permissions boundary: allow it there",
        ),
        (
            "InvalidSignatureException",
            "The Canonical String should have been 'x-amz-security-token:IQoJ'",
            AwsRefused,
            "credentials are not valid (InvalidSignatureException): set the function's role anew",
        ),
        ("LimitExceededException", "Resource limit exceeded.", AwsRefused, "10 of 10 policies"),
        ("ThrottlingException", "Rate exceeded", NotApplied, "throttled"),
        ("OperationAbortedException", "A conflicting operation", NotApplied, "concurrent change"),
        ("ServiceUnavailableException", "", TryAgain, "unavailable"),
        (
            "InvalidParameterException",
            "Policy document length breaking Cloudwatch Logs Constraints, either < 1 or > 5120",
            PolicyTooLarge,
            "size",
        ),
        (
            "ValidationException",
            "Value at 'policyDocument' failed: Member must have length less than 51200",
            PolicyTooLarge,
            "size",
        ),
        ("InvalidParameterException", "Invalid principal in policy", AwsRefused, "Invalid principal in policy"),
        ("ValidationException", "Value at 'policyName' failed: length", AwsRefused, "policyName"),
        ("ExpiredTokenException", "The security token included in the request is expired", AwsRefused, "ExpiredToken"),
    ],
)
def test_errors_of_aws_are_ours(
    stub: tuple[Gateway, Stubber], code: str, message: str, expected: type[VendedLogsError], words: str
) -> None:
    """Each code becomes one kind of failure, in a sentence that ends with its cure."""
    gateway, stubber = stub
    stubber.add_client_error("put_resource_policy", code, message)

    with pytest.raises(expected) as caught:
        gateway.put(EMPTY, always)

    sentence = str(caught.value)
    assert type(caught.value) is expected
    assert words in sentence
    assert ": " in sentence
    assert sentence.endswith(".")
    assert len(sentence) <= 240


def test_a_policy_that_is_gone_is_deleted(stub: tuple[Gateway, Stubber]) -> None:
    """Deleting what is not there is success; other refusals are not."""
    gateway, stubber = stub
    stubber.add_client_error("delete_resource_policy", "ResourceNotFoundException")
    stubber.add_client_error("delete_resource_policy", "AccessDeniedException")

    gateway.delete("gone", always)
    with pytest.raises(AwsRefused, match="logs:DeleteResourcePolicy"):
        gateway.delete("kept", always)


def test_log_groups_come_page_by_page(stub: tuple[Gateway, Stubber]) -> None:
    """Each page is a call of its own, so that a throttled one costs one page."""
    gateway, stubber = stub
    pages: list[dict[str, Any]] = [
        {"logGroups": [{"logGroupName": "app-1-logs-old"}], "nextToken": "2"},
        {"logGroups": [{"logGroupName": "app-2-logs"}]},
    ]
    stubber.add_response("describe_log_groups", pages[0], {"logGroupNamePrefix": "app-"})
    stubber.add_response("describe_log_groups", pages[1], {"logGroupNamePrefix": "app-", "nextToken": "2"})

    assert gateway.log_groups("app-") == LogGroupPage(("app-1-logs-old",), "2")
    assert gateway.log_groups("app-", "2") == LogGroupPage(("app-2-logs",), None)
