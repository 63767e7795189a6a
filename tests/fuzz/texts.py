"""Policy texts: real ones, spoilt as structures and then as characters."""

from __future__ import annotations

import json
import random
from typing import Any

from tests.fuzz.values import TEXTS, expanded, hostile, spoilt, text
from tests.support.function import ACCOUNT, REGION
from tests.unit.policy.policies import ACTIONS

HOME = f"arn:aws:logs:{REGION}:{ACCOUNT}"
DELIVERY = "delivery.logs.amazonaws.com"
_CONDITION = {"StringEquals": {"aws:SourceAccount": [ACCOUNT]}, "ArnLike": {"aws:SourceArn": [f"{HOME}:*"]}}
_CONDITIONS: list[Any] = [
    {},
    {"Bool": {"aws:SecureTransport": True}, "NumericLessThan": {"s3:max-keys": 5}},
    {"StringNotEquals": {"aws:SourceAccount": ACCOUNT}},
    {"ForAnyValue:StringLike": {"aws:SourceOrgPaths": ["o-a/*", "o-b/*"]}},
    {"Null": {"aws:SourceAccount": "true"}},
    {"StringEquals": {"aws:SourceAccount": []}},
    {"StringEquals": {}},
    {"NumericLessThan": {"s3:max-keys": float("nan")}},
    {"StringEqualsIfExists": {"aws:sourceaccount": "9*"}, "StringEquals": {"AWS:SourceAccount": ACCOUNT, "k": "v"}},
]
_PRINCIPALS: list[Any] = [
    *(
        "*",
        {"AWS": "*"},
        {"AWS": ACCOUNT},
        {"Service": "es.amazonaws.com"},
        {"Service": [DELIVERY, "es.amazonaws.com"]},
    ),
    *({"Service": []}, {"AWS": [], "Service": DELIVERY}, {"Service": "*"}, {"CanonicalUser": "x"}, {"": ""}, {}),
]
_DAMAGE = [
    *('"', "{", "}", "[", "]", ",", ":", "\\", "\x00", "\ufeff", "\ud800", "\\ud800", "\\u0000", "NaN", "-Infinity"),
    *("null", "1e999", "9" * 400, "[" * 2000, '{"a":' * 2000, '"Effect":"Deny",', '"Sid":"x",', '"a":1,', "//", " "),
]


def readable(dice: random.Random) -> dict[str, Any]:
    """Return a document that can be read in full, as accounts hold them, with patterns of every kind."""
    found: dict[str, Any] = {"Version": dice.choice(["2012-10-17", "2008-10-17"])} if dice.random() < 0.9 else {}
    if dice.random() < 0.05:
        found["Id"] = text(dice).encode("utf-8", "replace").decode()
    listed = [_statement(dice, number) for number in range(dice.choice([0, 1, 1, 2, 3, 4]))]
    found["Statement"] = listed[0] if len(listed) == 1 and dice.random() < 0.3 else listed
    return found


def document(dice: random.Random) -> str:
    """Return a policy text, which may be anything."""
    if dice.random() < 0.02:
        return dice.choice([*TEXTS, "[" * 100_000, '{"Statement":' * 20_000, "x" * 100_000, json.dumps(TEXTS)])
    found: Any = readable(dice)
    if dice.random() < 0.1:
        crowd(dice, found)
    for _ in range(dice.choice([0, 0, 0, 1, 1, 1, 2, 3])):
        found = spoilt(dice, found)
    written = _written(dice, found)
    for _ in range(dice.choice([0, 0, 0, 0, 1, 1, 2, 5])):
        written = _damaged(dice, written)
    return written


