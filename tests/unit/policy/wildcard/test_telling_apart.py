"""What tells most pairs of patterns apart without an automaton."""

import pytest

from vended_logs.policy.wildcard import arn_covers, covers, matches, outline, overlaps


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
def test_only_the_ends_of_patterns_with_stars_can_be_at_odds(one: str, other: str, expected: bool) -> None:  # noqa: FBT001 - a table's column
    """What stands between the stars of both finds its place; without a star, every letter counts."""
    assert overlaps(one, other) is expected
    assert overlaps(other, one) is expected
