"""Bars: their width is kept, and what they show is never more, nor less, than it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vended_logs_tools.screen.bar import bar, can_draw, style

_WEIGHTS = {"█": 8, "▉": 7, "▊": 6, "▋": 5, "▌": 4, "▍": 3, "▎": 2, "▏": 1, " ": 0, "#": 1, "-": 0}


def filled(drawn: str) -> int:
    """Return how many steps of a bar without its ends are filled."""
    return sum(_WEIGHTS[one] for one in drawn)


@pytest.mark.parametrize(
    ("used", "drawn", "plain"),
    [
        (0, "▕        ▏", "----------"),
        (1, "▕▏       ▏", "#---------"),
        (640, "▕█       ▏", "#---------"),
        (2600, "▕████    ▏", "#####-----"),
        (2720, "▕████▎   ▏", "#####-----"),
        (5119, "▕███████▉▏", "#########-"),
        (5120, "▕████████▏", "##########"),
        (5211, "▕████████▏", "##########"),
    ],
)
def test_a_bar_is_drawn_in_eighths(used: int, drawn: str, plain: str) -> None:
    """Of 5,120 characters each is drawn as expected, in blocks and without."""
    assert bar(used, 5120, 10, blocks=True) == drawn
    assert bar(used, 5120, 10, blocks=False) == plain


@given(st.integers(0, 60_000), st.integers(1, 51_200), st.integers(4, 60), st.booleans())
def test_the_law_of_bars(used: int, limit: int, width: int, blocks: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    """A bar has its width, is full exactly when nothing is left, and empty exactly when nothing is used."""
    drawn = bar(used, limit, width, blocks=blocks)
    inner = drawn[1:-1] if blocks else drawn
    steps = 8 * len(inner) if blocks else width
    assert len(drawn) == width
    assert (filled(inner) == steps) == (used >= limit)
    assert (filled(inner) == 0) == (used == 0)


@given(st.integers(0, 5120), st.integers(0, 5120))
def test_more_is_never_drawn_shorter(one: int, other: int) -> None:
    """Of two sizes the larger one's bar is at least as long."""
    small, large = (filled(bar(used, 5120, 24, blocks=True)[1:-1]) for used in sorted((one, other)))
    assert small <= large


def test_blocks_need_an_encoding_that_has_them() -> None:
    """UTF-8 has the blocks; what lacks one of them, or is not known, has none."""
    assert can_draw("utf-8")
    assert not any(can_draw(encoding) for encoding in ("ascii", "latin-1", "cp437", "cp1252", "nonsense"))


def test_colours_follow_the_share() -> None:
    """A bar is green, from 70 % on yellow, and from 90 % on red."""
    assert [style(used, 100) for used in (0, 69, 70, 89, 90, 100, 120)] == ["green"] * 2 + ["yellow"] * 2 + ["red"] * 3
