"""What the fuzzer found, each as the small case that it comes down to."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest

from tests.fuzz.account import FakeClient, Heard, context, surroundings
from tests.fuzz.handling import URL
from tests.support.fake_logs import VirtualClock
from tests.support.function import event
from vended_logs.errors import NotAllowed, UnreadableDocument
from vended_logs.handler import handler
from vended_logs.policy.compaction import compact
from vended_logs.policy.document import PolicyDocument, ResourcePolicy
from vended_logs.policy.wildcard import arn_covers, overlaps

STATEMENT = {"Effect": "Allow", "Principal": {"Service": "a"}, "Action": "logs:PutLogEvents", "Resource": "*"}


def _document(**changes: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT | changes]})


def _handled(sent: Any) -> Heard:
    """Return what the function told when it was sent the event, in an account without policies."""
    client = FakeClient(VirtualClock(), {})
    with surroundings(client) as heard:
        handler(sent, context(client.clock, 60))
    return heard


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"Principal": {"Service": []}}, "a Principal names nobody"),
        ({"Principal": {"Service": "a", "AWS": []}}, "a Principal names nobody"),
        ({"NotPrincipal": {"AWS": []}}, "a statement has Principal and NotPrincipal"),
        ({"Condition": {"StringEquals": {}}}, "a Condition's 'StringEquals' has no key"),
    ],
)
def test_what_would_be_lost_in_writing_is_not_read(changes: dict[str, Any], cause: str) -> None:
    """A kind of principal without names, or an operator without keys, was read and left out when written again."""
    with pytest.raises(UnreadableDocument, match=cause):
        PolicyDocument.parse(_document(**changes))


def test_an_unknown_element_is_quoted_so_that_it_can_be_printed() -> None:
    """The name of an element comes from a text that may hold anything."""
    with pytest.raises(UnreadableDocument) as caught:
        ResourcePolicy.parse("name", _document(**{"\x1b[31m\u202e" + "x" * 90: 1}))

    assert str(caught.value).isprintable()


def test_a_policy_whose_name_is_no_text_cannot_be_read() -> None:
    """Its name could be neither answered nor logged."""
    with pytest.raises(UnreadableDocument, match="its name is not valid Unicode"):
        ResourcePolicy.parse("a\ud800", _document())


def test_a_long_pattern_of_ever_new_letters_takes_little_memory() -> None:
    """A Deny of 45,000 different letters took 140 megabytes to be compared with a log group."""
    letters = "*" + "".join(chr(0x1000 + number) for number in range(45_000))
    tracemalloc.start()
    assert not overlaps(letters, "/aws/vendedlogs/x")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 10_000_000


@pytest.mark.parametrize(
    ("shape", "kept"), [("*{0}", 2001), ("?{0}*", 2001), ("arn:::::*{0}", 2001), ("arn:::::?{0}*", 2000)]
)
def test_many_short_patterns_are_compared_with_few_of_the_others(
    shape: str, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thousands of entries that begin alike were compared each with each, which took a minute."""
    compared: list[str] = []

    def counted(wide: str, narrow: str) -> bool:
        compared.append(wide)
        return arn_covers(wide, narrow)

    monkeypatch.setattr("vended_logs.policy.patterns.arn_covers", counted)
    entries = [shape.format(f"{number:04}") for number in range(2000)]
    document = PolicyDocument.parse(_document(Resource=[*entries, shape.format("0007") + "-covered"]))
    [left] = compact(document.statements)

    assert left.resource is not None
    assert len(left.resource.values) == kept
    assert len(compared) < 20 * len(entries)


@pytest.mark.parametrize("name", ["StackId", "RequestId", "LogicalResourceId", "PhysicalResourceId", "RequestType"])
@pytest.mark.parametrize("value", [None, 7, ["list"], {"a": {}}, "\ud800", "x" * 5000, [[[["deep"]]]] * 2000])
@pytest.mark.parametrize("kind", ["Create", "Delete"])
def test_an_identifier_of_any_kind_costs_no_answer(name: str, value: Any, kind: str) -> None:
    """What CloudFormation would not send is answered in form, within its size, and can be logged."""
    heard = _handled(event(kind, URL, {"OnDelete": "RemoveWhenUnused"}) | {name: value})

    [told] = heard.answers
    assert len(told) <= 4096
    assert json.loads(told)["PhysicalResourceId"]
    assert "unexpected" not in json.loads(told)["Reason"]
    assert heard.unlogged == []


@pytest.mark.parametrize("sent", [None, 7, "text", ["list"], []])
@pytest.mark.filterwarnings("ignore:No application metrics")
def test_what_is_no_object_is_refused_in_a_sentence(sent: Any) -> None:
    """An event that is no object was an AttributeError to whoever sent it."""
    with pytest.raises(NotAllowed, match="The event is no object: send it as"):
        _handled(sent)


def test_a_value_nested_too_deeply_to_be_written_is_refused_by_name() -> None:
    """The refusal of such a value was itself a RecursionError."""
    deep: Any = "end"
    for _ in range(100_000):
        deep = [deep]
    [told] = _handled(event("Create", URL, {"WhenFull": deep})).answers

    assert json.loads(told)["Reason"] == "WhenFull is a huge list: give Widen, Spill or Fail."
