"""The figures of a deploy: how they are told, and that a deploy that did something else is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from benchmarks import deploying
from benchmarks.deploying import AWAKE, INLINE, SHARED, WITHOUT, NotAsTold, Took, told


def round_of(without: float, shared: float) -> Mapping[str, Took]:
    """Return a round of which the provider took all but 10 ms that the resource added."""
    took = Took(shared, shared - without - 0.01)
    return {WITHOUT: Took(without), SHARED: took, AWAKE: took, INLINE: took}


def test_what_is_told_is_the_middle_of_the_differences() -> None:
    """Each round is compared within itself, so that a slow one does not count; the median is told."""
    rounds = [round_of(0.1, 0.6), round_of(9.0, 9.4), round_of(0.1, 0.7)]
    found = {figure.what: figure.found for figure in told(rounds, [round_of(0.1, 6.1)])}
    assert found["Deploy, grant in force, shared provider"] == "+0.500 s (0.490 s from event to answer)"
    assert found["Deploy, first write, shared provider"] == "+6.0 s (6.0 s from event to answer)"


def test_seconds_are_told_without_a_goal() -> None:
    """A deploy's seconds are told, not judged: this engine is not CloudFormation."""
    figures = told([round_of(0.1, 0.6)], [round_of(0.1, 6.1)])
    assert len(figures) == 5
    assert all(figure.met is None and figure.why for figure in figures)


@pytest.mark.parametrize(
    ("stack", "outcome"),
    [
        pytest.param(
            {"status": "ROLLBACK_COMPLETE", "outputs": {"Outcome": "AlreadyGranted"}}, "AlreadyGranted", id="failed"
        ),
        pytest.param({"status": "CREATE_COMPLETE", "outputs": {"Outcome": "Created"}}, "AlreadyGranted", id="wrote"),
        pytest.param({"status": "CREATE_COMPLETE", "outputs": {}}, "AlreadyGranted", id="not asked"),
    ],
)
def test_a_deploy_that_did_something_else_is_no_figure(stack: Mapping[str, Any], outcome: str) -> None:
    """A stack that failed, or whose resource wrote where it should only have read, stops the benchmark."""
    with pytest.raises(NotAsTold):
        deploying.hold_as_told("app", stack["status"], stack["outputs"].get("Outcome"), outcome)
