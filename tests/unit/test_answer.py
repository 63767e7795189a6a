"""The answer's text, and its limits."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vended_logs.answer import MAX_REASON, body, fit, is_deliverable

CURE = "allow it in that role, then deploy again."


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


@given(st.lists(st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=300), max_size=60))
def test_any_sentence_fits_without_a_cut_word(words: list[str]) -> None:
    """Whatever the words, at most 240 characters are left, each word whole."""
    told = fit(" ".join(words))

    assert len(told) <= MAX_REASON
    assert {word.rstrip(":,;") for word in told.split()} <= {word.rstrip(":,;") for word in words} | {"...", ""}


def test_attributes_go_before_the_answer_is_too_long() -> None:
    """An answer over 4,096 bytes would be lost whole."""
    told = json.loads(body({"Status": "SUCCESS", "Data": {"PolicyName": "x" * 5000}}))

    assert told == {"Status": "SUCCESS", "Data": {}}


@pytest.mark.parametrize("url", ["http://host/x", "https://", "//host", "https://[bad", None, 1, ["https://host"]])
def test_only_https_with_a_host_is_answered(url: object) -> None:
    """Anything else is no address for an answer."""
    assert not is_deliverable(url)
    assert is_deliverable("https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/x?y=z")
