"""The judge itself: what IAM's own documentation says about single statements."""

import json
from typing import Any

import pytest

from .evaluator import Call, Pairs, allows

LOGS = "Service:delivery.logs.amazonaws.com"
ARN = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/x:log-stream:y"
ACCOUNT = (("aws:SourceAccount", "123456789012"),)
SOURCE = (("aws:SourceArn", "arn:aws:logs:eu-west-1:123456789012:vpc/x:y"),)


def _statement(**changes: Any) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": "logs:PutLogEvents",
        "Resource": "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/*",
    } | changes
    return {key: value for key, value in statement.items() if value is not None}


def _allowed(
    *statements: dict[str, Any], context: Pairs = (), principal: str = LOGS, version: str = "2012-10-17"
) -> bool:
    text = json.dumps({"Version": version, "Statement": statements[0] if len(statements) == 1 else statements})
    return allows([text], Call(principal, "logs:PutLogEvents", ARN, context))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"Principal": "*"}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"Service": ["es.amazonaws.com", "delivery.logs.amazonaws.com"]}}, True),
        ({"Principal": {"Service": "es.amazonaws.com"}}, False),
        ({"Principal": None, "NotPrincipal": {"Service": "es.amazonaws.com"}}, True),
        ({"Principal": None, "NotPrincipal": {"Service": "delivery.logs.amazonaws.com"}}, False),
        ({"Action": "LOGS:put*"}, True),
        ({"Action": ["logs:CreateLogStream"]}, False),
        ({"Action": None, "NotAction": "logs:CreateLogStream"}, True),
        ({"Action": None, "NotAction": "logs:putlogevents"}, False),
        ({"Resource": "*"}, True),
        ({"Resource": "arn:aws:logs:*:*:log-group:/aws/?:*"}, True),
        ({"Resource": "arn:aws:logs:*:log-group:/aws/x:log-stream:y"}, False),
        ({"Resource": "arn:aws:logs"}, True),
        ({"Resource": ARN.upper()}, False),
        ({"Resource": None}, True),
        ({"Resource": None, "NotResource": "arn:aws:logs:*:*:log-group:/b*"}, True),
        ({"Resource": None, "NotResource": ["arn:aws:logs:*:*:*"]}, False),
    ],
)
def test_elements(changes: dict[str, Any], expected: bool) -> None:  # noqa: FBT001 - a table's column
    """Each element of a statement narrows or widens it as documented."""
    assert _allowed(_statement(**changes)) is expected


@pytest.mark.parametrize(
    ("condition", "missing", "own", "other"),
    [
        ({"StringEquals": {"aws:sourceaccount": "123456789012"}}, False, True, False),
        ({"StringEquals": {"aws:SourceAccount": "1*"}}, False, False, False),
        ({"StringLike": {"aws:SourceAccount": ["9", "1*"]}}, False, True, False),
        ({"StringNotEquals": {"aws:SourceAccount": "123456789012"}}, True, False, True),
        ({"StringNotLike": {"aws:SourceAccount": "1*"}}, True, False, True),
        ({"StringEqualsIfExists": {"aws:SourceAccount": "123456789012"}}, True, True, False),
        ({"StringNotEqualsIfExists": {"aws:SourceAccount": "123456789012"}}, True, False, True),
        ({"Null": {"aws:SourceAccount": "true"}}, True, False, False),
        ({"Null": {"aws:SourceAccount": False}}, False, True, True),
        ({"ForAllValues:StringEquals": {"aws:SourceAccount": "123456789012"}}, True, True, False),
        ({"ForAnyValue:StringEquals": {"aws:SourceAccount": "123456789012"}}, False, True, False),
        ({"StringEqualsIgnoreCase": {"aws:SourceAccount": "123456789012"}}, False, True, False),
        ({"StringEquals": {"aws:SourceAccount": "${aws:SourceAccount}"}}, False, True, True),
    ],
)
def test_conditions(condition: dict[str, Any], missing: bool, own: bool, other: bool) -> None:  # noqa: FBT001 - a table
    """Each operator answers for a key that is missing, is ours, or is another's."""
    statement = _statement(Condition=condition)
    foreign = (("AWS:SourceAccount", "999999999999"),)
    assert [_allowed(statement, context=context) for context in ((), ACCOUNT, foreign)] == [missing, own, other]


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("ArnLike", "arn:aws:logs:eu-west-1:123456789012:*", True),
        ("ArnEquals", "arn:aws:logs:*:*:vpc/?:*", True),
        ("ArnLike", "arn:aws:logs:*:vpc/x:y", False),
        ("StringLike", "arn:aws:logs:*:vpc/x:y", True),
        ("ArnNotLike", "arn:aws:logs:us-*:123456789012:*", True),
        ("ArnNotEquals", "arn:aws:logs:eu-west-1:123456789012:*", False),
    ],
)
def test_arn_conditions(operator: str, value: str, expected: bool) -> None:  # noqa: FBT001 - a table's column
    """ARN operators compare component by component, string operators do not."""
    assert _allowed(_statement(Condition={operator: {"aws:SourceArn": value}}), context=SOURCE) is expected


def test_every_clause_must_hold() -> None:
    """Two keys under one operator, and two operators, are all needed."""
    condition = {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": "arn:aws:logs:*:*:*"},
    }
    statement = _statement(Condition=condition)
    assert _allowed(statement, context=ACCOUNT + SOURCE)
    assert not _allowed(statement, context=ACCOUNT)


def test_deny_beats_allow_in_any_document() -> None:
    """A Deny that applies takes the call away, and one for another service does not."""
    deny = {"Effect": "Deny"}
    assert not _allowed(_statement(), _statement(**deny))
    assert _allowed(_statement(), _statement(**deny, Principal={"Service": "es.amazonaws.com"}))


def test_variables_need_the_newer_version() -> None:
    """`${...}` is filled in from the call under 2012-10-17 and is plain text before."""
    statement = _statement(Resource="arn:aws:logs:eu-west-1:${aws:SourceAccount}:log-group:/aws/*")
    assert _allowed(statement, context=ACCOUNT)
    assert not _allowed(statement)
    assert not _allowed(statement, context=ACCOUNT, version="2008-10-17")


def test_an_account_stands_for_everyone_in_it() -> None:
    """An account's number, or its root, covers the roles of that account only."""
    role = "AWS:arn:aws:iam::123456789012:role/x"
    for account in ("123456789012", "arn:aws:iam::123456789012:root"):
        assert _allowed(_statement(Principal={"AWS": account}), principal=role)
    assert not _allowed(_statement(Principal={"AWS": "999999999999"}), principal=role)
    assert not _allowed(_statement(Principal={"AWS": "123456789012"}))


def test_an_operator_it_does_not_know_is_no_silent_answer() -> None:
    """The judge refuses what it cannot judge."""
    with pytest.raises(LookupError, match="DateLessThan"):
        _allowed(_statement(Condition={"DateLessThan": {"aws:SourceAccount": "2020-01-01"}}), context=ACCOUNT)
