"""Patterns with `*` and `?`: every answer of the core against the plain meaning of a pattern."""

import string
import time
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vended_logs.policy.wildcard import (
    arn_components,
    arn_covers,
    arn_overlaps,
    covers,
    is_literal,
    is_plain_arn,
    literal_prefix,
    matches,
    outline,
    overlaps,
)

from .automaton import covers_exactly, overlaps_exactly
from .evaluator import arn_like, like

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
def test_each_text_of_a_pattern_stands_by_itself(pattern: str, text: str, expected: bool) -> None:  # noqa: FBT001
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


_PARTS = st.sampled_from(["x", "y", "*", "?", "", "x*"])
_LAST = st.text("ab*?:", max_size=5)
_arn_patterns = st.builds(lambda region, last: f"arn:aws:logs:{region}:1:{last}", _PARTS, _LAST)


@given(_arn_patterns, _arn_patterns)
@example("arn:aws:logs:*:1:a", "arn:aws:logs:x:1:a")
@example("arn:aws:logs:*:1:b", "arn:aws:logs:x:1:a:b")
@example("arn:aws:logs:x:1:*", "arn:aws:logs:x:1:a:b")
@example("arn:aws:logs:x:*:b", "arn:aws:logs:x:1:a:b")
def test_arn_covers_component_by_component(wide: str, narrow: str) -> None:
    """One ARN pattern covers another exactly when it does so in each of the six components."""
    pairs = list(zip(wide.split(":", 5), narrow.split(":", 5), strict=True))
    assert arn_covers(wide, narrow) == all(covers_exactly(a, b, "abcxyz:") for a, b in pairs)


@given(_arn_patterns, st.text("abz:", max_size=5), st.sampled_from(["x", "y", "z"]))
def test_arn_covers_a_literal_arn_as_it_is_matched(wide: str, last: str, region: str) -> None:
    """An ARN without wildcards is covered exactly when it is matched."""
    arn = f"arn:aws:logs:{region}:1:{last}"
    assert arn_covers(wide, arn) == arn_like(wide, arn)


def test_the_star_alone_covers_every_arn() -> None:
    """`*` covers any resource, whatever its shape, and no longer pattern covers `*`."""
    assert arn_covers("*", "arn:aws:logs:x:1:log-group:a:*")
    assert arn_covers("*", "*")
    assert not arn_covers("arn:aws:logs:*:*:*", "*")


def test_a_star_in_the_middle_does_not_reach_over_a_colon() -> None:
    """A star before the sixth component stays inside its own."""
    assert not arn_covers("arn:aws:*:log-group:a", "arn:aws:logs:x:1:log-group:a")
    assert not arn_covers("arn:aws:logs:*:*:b", "arn:aws:logs:x:1:a:b")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("arn:aws:logs:x:1:a*", "arn:aws:logs:x:1:*b", True),
        ("arn:aws:logs:x:1:a*", "arn:aws:logs:x:1:b*", False),
        ("arn:*:a", "arn:aws:logs:x:1:a", True),
        ("arn:aws:*:1:a", "arn:aws:logs:x:2:a", True),
        ("arn:aws:logs:*:1:a", "arn:aws:logs:x:2:b:1:a", True),
        ("arn:aws:logs:*:1:a", "arn:aws:logs:x:2:b", False),
        ("arn:aws", "arn:aws:logs:x:1:a", True),
        ("arn:aws:logs:x:1:a", "b", True),
        ("arn:aws:logs:x:1:${a}", "arn:aws:logs:x:1:b", True),
        ("arn:aws:logs:x:1:b", "arn:aws:logs:x:1:${a}", True),
        ("arn:aws:logs:x:1:$a", "arn:aws:logs:x:1:b", False),
    ],
)
def test_arns_overlap_where_they_may(one: str, other: str, expected: bool) -> None:  # noqa: FBT001
    """A wildcard may cross any colon, and what is no whole ARN or holds a variable may be anything."""
    assert arn_overlaps(one, other) is expected
    assert arn_overlaps(other, one) is expected


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("arn:aws:logs:x:1:*", "arn:aws:logs:x:1:${a}", False),
        ("arn:aws:logs:x:1:${*}", "arn:aws:logs:x:1:${a}", False),
        ("arn:aws:logs:x:1:${a}*", "arn:aws:logs:x:1:${a}b", False),
        ("arn:aws:logs:x:1:${a}", "arn:aws:logs:x:1:${a}", True),
        ("arn:aws:logs:x:1:$*", "arn:aws:logs:x:1:$a", True),
        ("a*", "ab", False),
        ("ab", "ab", True),
        ("arn:*", "arn:aws:logs:x:1:a", False),
        ("*:*:*:*:*:*", "arn:aws:logs:x:1", False),
        ("*:*:*:*:*:*", "arn:aws:logs:x:1:a:b", True),
        ("*:*:*:*:*", "arn:aws:logs:x:1", False),
    ],
)
def test_only_whole_arns_without_variables_are_compared(wide: str, narrow: str, expected: bool) -> None:  # noqa: FBT001
    """Of anything else only the same text is covered."""
    assert arn_covers(wide, narrow) is expected


