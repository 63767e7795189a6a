"""The answer's text, and its limits."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vended_logs.answer import MAX_REASON, body, fit, is_deliverable

CURE = "allow it in that role, then deploy again."
WORDS = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=40)
SENTENCES = st.lists(WORDS, min_size=1, max_size=60).map(" ".join)
"""Arbitrary ones; many of them have no colon, some several."""


def test_a_short_sentence_stays() -> None:
    """What fits is not touched."""
    assert fit("Cause: cure.") == "Cause: cure."


def test_a_long_cause_gives_way_to_the_cure() -> None:
    """The cause comes first, the cure is whole, and no word is cut."""
    told = fit("The role may not " + "do this thing " * 40 + ": " + CURE)

    assert told.startswith("The role may not do this thing")
    assert told.endswith(": " + CURE)
    assert len(told) <= MAX_REASON
    assert set(told.replace(" ...", "").split(": ")[0].split()) <= {"The", "role", "may", "not", "do", "this", "thing"}


@given(SENTENCES, st.integers(40, MAX_REASON))
@example("x" * 500, 40)
@example("a: " * 100 + "b", 40)
def test_any_sentence_is_cut_between_words(sentence: str, room: int) -> None:
    """Whatever the sentence, it fits, its words are whole or the mark of what was left out, and it begins as it did."""
    told = fit(sentence, room)
    words = sentence.split()

    assert len(told) <= room
    assert {word.removesuffix(":") for word in told.split()} <= {word.removesuffix(":") for word in words} | {"..."}
    assert told.split()[0] in (words[0], "...", "...:")


@given(SENTENCES, SENTENCES, st.integers(40, MAX_REASON))
def test_the_cure_is_last_and_whole(cause: str, cure: str, room: int) -> None:
    """A cure that leaves the cause half of the room stands whole at the end, after as much of the cause as fits."""
    cure = " ".join(word.rstrip(":") or "x" for word in cure.split())
    told = fit(f"{cause}: {cure}", room)
    shown = told.removesuffix(f": {cure}")

    if len(cure) <= room // 2:
        assert told.endswith(f": {cure}")
        assert shown == cause or cause.startswith(shown.removesuffix("...").rstrip())
    else:
        assert cause.startswith(told.removesuffix("...").rstrip()) or told.startswith(cause)


def test_attributes_go_before_the_answer_is_too_long() -> None:
    """An answer over 4,096 bytes would be lost whole."""
    told = json.loads(body({"Status": "SUCCESS", "Data": {"PolicyName": "x" * 5000}}))

    assert told == {"Status": "SUCCESS", "Data": {}}


@pytest.mark.parametrize("url", ["http://host/x", "https://", "//host", "https://[bad", None, 1, ["https://host"]])
def test_only_https_with_a_host_is_answered(url: object) -> None:
    """Anything else is no address for an answer."""
    assert not is_deliverable(url)
    assert is_deliverable("https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/x?y=z")
