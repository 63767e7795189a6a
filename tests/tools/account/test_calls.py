"""Calls that fail, each in a way of its own: never a traceback, always the cure that fits."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from tests.tools.examining.answers import SCOPE, Answers, Refusal
from vended_logs_tools.account.calls import (
    Absent,
    Call,
    NotPermitted,
    NotTaken,
    Reader,
    Throttled,
    Unanswered,
    Unreachable,
    listed,
)

LIST = Call("logs", "DescribeLogGroups")


def refused(answer: Any) -> Unanswered:
    """Return what is raised for an answer."""
    with pytest.raises(Unanswered) as raised:
        Answers({"DescribeLogGroups": answer}).reader().ask(LIST)
    return raised.value


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (Refusal("AccessDeniedException", "User: arn is not authorized"), NotPermitted, "is not permitted"),
        (Refusal("ResourceNotFoundException", "No such log group."), Absent, "no such thing (No such log group)"),
        (Refusal("UnrecognizedClientException", "The token is abc"), NotTaken, "(UnrecognizedClientException)"),
        (Refusal("ThrottlingException", "Rate exceeded"), Throttled, "is throttled"),
        (Refusal("InvalidParameterException", "Bad."), Unanswered, "was refused (InvalidParameterException: Bad)"),
        (EndpointConnectionError(endpoint_url="https://logs"), Unreachable, "Could not connect"),
        (ConnectTimeoutError(endpoint_url="https://logs"), Unreachable, "timeout"),
        (ReadTimeoutError(endpoint_url="https://logs"), Unreachable, "timeout"),
        (ResponseParserError("no XML"), Unanswered, "could not be called (no XML)"),
        (ValueError("Invalid endpoint: nonsense"), Unanswered, "Invalid endpoint"),
    ],
)
def test_each_kind_of_failure_has_its_kind_of_error(answer: Any, kind: type[Unanswered], said: str) -> None:
    """Its reason follows the action's name, its cure is one for that kind."""
    error = refused(answer)

    assert type(error) is kind
    assert said in error.reason
    assert str(error).startswith("logs:DescribeLogGroups ")
    assert error.cure == kind.cure


def test_a_token_is_never_told() -> None:
    """AWS quotes the request where credentials are not valid."""
    assert "abc" not in str(refused(Refusal("UnrecognizedClientException", "The token is abc")))


def test_a_service_that_could_not_be_reached_is_not_asked_again() -> None:
    """Each try takes its time, and a region has many calls."""
    answers = Answers({"DescribeLogGroups": EndpointConnectionError(endpoint_url="https://logs"), "GetRole": {}})
    reader = answers.reader()
    for _ in range(3):
        with pytest.raises(Unreachable):
            reader.ask(LIST)
    reader.ask(Call("iam", "GetRole"), RoleName="x")

    assert [operation for operation, _ in answers.asked] == ["DescribeLogGroups", "GetRole"]
    assert len(reader.calls) == 2


def test_a_client_that_cannot_be_made_is_an_answer_too() -> None:
    """Whatever the settings of one service are."""

    class Clients(dict[str, Any]):
        def __missing__(self, service: str) -> Any:
            message = f"Invalid endpoint: nonsense for {service}"
            raise ValueError(message)

    reader = Reader(SCOPE, Clients())
    assert reader.knows(LIST)
    with pytest.raises(Unanswered, match="Invalid endpoint"):
        reader.ask(LIST)


def test_a_page_that_is_not_of_aws_is_no_empty_list() -> None:
    """A proxy's page has no list, and no id of a request."""
    with pytest.raises(Unanswered, match="something else"):
        listed(LIST, {"ResponseMetadata": {"HTTPHeaders": {}}}, "logGroups")
    assert listed(LIST, {"ResponseMetadata": {"HTTPHeaders": {"x-amzn-requestid": "1"}}}, "logGroups") == []


def test_a_list_that_goes_round_in_circles_ends() -> None:
    """The same place twice is no end of the list."""
    reader = Answers({"DescribeLogGroups": {"logGroups": [], "nextToken": "again"}}).reader()
    with pytest.raises(Unanswered, match="the same page twice"):
        list(reader.pages(LIST))


def test_what_this_boto3_knows() -> None:
    """Calls and arguments by the model of the service."""
    reader = Answers().reader()

    assert reader.knows(Call("logs", "DescribeResourcePolicies"), "policyScope")
    assert not reader.knows(Call("logs", "DescribeResourcePolicies"), "nonsense")
    assert not reader.knows(Call("logs", "DescribeNonsense"))
