"""Patterns of ARNs, compared component by component."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.policy.automaton import covers_exactly
from tests.unit.policy.evaluator import arn_like
from vended_logs.policy.wildcard import arn_components, arn_covers, arn_overlaps, is_plain_arn

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
def test_arns_overlap_where_they_may(one: str, other: str, expected: bool) -> None:  # noqa: FBT001 - a table's column
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
def test_only_whole_arns_without_variables_are_compared(wide: str, narrow: str, expected: bool) -> None:  # noqa: FBT001 - a table's column
    """Of anything else only the same text is covered."""
    assert arn_covers(wide, narrow) is expected


def test_an_arn_has_at_most_six_components() -> None:
    """The colons of the sixth are its own."""
    assert arn_components("arn:aws:logs:x:1:log-group:a:*") == ("arn", "aws", "logs", "x", "1", "log-group:a:*")
    assert arn_components("arn:aws") == ("arn", "aws")


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
def test_only_arns_without_variables_are_compared(pattern: str, expected: bool) -> None:  # noqa: FBT001 - a table's column
    """An ARN has six components, of which any may be empty, and a variable may stand for anything."""
    assert is_plain_arn(pattern) is expected
    assert arn_covers("*:*:*:*:*:*", pattern) is expected