def _statement(dice: random.Random, number: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if dice.random() < 0.8:
        found["Sid"] = dice.choice(
            [f"AWSLogDeliveryWrite{number or ''}", "VendedLogsPolicy", "VendedLogsPolicyR0123abcd", "", "\u00e9"]
        )
    found["Effect"] = dice.choice(["Allow"] * 9 + ["Deny"])
    found["Principal"] = {"Service": DELIVERY} if dice.random() < 0.7 else dice.choice(_PRINCIPALS)
    found["Action"] = ACTIONS if dice.random() < 0.8 else dice.choice(["logs:*", "*", "logs:putlogevents", []])
    found["Resource"] = [_resource(dice) for _ in range(dice.choice([0, 1, 1, 1, 2, 3, 8]))]
    if dice.random() < 0.7:
        found["Condition"] = _CONDITION if dice.random() < 0.7 else dice.choice(_CONDITIONS)
    if dice.random() < 0.1:
        name = dice.choice(["Principal", "Action", "Resource"])
        found[f"Not{name}"] = found.pop(name)
    return found


def _resource(dice: random.Random) -> str:
    kind = dice.randrange(8)
    if kind < 4:
        name = f"/aws/vendedlogs/states/Machine{dice.randrange(100):03}-Logs"
        return f"{HOME}:log-group:{name}{dice.choice([':log-stream:*', ':*', '*', ''])}"
    if kind == 4:
        return f"{HOME}:log-group:/aws/vendedlogs/*"
    if kind == 5:
        return f"{HOME}:log-group:{pattern(dice, 200)}"
    if kind == 6:
        return pattern(dice, 60)
    return dice.choice(["*", "arn:aws:logs:*:*:*", f"{HOME}:*", "arn:aws:s3:::bucket", f"{HOME}:log-group:${{aws:x}}"])


def pattern(dice: random.Random, length: int) -> str:
    """Return a pattern of up to that many characters: many stars, many question marks, or long plain runs."""
    kind = dice.randrange(6)
    size = dice.randrange(length + 1)
    if kind == 0:
        return "*" * size
    if kind == 1:
        return ("*" + dice.choice("a?") + dice.choice(["", "b", "?"])) * (size // 3)
    if kind == 2:
        return "a" * size + dice.choice(["*", "?", "", "*a", "?*"])
    letters = dice.choice(["a*", "ab*?", "a?", "*?", "abc:/*", "\u4e00\u00e9*"])
    return "".join(dice.choice(letters) for _ in range(size))


def crowd(dice: random.Random, found: dict[str, Any]) -> None:
    """Make a document long: many entries, or one long text."""
    statement = _statement(dice, 9)
    kind = dice.randrange(3)
    if kind == 0:
        statement["Resource"] = [f"{HOME}:log-group:/x/{number}*:*" for number in range(dice.choice([50, 300, 900]))]
    elif kind == 1:
        statement["Sid"] = "s" * dice.choice([5_000, 100_000])
    else:
        statement["Resource"] = [f"{dice.choice('*?a')}{number}" for number in range(dice.choice([50, 3000]))]
    listed = found["Statement"] if isinstance(found["Statement"], list) else [found["Statement"]]
    found["Statement"] = [*listed, statement]


def _written(dice: random.Random, found: Any) -> str:
    layout: Any = dice.choice([{"separators": (",", ":")}, {}, {"indent": 2}, {"indent": "\t"}])
    try:
        return json.dumps(expanded(found), ensure_ascii=dice.random() < 0.5, **layout)
    except (RecursionError, ValueError):  # json cannot write what is nested too deeply, nor numbers of that length
        return json.dumps(found, **layout)


def _damaged(dice: random.Random, written: str) -> str:
    start = dice.randrange(len(written) + 1)
    end = min(len(written), start + dice.choice([0, 0, 1, 1, 2, 10, 200]))
    how = dice.randrange(5)
    if how == 0:
        return written[:start] + written[end:]
    if how == 1:
        return written[:end] + written[start:]
    if how == 2:
        return written[:start] + json.dumps(text(dice)) + written[end:]
    if how == 3:
        return written[:start] + str(hostile(dice))[:40] + written[end:]
    return written[:start] + dice.choice(_DAMAGE) + written[end:]
