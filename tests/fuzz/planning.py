"""The targets that compare patterns and plan: in bounded time, and nothing of anyone's gone."""

from __future__ import annotations

import json
import random
from typing import Any

from tests.fuzz.parsing import properties
from tests.fuzz.reader import normalised
from tests.fuzz.target import check_sentence
from tests.fuzz.texts import crowd, pattern, readable
from tests.fuzz.values import spoilt
from tests.support.facts import SHARED_POLICY as SHARED
from tests.support.fake_logs import SCOPE
from vended_logs.errors import BadProperty, PlanRefused
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.plan import apply, plan
from vended_logs.policy.request import Request
from vended_logs.policy.standing import stands
from vended_logs.policy.wildcard import arn_covers, arn_overlaps, covers, matches, overlaps
from vended_logs.properties import parse


def patterns(dice: random.Random) -> list[str]:
    """Return two patterns, related or not, up to 4,000 characters long, and a text to fill the stars of one with."""
    length = dice.choice([8, 8, 60, 512, 4000])
    one = pattern(dice, length)
    other = pattern(dice, length) if dice.random() < 0.5 else one
    for _ in range(dice.randrange(4)):
        place = dice.randrange(len(other) + 1)
        other = other[:place] + dice.choice(["*", "?", "**", "?*", "a", "", "b:"]) + other[place + dice.randrange(2) :]
    return [one, other, dice.choice(["", "z", "a", "ab:", "aaaa"])]


def check_patterns(given: list[str]) -> bool:
    """Covering and overlapping agree with a plain matcher on the texts that are made from the patterns."""
    wide, narrow, fill = given
    sample = "".join({"*": fill, "?": "z"}.get(symbol, symbol) for symbol in narrow)
    is_covered, meet = covers(wide, narrow), overlaps(wide, narrow)
    assert _plain_match(narrow, sample), "the sample is no sample"
    assert matches(wide, sample) == _plain_match(wide, sample), "matched otherwise"
    assert not is_covered or matches(wide, sample), "covered, yet the sample is not"
    assert meet or not matches(wide, sample), "disjoint, yet the sample is in both"
    assert meet == overlaps(narrow, wide), "overlapping must not depend on the order"
    if arn_covers(wide, narrow):
        assert is_covered, "covered as ARNs alone"
        assert arn_overlaps(wide, narrow), "covered, yet disjoint"
    return is_covered


def _plain_match(wild: str, text: str) -> bool:
    """Match with two pointers: on a mismatch, the last star takes one character more."""
    at, star, taken, place = 0, -1, 0, 0
    while place < len(text):
        if at < len(wild) and wild[at] == "*":
            star, taken, at = at, place, at + 1
        elif at < len(wild) and wild[at] in ("?", text[place]):
            at, place = at + 1, place + 1
        elif star >= 0:
            taken, at = taken + 1, star + 1
            place = taken
        else:
            return False
    return not wild[at:].strip("*")


def situation(dice: random.Random) -> dict[str, Any]:
    """Return an account's policies, each of them readable with some luck, and the properties of a request."""
    names = [SHARED, f"{SHARED}-VendedLogsPolicy", "mine", *(f"other-{number}" for number in range(8))]
    held = dice.sample(names, dice.choice([0, 1, 1, 2, 3, 10]))
    texts = {}
    for name in held:
        found = readable(dice)
        if dice.random() < 0.02:
            crowd(dice, found)
        found = spoilt(dice, found) if dice.random() < 0.2 else found
        # Compact as a rule, as it is when we wrote it: then what is added to a long one makes it too long.
        texts[name] = json.dumps(found, separators=(",", ":") if dice.random() < 0.8 else None)
    asked = properties(dice)
    return {
        "texts": texts,
        "properties": asked if dice.random() < 0.7 else {},
        "room": dice.choice([None, None, 0, 200]),
    }


def check_plan(given: dict[str, Any]) -> bool:
    """What is planned puts the grant in force, is small enough, and leaves everything of others' as it is."""
    texts = {name: text for name, text in given["texts"].items() if normalised(text)}
    policies = [ResourcePolicy.parse(name, text) for name, text in texts.items()]
    try:
        request = parse(given["properties"], SCOPE, "stack", "Logical")
    except BadProperty:
        request = Request(scope=SCOPE)
    held = [one.size for one in policies if one.name == request.policy_name]
    limit = None if given["room"] is None or not held else held[0] + given["room"]
    try:
        made = plan(policies, request, limit)
    except PlanRefused as error:
        check_sentence(str(error))
        return False
    after = apply(policies, made)
    assert stands(after, request), "the grant is not in force"
    assert made.deletes == (), "a policy would be deleted"
    for put in made.puts:
        assert put.name in (request.policy_name, request.spill_name), f"{put.name} would be written"
        assert put.document.size <= max(5120, *[one.size for one in policies if one.name == put.name], limit or 0), (
            "too large"
        )
        check_kept(texts.get(put.name), put.document.to_json())
    assert plan(after, request, limit).outcome == "AlreadyGranted", "planned again, although nothing has changed"
    return True


def check_kept(before: str | None, after: str) -> None:
    """Hold a policy's new text against its old one, if any: what is no plain Allow must stand there unchanged."""
    new = normalised(after)
    assert new is not None, f"written, but not to be read in full: {after[:300]}"
    if before is None:
        return
    old = normalised(before)
    assert old is not None
    gone = [dict(one) for one in old[2] if not _is_plain(dict(one)) and old[2].count(one) > new[2].count(one)]
    assert not gone, f"not kept: {gone}"
    assert old[:2] == new[:2], "another Version or Id"


def _is_plain(statement: dict[str, Any]) -> bool:
    """Return whether the statement is an Allow that names a principal, actions and resources: those may be merged."""
    named = all(name in statement for name in ("Principal", "Action", "Resource"))
    everyone = any("*" in (kind, name) for kind, name in statement.get("Principal", ()))
    return statement["Effect"] == "Allow" and named and not everyone
