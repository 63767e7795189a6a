"""How much work the largest and the most hostile policies make, counted in calls of functions, not in seconds.

One call of Python's or of the core's own counts as one, so that the counts are the same on every machine. No policy may
have more than 5,120 characters; here one has five times that.
"""

import itertools
import json
import random
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from vended_logs.errors import PlanRefused
from vended_logs.policy import proof
from vended_logs.policy.compaction import compact
from vended_logs.policy.document import PolicyDocument, ResourcePolicy
from vended_logs.policy.patterns import CHARACTERS
from vended_logs.policy.plan import plan
from vended_logs.policy.request import Request

from .policies import ACTIONS, SHARED, group
from .strategies import SCOPE
from .universe import DELIVERY, HOME

_Json = dict[str, Any]
_SIZE = 25_600
_CALLS = _SIZE * _SIZE // 600


def _calls(work: Callable[[], object]) -> int:
    """Return how many functions are called meanwhile."""
    found, before = 0, sys.getprofile()

    def count(frame: object, event: str, arg: object) -> None:
        nonlocal found
        found += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    except PlanRefused:
        pass
    finally:
        sys.setprofile(before)
    return found


def _entries(size: int, make: Callable[[int], str]) -> list[_Json]:
    """Return one statement with different entries, so many that it is about of that size."""
    found: dict[str, None] = {}
    left = size - 300
    for number in itertools.count():
        entry = make(number)
        left -= 0 if entry in found else len(entry) + 3
        if left < 0:
            return [_statement(Resource=[*found])]
        found[entry] = None
    raise AssertionError


def _statements(size: int, make: Callable[[int], _Json]) -> list[_Json]:
    found: list[_Json] = []
    left = size - 40
    for number in itertools.count():
        found.append(make(number))
        left -= len(json.dumps(found[-1], separators=(",", ":"))) + 1
        if left < 0:
            return found[:-1]
    raise AssertionError


def _statement(**changes: object) -> _Json:
    return {"Effect": "Allow", "Principal": {"Service": DELIVERY}, "Action": ACTIONS, "Resource": "*"} | changes


def _letters(count: int, between: str, alphabet: str) -> Callable[[int], str]:
    dice = random.Random(5)  # noqa: S311 - the same on every run is what is wanted

    def make(_: int) -> str:
        return f"arn:*:*:*:*:{between}{between.join(dice.choices(alphabet, k=count))}{between}"

    return make


def _spelled(number: int) -> str:
    """Return an ARN that covers all others of these, and that all others cover."""
    stars = [2 if number >> place & 1 else 1 for place in range(12)]
    return ":".join("*" * (one + number // 4096) for one in stars[:5]) + ":" + "*".join(["*"] * sum(stars[5:]))


def _hostile(size: int) -> Iterator[tuple[str, list[_Json]]]:
    """Yield what is meant to be slow: everything like everything else, up to the last character."""
    yield "a letter of its own", _entries(size, lambda number: f"arn:*:*:*:*:*{chr(0x100 + number)}*")
    yield "three letters", _entries(size, _letters(3, "*", "abcdefghijklmnopqrstuvwxyz0123456789"))
    yield "two letters, often", _entries(size, _letters(25, "*", "ab"))
    yield "two letters, often, and ?", _entries(size, _letters(25, "?*", "ab"))
    yield "runs of ?", _entries(size, lambda number: f"arn:*:*:*:*:{'?' * number}*")
    yield "one within the other", _entries(size, lambda number: f"arn:a:a:a:a:{'a' * number}?*")
    half = (size - 400) // 6
    yield "stars alone", [_statement(Resource=[f"arn:*:*:*:*:{'*a?' * half}", f"arn:*:*:*:*:{'a?*' * half}"])]
    yield "statements", _statements(size, lambda number: _statement(Action=f"*{number}*"))
    yield "conditions", _statements(size, lambda number: _statement(Condition={"StringLike": {"k": f"*{number}?*"}}))
    many = [f"*{number}*" for number in range(size // 22)]
    yield "values", [_statement(Condition={"StringLike": {"k": [f"{a}{one}" for one in many]}}) for a in ("", "*a")]
    yield "actions", [_statement(Action=[f"{a}{one}" for one in many]) for a in ("", "*a")]
    yield "one meaning, spelled in every way", _entries(size, _spelled)
    short = [f"{number:x}" for number in range(size // 14)]
    yield "actions and resources", [_statement(Action=short, Resource=short)]
    sid = "VendedLogsPolicyR0123abcd"
    yield "revocable", _statements(size, lambda number: _statement(Sid=sid, Resource=[f"a{number}", "b"]))
    yield (
        "denies",
        _statements(size, lambda number: _statement(Effect="Deny", Resource=f"{HOME}:log-group:/a{number}*?")),
    )


_NAMES = [name for name, _ in _hostile(2000)]
_REQUEST = Request(scope=SCOPE)
_LARGE = Request(
    scope=SCOPE,
    patterns=tuple(f"/aws/{number}*" for number in range(20)),
    principals=tuple(f"s{number}.amazonaws.com" for number in range(20)),
)
_WORK: dict[str, Callable[[PolicyDocument, ResourcePolicy], object]] = {
    "plan": lambda _, policy: plan([policy], _LARGE),
    "compaction": lambda document, _: compact(document.statements),
    "loss": lambda document, _: proof.lost(document.statements, document.statements[::2]),
    "putting back": lambda document, _: plan(
        [ResourcePolicy.of(SHARED, PolicyDocument(document.statements[::2]))],
        _REQUEST,
        put_back=document.statements[1::2],
    ),
}


def _counted(name: str, work: str, size: int) -> int:
    [text] = [json.dumps({"Statement": found}) for kind, found in _hostile(size) if kind == name]
    policy = ResourcePolicy.parse(SHARED, text)
    return _calls(lambda: _WORK[work](policy.document, policy))


@pytest.mark.parametrize("work", _WORK)
@pytest.mark.parametrize("name", _NAMES)
def test_no_policy_makes_absurdly_much_work(name: str, work: str) -> None:
    """Whatever stands in n characters, n * n / 600 calls are enough."""
    assert _counted(name, work, _SIZE) < _CALLS


@pytest.mark.parametrize("name", _NAMES)
def test_twice_the_characters_make_at_most_five_times_the_work(name: str) -> None:
    """The work grows with the square of the size at most, as long as it is done in the same way."""
    assert _counted(name, "compaction", CHARACTERS) < 5 * _counted(name, "compaction", CHARACTERS // 2) + 5_000


def test_entries_as_aws_writes_them_are_compared_with_few_others() -> None:
    """A plan for 600 entries of one folder calls fewer than a hundred functions for each."""
    folder = "/aws/vendedlogs/states/"
    listed = [group(f"{folder}orders-{number:04}-{number * 7919 % 65_536:04x}") for number in range(600)]
    policy = ResourcePolicy.parse(SHARED, json.dumps({"Statement": [_statement(Resource=listed)]}))
    assert _calls(lambda: plan([policy], Request(scope=SCOPE, patterns=("/aws/mine/*",)))) < 60_000
