"""Plans that are not the grant's own keep the same discipline: W, one changing call a read, and a second look."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.fake_logs import FakeLogs, VirtualClock, lost_after, refused
from tests.tools.applying.terminal import delivery, document, search
from vended_logs.errors import AwsRefused, OutOfTime, PolicyTooLarge
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.plan import Plan
from vended_logs_tools.applying.apply import carry_out

WANTED = ResourcePolicy.parse("x", document(delivery("/a")))


@pytest.fixture
def logs() -> FakeLogs:
    """An account without policies."""
    return FakeLogs(VirtualClock())


def planner(policies: tuple[ResourcePolicy, ...], _: dict[str, int]) -> Plan | None:
    """Want one policy to be as it should be."""
    if any(policy.name == "x" and policy.document == WANTED.document for policy in policies):
        return None
    return Plan(outcome="Restored", policy_name="x", puts=(WANTED,))


def test_a_write_rests_on_a_young_read(logs: FakeLogs) -> None:
    """A read that took more than a second is repeated before anything is sent."""
    logs.latencies = [3.0]
    assert carry_out(planner, logs, logs.clock) == 1
    assert logs.calls[:3] == ["read", "read", "put x"]


def test_a_change_in_between_is_planned_for_anew(logs: FakeLogs) -> None:
    """If the second read shows something else, what was planned for the first is not written."""
    seen: list[int] = []

    def watching(policies: tuple[ResourcePolicy, ...], limits: dict[str, int]) -> Plan | None:
        seen.append(len(policies))
        return planner(policies, limits)

    logs.latencies = [3.0]
    logs.lagging = [{}, {"new": (document(search("/s")), 1)}, {"new": (document(search("/s")), 1)}]
    carry_out(watching, logs, logs.clock)
    assert seen[:2] == [0, 1]


def test_a_lost_answer_is_looked_at_before_anything_is_sent_again(logs: FakeLogs) -> None:
    """What was applied although its answer was lost is not written a second time."""
    logs.faults = [None, lost_after]
    assert carry_out(planner, logs, logs.clock) == 0
    assert [call for call in logs.calls if call.startswith("put")] == ["put x"]


def test_a_read_that_lags_is_waited_for(logs: FakeLogs) -> None:
    """A policy that looks just as it did before the write is not written again at once."""
    logs.hold("x", document(search("/s")))
    logs.lagging = [None, dict(logs.policies), dict(logs.policies)]
    assert carry_out(planner, logs, logs.clock) == 1


def test_nothing_to_do_costs_one_call(logs: FakeLogs) -> None:
    """No second look where nothing was written."""
    logs.hold("x", WANTED.document.to_json())
    assert carry_out(planner, logs, logs.clock) == 0
    assert logs.calls == ["read"]


def test_a_deletion_is_carried_out(logs: FakeLogs) -> None:
    """Plans may delete, too."""
    logs.hold("x", document(search("/s")))

    def gone(policies: tuple[ResourcePolicy, ...], _: dict[str, int]) -> Plan | None:
        return Plan(outcome="Pruned", policy_name="x", deletes=("x",)) if policies else None

    assert carry_out(gone, logs, logs.clock) == 1
    assert logs.policies == {}


def test_a_refused_size_reaches_the_planner(logs: FakeLogs) -> None:
    """One character less than what was refused, for that policy."""
    told: list[dict[str, int]] = []

    def small(policies: tuple[ResourcePolicy, ...], limits: dict[str, int]) -> Plan | None:
        told.append(dict(limits))
        return planner(policies, limits)

    logs.faults = [None, refused(PolicyTooLarge("It is too large: remove something."))]
    carry_out(small, logs, logs.clock)
    assert told[:2] == [{}, {"x": WANTED.document.size - 1}]


def test_somebody_who_undoes_each_write_wins_in_the_end(logs: FakeLogs) -> None:
    """It does not go on for ever: the time ends, with a sentence."""
    undo: Callable[[], None] = logs.policies.clear
    logs.clock.on_sleep = [undo] * 1000
    with pytest.raises(OutOfTime):
        carry_out(planner, logs, logs.clock)


def test_what_is_refused_for_good_ends_it(logs: FakeLogs) -> None:
    """No permission is no reason to try again."""
    logs.faults = [None, refused(AwsRefused("You may not: ask someone."))]
    with pytest.raises(AwsRefused, match="You may not"):
        carry_out(planner, logs, logs.clock)
    assert logs.calls == ["read", "put x"]
