"""What is a round of the guard, what a round that fails leaves, and what woke it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.guard.rounds import Printed, apart, dimensions, guard_round
from vended_logs.errors import BadProperty, PlanRefused


def test_a_deploy_is_no_round_of_the_guard(printed: Printed, send: Callable[..., dict[str, Any]]) -> None:
    """What stacks have the provider write is counted with the service alone, and never as a repair."""
    send("Create")
    lines = [line for line in printed() if "_aws" in line]

    assert [dimensions(line) for line in lines] == [["service"]]
    assert "GrantRepaired" not in lines[0]


def test_a_round_that_fails_is_an_error_of_the_function_and_still_counted(printed: Printed, logs: Any) -> None:
    """A refused plan is raised, for the alarm on the function's errors; the request is counted, a repair is not."""
    for number in range(10):
        logs.put_resource_policy(policyName=f"p{number}", policyDocument='{"Version": "2012-10-17", "Statement": []}')
    with pytest.raises(PlanRefused, match="10 of 10 policies"):
        guard_round()
    lines = printed()

    assert apart(lines) == []
    assert [line["Requests"] for line in lines if "_aws" in line] == [[1.0]]


def test_properties_that_are_not_allowed_are_an_error_of_the_function_too(printed: Printed) -> None:
    """Nobody waits for the guard's answer, so its failure has to show."""
    with pytest.raises(BadProperty, match="WhenFull"):
        guard_round({"WhenFull": "Never"})

    assert apart(printed()) == []


@pytest.mark.usefixtures("logs")
def test_what_woke_the_guard_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever looks for the one that undid the grant finds the call and the id of CloudTrail's event in the log."""
    change = {"call": "DeleteResourcePolicy", "id": "0b1c"}
    with caplog.at_level("INFO"):
        guard_round(change=change)
        guard_round()

    assert [vars(record)["change"] for record in caplog.records if "change" in vars(record)] == [change]
