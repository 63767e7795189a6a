"""The targets that read texts and properties: a value or one of our refusals, and nothing lost on the way."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.fuzz.reader import normalised
from tests.fuzz.target import check_sentence
from tests.fuzz.texts import pattern
from tests.fuzz.values import expanded, hostile, spoilt, text
from tests.support.fake_logs import SCOPE
from vended_logs.errors import BadProperty, UnreadableDocument
from vended_logs.policy.document import PolicyDocument, ResourcePolicy
from vended_logs.policy.request import Request
from vended_logs.properties import parse

_CHOICES = {
    "SourceConditions": ("Account", "None"),
    "WhenFull": ("Widen", "Spill", "Fail"),
    "OnDelete": ("Retain", "RemoveWhenUnused"),
}
_TAKEN = {"PolicyName", "LogGroupPatterns", "Principals", "SettleSeconds", "Refresh", "ServiceToken", "ServiceTimeout"}
_PATTERN_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/.#-*?")
_LABEL_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


def check_document(given: str) -> bool:
    """A text is read, keeping all that it says, or refused; a second reader judges which."""
    expected, policy, refusal = normalised(given), None, ""
    try:
        policy = ResourcePolicy.parse("the-culprit", given)
    except UnreadableDocument as error:
        refusal = str(error)
    if policy is None:
        assert expected is None, f"refused without need: {refusal}"
        check_sentence(refusal)
        assert "'the-culprit'" in refusal
        return False
    assert expected is not None, "read, although not all of it has a known meaning"
    document, written = policy.document, policy.document.to_json()
    assert normalised(written) == expected, f"not what was read: {written[:300]}"
    assert PolicyDocument.parse(written) == document, "another document once written and read again"
    assert PolicyDocument.parse(written).to_json() == written
    assert policy.size == len(given.encode())
    return True


def properties(dice: random.Random) -> Any:
    """Return properties as a template gives them, spoilt or not."""
    found: dict[str, Any] = {"ServiceToken": "arn:aws:lambda:us-west-2:123456789012:function:provider"}
    given: dict[str, Callable[[], Any]] = {
        "PolicyName": lambda: dice.choice(["mine", "a/b", "x" * 255, "\u00e9\u4e00", text(dice)]),
        "LogGroupPatterns": lambda: _patterns(dice),
        "Principals": lambda: dice.choice(
            [
                "delivery.logs.amazonaws.com",
                ["es.amazonaws.com", "a.b.amazonaws.com.cn"],
                "x.amazonaws.com,",
                text(dice),
            ]
        ),
        **{name: partial(dice.choice, values) for name, values in _CHOICES.items()},
        "SettleSeconds": lambda: dice.choice(["0", "5", 60, " 7 ", "007", "4", "61", "1e1", True, 5.0]),
        "Refresh": lambda: text(dice),
    }
    for name, value in given.items():
        if dice.random() < 0.4:
            found[name] = value()
    for _ in range(dice.choice([0, 0, 0, 1, 1, 2])):
        spoiled = spoilt(dice, found)
        found = spoiled if isinstance(spoiled, dict) and not any(name.startswith("$") for name in spoiled) else found
    if dice.random() < 0.1:
        found[dice.choice([text(dice), "LogGroupPattern", "policyname", "Refresh "])] = hostile(dice)
    return found


def _patterns(dice: random.Random) -> Any:
    listed = [
        dice.choice(["/aws/", "", "my-logs", "aws"]) + pattern(dice, 60) for _ in range(dice.choice([1, 1, 2, 5]))
    ]
    if dice.random() < 0.05:
        listed = [f"/aws/{number}*" for number in range(dice.choice([99, 100, 101]))]
    return ",".join(listed) if dice.random() < 0.5 else listed


def check_properties(given: Any) -> bool:
    """Properties make a request of what they say, or are refused; the documented rules, written anew, judge which."""
    made, request, refusal = expanded(given), None, ""
    expected = _allowed(made)
    try:
        request = parse(made, SCOPE, "stack", "Logical")
    except BadProperty as error:
        refusal = str(error)
    if request is None:
        assert not expected, f"refused without need: {refusal}"
        check_sentence(refusal)
        return False
    assert expected, f"accepted against the rules: {request}"
    _check_request(request, made)
    return True


def _allowed(given: dict[str, Any]) -> bool:
    """Return whether the documentation allows the properties."""
    if set(given) - _TAKEN - set(_CHOICES) or not isinstance(given.get("Refresh", ""), str):
        return False
    chosen = all(
        isinstance(given.get(name, values[0]), str) and given.get(name, values[0]) in values
        for name, values in _CHOICES.items()
    )
    patterns, principals = _listed(given, "LogGroupPatterns"), _listed(given, "Principals")
    return (
        chosen
        and _is_name(given.get("PolicyName", "default"))
        and _is_settle(given.get("SettleSeconds", 5))
        and (patterns is None or (_is_list(patterns) and all(map(_is_pattern, patterns))))
        and (principals is None or (_is_list(principals) and all(map(_is_principal, principals))))
    )


def _listed(given: dict[str, Any], name: str) -> Any:
    """Return the values of a list property, None if it is absent, or whatever stands there if it is no list."""
    value = given.get(name) if name in given else None
    if name not in given:
        return None
    return value.split(",") if isinstance(value, str) else value if value is not None else False


def _is_list(values: Any) -> bool:
    return (
        isinstance(values, list)
        and all(isinstance(one, str) and one.strip() for one in values)
        and 0 < len({one.strip() for one in values}) <= 100
    )


def _is_name(value: Any) -> bool:
    return (
        isinstance(value, str)
        and 0 < len(value) <= 255
        and ":" not in value
        and "*" not in value
        and all(one == " " or unicodedata.category(one)[0] not in "CZ" for one in value)
        and all(part.strip() for part in value.split("/"))
    )


def _is_settle(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return False
    if isinstance(value, str):
        digits = value.strip()
        if not 0 < len(digits) <= 3 or not set(digits) <= set("0123456789"):
            return False
        value = int(digits)
    return value in (0, *range(5, 61))


def _is_pattern(value: str) -> bool:
    name = value.strip()
    wild = re.search("[*?]", name)
    return set(name) <= _PATTERN_LETTERS and 0 < len(name) <= 512 and (wild is None or wild.start() >= 4)


def _is_principal(value: str) -> bool:
    labels = value.strip().removesuffix(".cn").split(".")
    return (
        len(labels) > 2
        and labels[-2:] == ["amazonaws", "com"]
        and all(label and set(label) <= _LABEL_LETTERS for label in labels)
    )


def _check_request(request: Request, given: dict[str, Any]) -> None:
    """Hold what was made of the properties against what they say."""
    assert request.policy_name == given.get("PolicyName", "AWSLogDeliveryWrite20150319")
    for found, name, default in (
        (request.patterns, "LogGroupPatterns", "/aws/vendedlogs/*"),
        (request.principals, "Principals", "delivery.logs.amazonaws.com"),
    ):
        listed = _listed(given, name)
        assert found == tuple(dict.fromkeys(one.strip() for one in ([default] if listed is None else listed)))
    assert request.source_conditions is (given.get("SourceConditions", "Account") == "Account")
    assert request.when_full == given.get("WhenFull", "Widen")
    assert request.on_delete == given.get("OnDelete", "Retain")
    assert request.settle_seconds == int(given.get("SettleSeconds", 5))
    for grant in request.grants:
        assert len(grant.resources) == len(set(request.patterns))
        assert all(one.startswith("arn:aws:logs:us-west-2:123456789012:log-group:") for one in grant.resources)