def test_an_arn_has_at_most_six_components() -> None:
    """The colons of the sixth are its own."""
    assert arn_components("arn:aws:logs:x:1:log-group:a:*") == ("arn", "aws", "logs", "x", "1", "log-group:a:*")
    assert arn_components("arn:aws") == ("arn", "aws")


def test_most_pairs_are_told_apart_without_an_automaton(monkeypatch: pytest.MonkeyPatch) -> None:
    """Literals, and patterns whose text between the wildcards does not stand in the other in order, are quick."""

    def refuse(pattern: str) -> None:
        raise AssertionError(pattern)

    monkeypatch.setattr("vended_logs.policy.wildcard._automaton", refuse)
    assert matches("a", "a")
    for pattern, text in (("a", "b"), ("a*", "b"), ("a?", "b")):
        assert not matches(pattern, text)
    for wide, narrow in (("*", "b?*"), ("a*", "a*"), ("a", "a")):
        assert covers(wide, narrow)
        assert arn_covers(wide, narrow)
    for wide, narrow in (("a", "ab"), ("a", "*"), ("a*", "b*"), ("*a*b*", "*b*a*"), ("a*a*", "a*"), ("*a?b*", "*b?a*")):
        assert not covers(wide, narrow)
        assert not arn_covers(f"arn:aws:logs:x:1:{wide}*", f"arn:aws:logs:x:1:{narrow.replace('a', 'c')}")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", ("", "")),
        ("abc", ("abc", "")),
        ("abc*", ("abc", "")),
        ("a*z*bc?ab", ("a", "bc")),
        ("abcd*e", ("abcd", "e")),
        ("*bb*aaa?c", ("", "aaa")),
        ("?*a", ("", "a")),
    ],
)
def test_an_outline_is_the_first_text_and_the_longest_after_it(pattern: str, expected: tuple[str, str]) -> None:
    """Of two that are equally long it is the first, and where there is none it is empty."""
    assert outline(pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*", False),
        ("arn:aws:logs:x:1:a*", True),
        ("arn:aws:logs:x:1:a:b:c", True),
        ("arn:aws:logs:x:1", False),
        ("arn:aws:logs:x:1:${a}", False),
        ("arn:aws:logs:x:1:$a", True),
        (":::::", True),
    ],
)
def test_only_arns_without_variables_are_compared(pattern: str, expected: bool) -> None:  # noqa: FBT001
    """An ARN has six components, of which any may be empty, and a variable may stand for anything."""
    assert is_plain_arn(pattern) is expected
    assert arn_covers("*:*:*:*:*:*", pattern) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("a*b", "a*c", False),
        ("a*b", "?*b", True),
        ("ab*", "a*", True),
        ("ab*", "?c*", False),
        ("*?b", "*ab", True),
        ("*ab", "*?c", False),
        ("a*z*b", "a*y*b", True),
        ("a?", "ab", True),
        ("a?", "abc", False),
        ("?", "*", True),
        ("a?c", "a*", True),
        ("a?c", "*d", False),
    ],
)
def test_only_the_ends_of_patterns_with_stars_can_be_at_odds(one: str, other: str, expected: bool) -> None:  # noqa: FBT001
    """What stands between the stars of both finds its place; without a star, every letter counts."""
    assert overlaps(one, other) is expected
    assert overlaps(other, one) is expected
