"""The largest policies, made from a seed: the same on every machine."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.grant import ACTIONS, LOG_DELIVERY, Scope
from vended_logs.policy.limits import MAX_POLICIES, SIZE_LIMIT
from vended_logs.policy.request import DEFAULT_POLICY_NAME, Request

SCOPE = Scope("aws", "eu-west-1", "123456789012")
WHOLE = SIZE_LIMIT * MAX_POLICIES
"""Characters of all policies of an account at their limit."""
REQUESTS: Mapping[str, Request] = {
    "covers": Request(scope=SCOPE),
    "covers nothing": Request(scope=SCOPE, patterns=("/aws/states-of-mine/*",)),
    "nothing fits": Request(scope=SCOPE, patterns=("/aws/states-of-mine/*",), when_full="Fail"),
}
"""The default pattern, which many entries fall under; one that none does; and that one where nothing may help."""
_FOLDERS = ("/aws/vendedlogs/", "/aws/vendedlogs/states/", "/aws/ecs/", "/aws/eks/prod/", "aws-waf-logs-")
_WORDS = ("orders", "bills", "payments", "search", "catalog", "shipping", "ledger", "audit", "events", "mail")
_SMALLEST, _LARGEST = 75, 110
"""Characters of an entry."""
_LISTED = 60
"""Entries of a statement."""

Maker = Callable[[random.Random], str]


def plain(dice: random.Random) -> str:
    """Return an entry as AWS appends it: one log group with the streams of it."""
    name = dice.choice(_FOLDERS)
    length = dice.randint(_SMALLEST, _LARGEST) - len(f"{SCOPE.log_groups}:*")
    while len(name) < length:
        name += f"{dice.choice(_WORDS)}-{dice.randrange(1 << 16):04x}-"
    return f"{SCOPE.log_groups}{name[:length]}:*"


def mixed(dice: random.Random) -> str:
    """Return an entry that is plain, ends in a star early, or has a question mark in it."""
    entry, kind = plain(dice), dice.random()
    if kind < 0.6:
        return entry
    at = dice.randint(len(SCOPE.log_groups) + 18, len(entry) - 3)
    return f"{entry[:at]}*" if kind < 0.85 else f"{entry[:at]}?{entry[at + 1 :]}"


def starred(dice: random.Random) -> str:
    """Return an entry of words with four or five stars around them: most of what it has others have too."""
    words = "*".join(dice.choice(_WORDS) for _ in range(dice.randint(3, 4)))
    return f"{SCOPE.log_groups}{dice.choice(_FOLDERS[:2])}*{words}*:*"


def _statements(make: Maker, dice: random.Random) -> Iterator[dict[str, Any]]:
    """Yield statements as AWS writes them, every second one without a condition, as its older ones are."""
    conditions = {
        "StringEquals": {"aws:SourceAccount": SCOPE.account},
        "ArnLike": {"aws:SourceArn": f"arn:aws:logs:{SCOPE.region}:{SCOPE.account}:*"},
    }
    entries = different(make, dice)
    for number in itertools.count(1):
        found = {
            "Sid": f"AWSLogDeliveryWrite{number}",
            "Effect": "Allow",
            "Principal": {"Service": LOG_DELIVERY},
            "Action": list(ACTIONS),
            "Resource": list(itertools.islice(entries, _LISTED)),
        }
        yield found | ({"Condition": conditions} if number % 2 else {})


def different(make: Maker, dice: random.Random) -> Iterator[str]:
    """Yield entries without end, none of them twice."""
    seen: set[str] = set()
    while True:
        entry = make(dice)
        if entry not in seen:
            seen.add(entry)
            yield entry


def document(make: Maker, size: int, seed: int = 7) -> str:
    """Return a document of exactly so many characters: what no entry fits into is filled by a longer Sid."""
    listed: list[dict[str, Any]] = []
    for statement in _statements(make, random.Random(seed)):  # noqa: S311 - the same on every run is what is wanted
        listed.append(statement)
        while len(_text(listed)) > size and statement["Resource"]:
            statement["Resource"].pop()
        if len(statement["Resource"]) < _LISTED:
            break
    listed = [one for one in listed if one["Resource"]]
    listed[0]["Sid"] += "x" * (size - len(_text(listed)))
    return _text(listed)


def _text(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))


def one(make: Maker) -> tuple[ResourcePolicy, ...]:
    """Return one policy ten times as large as any may be."""
    return (ResourcePolicy.parse(DEFAULT_POLICY_NAME, document(make, WHOLE)),)


def ten(make: Maker) -> tuple[ResourcePolicy, ...]:
    """Return ten policies, each at its limit: an account in which nothing is left."""
    names = [DEFAULT_POLICY_NAME, *(f"other-{number}" for number in range(1, MAX_POLICIES))]
    return tuple(ResourcePolicy.parse(name, document(make, SIZE_LIMIT, seed)) for seed, name in enumerate(names))
