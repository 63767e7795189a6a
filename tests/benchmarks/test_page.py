"""The page says what was measured, and hides nothing that was missed."""

from __future__ import annotations

from importlib import import_module

import pytest

from benchmarks.__main__ import PARTS
from benchmarks.figure import Figure, unmeasured
from benchmarks.page import page as written

MACHINE = {"processor": "one | two", "Python": "3.13"}
MET = Figure("the cost of | a start", "<= 1.05", "0.89", met=True)
MISSED = Figure("the size", "<= 1 MB", "2 MB", met=False, why="Bytecode.")
TOLD = Figure("the time", "told", "5 s", why="On a busy machine.")


def page(found: dict[str, list[Figure]]) -> str:
    """Return the page of a machine."""
    return written(found, MACHINE)


def test_each_figure_is_a_row_of_its_part() -> None:
    """What was measured, the goal, the figure and the verdict stand in one row, with nothing that breaks the table."""
    text = page({"A start": [MET, TOLD], "An archive": [MISSED]})

    assert "| the cost of \\| a start | ≤ 1.05 | 0.89 | met |" in text.split("## A start")[1].split("##")[0]
    assert "| the size | ≤ 1 MB | 2 MB | **not met** |" in text.split("## An archive")[1].split("##")[0]
    assert "- the time: On a busy machine." in text


def test_what_is_missed_is_said_first() -> None:
    """The page begins with how many goals are met and, for each that is not, the figure and why."""
    head = page({"A start": [MET, TOLD], "An archive": [MISSED]}).split("## A start")[0]

    assert "1 of 2 goals are met; what has none is measured and told." in head
    assert "Not met: the size: 2 MB, where ≤ 1 MB was the goal. Bytecode." in head


def test_what_could_not_be_measured_counts_as_missed() -> None:
    """A goal without a figure is no goal that is met: it is counted, and said why."""
    text = page({"A start": [MET, unmeasured("the count", "There is no valgrind.", "<= 1")]})

    assert "1 of 2 goals are met; what has none is measured and told." in text
    assert "Not met: the count: not measured, where ≤ 1 was the goal. There is no valgrind." in text
    assert "| the count | ≤ 1 | not measured | **not measured** |" in text


def test_the_machine_is_told() -> None:
    """What the figures were measured on stands below them."""
    assert "| processor | one \\| two |\n| Python | 3.13 |" in page({"A start": [MET]})


@pytest.mark.parametrize("name", PARTS)
def test_each_part_can_be_measured(name: str) -> None:
    """Every part that the command names is a module with a title and its figures."""
    part = import_module(f"benchmarks.{name}")

    assert part.TITLE
    assert callable(part.figures)
