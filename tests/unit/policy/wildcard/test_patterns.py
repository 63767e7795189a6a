"""Patterns as they match texts, cover and overlap each other."""

import string
import time
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.policy.automaton import covers_exactly, overlaps_exactly
from tests.unit.policy.evaluator import like
from vended_logs.policy.wildcard import covers, is_literal, literal_prefix, matches, overlaps

# For patterns of up to four characters, a shortest text that tells two of them apart, or lies in both, has at most six
# (both have stars: three literals each; otherwise four). "c" is the letter that is in no pattern.
_PATTERNS = tuple("".join(letters) for size in range(5) for letters in product("ab*?", repeat=size))
_TEXTS = tuple("".join(letters) for size in range(7) for letters in product("abc", repeat=size))
_SECONDS = 2.0

_long_patterns = st.text("ab*?", max_size=9)


@pytest.fixture(scope="module")
def matched() -> dict[str, int]:
    """Give, for each pattern, the texts that it matches, as one bit each."""
    return {p: sum(1 << bit for bit, text in enumerate(_TEXTS) if like(p, text)) for p in _PATTERNS}


def test_matches_every_short_text_as_the_meaning_says(matched: dict[str, int]) -> None:
    """A pattern matches exactly the texts that its stars and question marks can be filled in to give."""
    wrong = [
        (pattern, text)
        for pattern in _PATTERNS
        if len(pattern) < 4
        for bit, text in enumerate(_TEXTS)
        if matches(pattern, text) != bool(matched[pattern] >> bit & 1)
    ]
    assert wrong == []


def test_covers_is_sound_and_complete_for_every_pair_of_short_patterns(matched: dict[str, int]) -> None:
    """One pattern covers another exactly when no text is matched by the second alone."""
    wrong = [
        (wide, narrow)
        for wide, narrow in product(_PATTERNS, repeat=2)
        if covers(wide, narrow) != (not matched[narrow] & ~matched[wide])
    ]
    assert wrong == []


def test_overlaps_is_sound_and_complete_for_every_pair_of_short_patterns(matched: dict[str, int]) -> None:
    """Two patterns overlap exactly when some text is matched by both."""
    wrong = [
        (one, other)
        for one, other in product(_PATTERNS, repeat=2)
        if overlaps(one, other) != bool(matched[one] & matched[other])
    ]
    assert wrong == []


@given(_long_patterns, _long_patterns)
@example("*?*a*?", "?*a**b")
@example("a?*b", "a*?b")
def test_longer_patterns_agree_with_an_automaton(one: str, other: str) -> None:
    """For longer patterns both answers are those of a walk over every pair of states."""
    assert covers(one, other) == covers_exactly(one, other, "abc")
    assert overlaps(one, other) == overlaps_exactly(one, other, "abc")


@given(_long_patterns)
def test_a_pattern_covers_itself_and_the_star_covers_it(pattern: str) -> None:
    """Every pattern covers itself and is covered by the star."""
    assert covers(pattern, pattern)
    assert covers("*", pattern)


@given(st.text(max_size=6), st.text(max_size=6))
def test_any_character_may_stand_in_a_text(text: str, other: str) -> None:
    """Characters that mean something elsewhere, line ends and brackets among them, mean only themselves."""
    assert matches(text.replace("*", "x").replace("?", "x"), other) == (
        text.replace("*", "x").replace("?", "x") == other
    )
    assert matches("*", other)
    assert matches("?" * len(other), other)


@pytest.mark.parametrize("letter", sorted(set(string.printable) - {"*", "?"}))
def test_every_other_character_is_a_letter(letter: str) -> None:
    """Nothing but `*` and `?` is a wildcard, also beside one."""
    for pattern in (f"{letter}*", f"*{letter}", f"?{letter}"):
        text = pattern.replace("*", "é").replace("?", "é")
        assert matches(pattern, text)
        assert not matches(pattern, text.replace(letter, "é"))
        assert not covers(pattern, text.replace(letter, "é*"))
        assert not overlaps(pattern, text.replace(letter, "é"))
    assert is_literal(letter)
    assert literal_prefix(f"{letter}a*") == f"{letter}a"


@pytest.mark.parametrize(
    ("pattern", "prefix"),
    [("", ""), ("abc", "abc"), ("a*b?", "a"), ("a?b*", "a"), ("*", ""), ("?a", ""), ("ab*", "ab")],
)
def test_the_literal_prefix_ends_at_the_first_wildcard(pattern: str, prefix: str) -> None:
    """Whichever wildcard comes first ends it, and a literal is its own."""
    assert literal_prefix(pattern) == prefix
    assert is_literal(pattern) is (pattern == prefix)


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [("**", "*"), ("a*", "a**"), ("*?", "?*"), ("a*?*", "a?*"), ("a" + "*" * 40, "a*")],
)
def test_spellings_of_one_pattern_cover_each_other(wide: str, narrow: str) -> None:
    """Two spellings of the same meaning cover each other both ways."""
    assert covers(wide, narrow)
    assert covers(narrow, wide)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("*a*a*", "a", False),
        ("*a*a*", "aa", True),
        ("*ab*ba*", "aba", False),
        ("*ab*ba*", "abba", True),
        ("a*ab*b", "ab", False),
        ("a*ab*b", "aab", False),
        ("a*ab*b", "aabb", True),
        ("ab*ba", "aba", False),
        ("*aab*", "aaab", True),
        ("*a*b*a*", "aab", False),
    ],
)
def test_each_text_of_a_pattern_stands_by_itself(pattern: str, text: str, expected: bool) -> None:  # noqa: FBT001 - a table's column
    """What stands between the stars is found one after the other: no letter counts for two of them."""
    assert matches(pattern, text) is expected
    assert covers(pattern, text) is expected
    assert overlaps(pattern, text) is expected
    assert covers(pattern, f"*{text}*") is (expected and pattern.startswith("*") and pattern.endswith("*"))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("*a" * 25 + "*", "a" * 24 + "b" * 30),
        ("*a" * 25 + "*", "*a" * 24 + "*"),
        ("*?a" * 25 + "b", "*a?" * 40),
        ("*a" * 200 + "*c", "a" * 2000),
        ("a*" * 250, "a?" * 250),
    ],
    ids=["many-stars", "many-stars-both", "mixed", "hundreds-against-thousands", "hundreds-both"],
)
def test_many_stars_do_not_blow_up(pattern: str, text: str) -> None:
    """Hundreds of stars cost no more than the product of the lengths: backtracking would not end at all."""
    started = time.process_time()
    covers(pattern, text)
    overlaps(pattern, text)
    matches(pattern, text.replace("*", "x").replace("?", "x"))
    assert time.process_time() - started < _SECONDS
