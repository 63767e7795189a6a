"""The page says what was measured, and hides nothing that was missed."""

from __future__ import annotations

from importlib import import_module

import pytest

from benchmarks.__main__ import PARTS
from benchmarks.figure import Figure
from benchmarks.page import page

MET = Figure("the cost of | a start", "<= 1.05", "0.89", met=True)
MISSED = Figure("the size", "<= 1 MB", "2 MB", met=False, why="Bytecode.")
TOLD = Figure("the time", "told", "5 s", why="On a busy machine.")


def test_each_figure_is_a_row_of_its_part() -> None:
    """What was measured, the goal, the figure and the verdict stand in one row, with nothing that breaks the table."""
    text = page({"A start": [MET, TOLD], "An archive": [MISSED]})

    assert "| the cost of \\| a start | ≤ 1.05 | 0.89 | met |" in text.split("## A start")[1].split("##")[0]
    assert "| the size | ≤ 1 MB | 2 MB | **not met** |" in text.split("## An archive")[1].split("##")[0]
    assert "- the time: On a busy machine." in text


def test_what_is_missed_is_said_first() -> None:
    """The page begins with how many goals are met and, for each that is not, the figure and why."""
    head = page({"A start": [MET, TOLD], "An archive": [MISSED]}).split("## A start")[0]

    assert "1 of 2 goals are met." in head
    assert "Not met: the size: 2 MB, where <= 1 MB was the goal. Bytecode." in head


@pytest.mark.parametrize("name", PARTS)
def test_each_part_can_be_measured(name: str) -> None:
    """Every part that the command names is a module with a title and its figures."""
    part = import_module(f"benchmarks.{name}")

    assert part.TITLE
    assert callable(part.figures)
