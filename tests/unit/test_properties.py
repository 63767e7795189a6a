"""Properties as CloudFormation sends them, good and bad."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.fake_logs import SCOPE
from vended_logs.errors import BadProperty, NotAllowed
from vended_logs.policy.request import Request
from vended_logs.properties import KNOWN, Bounds, parse

BAD: list[tuple[str, Any, str]] = [
    ("PolicyName", "", "1 to 255 printable characters"),
    ("PolicyName", "x" * 256, "1 to 255 printable characters"),
    ("PolicyName", "a:b", "without ':', '*'"),
    ("PolicyName", "all*", "without ':', '*'"),
    ("PolicyName", "a//b", "empty parts"),
    ("PolicyName", "line\nbreak", "printable"),
    ("PolicyName", ["list"], "1 to 255 printable characters"),
    ("LogGroupPatterns", [], "1 to 100 values, none of them empty"),
    ("LogGroupPatterns", "", "1 to 100 values, none of them empty"),
    ("LogGroupPatterns", "/aws/a,,/aws/b", "none of them empty"),
    ("LogGroupPatterns", ["/aws/a", 7], "a list or comma-separated text"),
    ("LogGroupPatterns", {"a": "b"}, "a list or comma-separated text"),
    ("LogGroupPatterns", "*", "4 literal characters before its first wildcard"),
    ("LogGroupPatterns", "/aw*", "4 literal characters before its first wildcard"),
    ("LogGroupPatterns", "/aw?/vendedlogs", "4 literal characters before its first wildcard"),
    ("LogGroupPatterns", "/aws/vended logs", "log group names of up to 512"),
    ("LogGroupPatterns", "arn:aws:logs:eu-west-1:1:log-group:x", "log group names of up to 512"),
    ("LogGroupPatterns", "/aws/${aws:username}", "log group names of up to 512"),
    ("LogGroupPatterns", "/aws/" + "x" * 512, "log group names of up to 512"),
    ("LogGroupPatterns", [f"/aws/{number}" for number in range(101)], "1 to 100 values"),
    ("Principals", "*", "service principals such as delivery.logs.amazonaws.com"),
    ("Principals", "123456789012", "service principals such as"),
    ("Principals", "evil.example.com", "service principals such as"),
    ("Principals", [], "1 to 100 values"),
    ("SourceConditions", "account", "Account or None"),
    ("SourceConditions", ["None"], "Account or None"),
    ("WhenFull", "widen", "Widen, Spill or Fail"),
    ("OnDelete", "Delete", "Retain or RemoveWhenUnused"),
    ("SettleSeconds", "4", "0, or 5 to 60"),
    ("SettleSeconds", "61", "0, or 5 to 60"),
    ("SettleSeconds", "-5", "0, or 5 to 60"),
    ("SettleSeconds", "5.5", "0, or 5 to 60"),
    ("SettleSeconds", "\u0665", "0, or 5 to 60"),
    ("SettleSeconds", "", "0, or 5 to 60"),
    ("SettleSeconds", ["5"], "0, or 5 to 60"),
    ("SettleSeconds", [10**5000], "0, or 5 to 60"),
    ("SettleSeconds", True, "0, or 5 to 60"),
    ("WhenFull", [10**5000], "Widen, Spill or Fail"),
    ("WhenFull", "\U000e0001" * 40, "Widen, Spill or Fail"),
    ("Refresh", {"a": "b"}, "any text"),
]


def test_the_defaults_are_the_documented_ones() -> None:
    """Nothing but a ServiceToken asks for the broad vended-logs grant."""
    assert parse({"ServiceToken": "arn:x"}, SCOPE) == Request(scope=SCOPE)


def test_every_property_arrives() -> None:
    """Texts and lists become the request's fields; Refresh and CloudFormation's own are ignored."""
    given = {
        "ServiceToken": "arn:x",
        "ServiceTimeout": "60",
        "Refresh": "42",
        "PolicyName": "my/policy",
        "LogGroupPatterns": " /aws/vendedlogs/* , my-logs ",
        "Principals": ["es.amazonaws.com", "delivery.logs.amazonaws.com", "es.amazonaws.com"],
        "SourceConditions": "None",
        "WhenFull": "Spill",
        "OnDelete": "RemoveWhenUnused",
        "SettleSeconds": "60",
    }

    assert parse(given, SCOPE, "stack", "Logical") == Request(
        scope=SCOPE,
        policy_name="my/policy",
        patterns=("/aws/vendedlogs/*", "my-logs"),
        principals=("es.amazonaws.com", "delivery.logs.amazonaws.com"),
        source_conditions=False,
        when_full="Spill",
        on_delete="RemoveWhenUnused",
        settle_seconds=60,
        stack_id="stack",
        logical_id="Logical",
    )


@pytest.mark.parametrize("given", ["a", "ab", "aws", "/aws*", "log-group_1.2/#", "a" * 512])
def test_good_patterns_are_taken(given: str) -> None:
    """A short name without a wildcard is a name; a wildcard needs four characters before it."""
    assert parse({"LogGroupPatterns": given}, SCOPE).patterns == (given,)


@pytest.mark.parametrize(("name", "value", "allowed"), BAD)
def test_a_bad_value_is_refused_by_name(name: str, value: object, allowed: str) -> None:
    """The refusal names the property and what is allowed, in one sentence short enough for a stack event."""
    with pytest.raises(BadProperty) as caught:
        parse({name: value}, SCOPE)

    sentence = str(caught.value)
    assert sentence.startswith(f"{name} is ")
    assert allowed in sentence
    assert len(sentence) <= 240


def test_an_unknown_property_is_refused_with_the_known_ones() -> None:
    """A typing error does not become a default."""
    with pytest.raises(BadProperty) as caught:
        parse({"LogGroupPattern": "/aws/x"}, SCOPE)

    assert "LogGroupPattern is not a property of this resource (did you mean LogGroupPatterns?)" in str(caught.value)
    assert all(name in str(caught.value) for name in KNOWN)
    assert len(str(caught.value)) <= 240


@pytest.mark.parametrize("name", ["", "..", "\x1b[31m", "\ud800", "a: b", "x" * 500, "Refresh "])
def test_an_unknown_property_is_quoted_unless_it_is_a_word(name: str) -> None:
    """A name may be any text; the sentence that tells of it can be printed, and begins like one."""
    with pytest.raises(BadProperty) as caught:
        parse({name: "value"}, SCOPE)

    assert str(caught.value).startswith("'")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) <= 240


def test_the_provider_s_own_bounds_default_to_log_delivery_alone() -> None:
    """Whoever can invoke the function cannot have it open the account to another service."""
    bounds = Bounds.from_environment({})

    bounds.check(Request(scope=SCOPE, patterns=("anything",), policy_name="any"))
    with pytest.raises(NotAllowed, match="AllowedPrincipals"):
        bounds.check(Request(scope=SCOPE, principals=("es.amazonaws.com",)))


def test_a_pattern_wider_than_the_bounds_is_refused() -> None:
    """What is asked for must be covered by one of the allowed patterns."""
    bounds = Bounds.from_environment({"ALLOWED_LOG_GROUP_PATTERNS": "/aws/vendedlogs/*, team-?"})

    bounds.check(Request(scope=SCOPE, patterns=("/aws/vendedlogs/states/*", "team-a")))
    with pytest.raises(NotAllowed, match="AllowedLogGroupPatterns"):
        bounds.check(Request(scope=SCOPE, patterns=("/aws/vended*",)))
