"""What a program took is its own, and a program that fails is no figure."""

from __future__ import annotations

import os

import pytest

from benchmarks.pairs import interleaved
from benchmarks.places import PYTHON

NOTHING = [PYTHON, "-I", "-S", "-c", ""]
ENVIRONMENT = {"PATH": os.environ["PATH"]}


def test_a_programs_peak_is_its_own() -> None:
    """The memory of whoever measures does not count into the program's, and the program's does."""
    held = bytearray(200 << 20)  # more than the program has

    took = interleaved({"none": NOTHING, "some": [*NOTHING[:-1], "b'x' * (100 << 20)"]}, ENVIRONMENT, rounds=1)

    assert held
    assert took["none"].peak < 50
    assert took["some"].peak > 100


def test_processor_and_time_are_told_apart() -> None:
    """A program that waits takes time, and no processor."""
    took = interleaved({"waits": [*NOTHING[:-1], "import time; time.sleep(0.5)"]}, ENVIRONMENT, rounds=1)["waits"]

    assert took.wall > 0.5 > took.cpu


def test_a_program_that_fails_is_no_figure() -> None:
    """Its error is told instead."""
    with pytest.raises(RuntimeError, match="out of luck"):
        interleaved({"fails": [*NOTHING[:-1], "raise SystemExit('out of luck')"]}, ENVIRONMENT, rounds=1)
