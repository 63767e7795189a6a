"""When success is told: once the grant has been read back and its policy has been quiet."""

from __future__ import annotations

import pytest

from tests.support.fake_logs import START, FakeLogs
from tests.unit.lifecycle.asking import NAME, OWNER, REVOCABLE, SETTLING, granted, run
from vended_logs.lifecycle import remove


def test_a_grant_in_force_costs_one_call(logs: FakeLogs) -> None:
    """A grant that stands in an old policy is told after one read, without a wait."""
    logs.hold("another", granted(SETTLING))

    result = run(logs, SETTLING)

    assert (result.outcome, result.settled, logs.calls, logs.clock.sleeps) == ("AlreadyGranted", True, ["read"], [])
    assert result.plan.policy_name == "another"


def test_a_first_write_costs_three_calls(logs: FakeLogs) -> None:
    """Read, put, read back: the wait for quiet is over before the read."""
    result = run(logs, SETTLING)

    assert (result.outcome, result.settled, logs.calls) == ("Created", True, ["read", f"put {NAME}", "read"])
    assert sum(logs.clock.sleeps) == pytest.approx(6)


def test_without_settling_it_is_read_back_all_the_same(logs: FakeLogs) -> None:
    """SettleSeconds 0 switches the wait off, not the look."""
    assert run(logs).outcome == "Created"
    assert logs.calls == ["read", f"put {NAME}", "read"]
    assert not logs.clock.sleeps


def test_a_young_grant_is_waited_for(logs: FakeLogs) -> None:
    """A grant that another writer made two seconds ago is told only when its policy has been quiet for five."""
    logs.hold(NAME, granted(SETTLING), age=2)

    result = run(logs, SETTLING)

    assert (result.outcome, result.settled, result.writes) == ("AlreadyGranted", True, 0)
    assert logs.clock.now - START >= 3


def test_a_quiet_policy_that_gives_all_makes_another_s_youth_harmless(logs: FakeLogs) -> None:
    """Quiet is asked of the policies that give the grant, not of their neighbours."""
    logs.hold(NAME, granted(SETTLING))
    logs.hold("foreign", '{"Statement":[]}', age=0)

    assert run(logs, SETTLING).settled
    assert logs.calls == ["read"]


def test_the_seconds_that_a_read_took_are_no_quiet(logs: FakeLogs) -> None:
    """The date is of when the answer was sent, but what it shows may be of when the question came."""
    logs.latency = 3.0
    logs.hold(NAME, granted(SETTLING), age=3.0)

    assert run(logs, SETTLING).settled
    assert logs.calls == ["read", "read"]


def test_without_a_date_header_quiet_is_what_was_seen(logs: FakeLogs) -> None:
    """Where no answer carries a date, the policy must have been seen unchanged for SettleSeconds."""
    logs.has_date = False
    logs.hold(NAME, granted(SETTLING))

    result = run(logs, SETTLING)

    assert result.settled
    assert logs.clock.now - START >= 5


def test_what_was_seen_counts_from_an_answer_to_a_question(logs: FakeLogs) -> None:
    """Without a date, a slow first answer may show a change made just before it: its way is no time of quiet."""
    logs.has_date = False
    logs.latencies = [3.0]
    logs.hold(NAME, granted(SETTLING))

    assert run(logs, SETTLING).settled
    assert logs.clock.now - START >= 1.5 + 5


def test_time_that_runs_out_while_others_write_is_told(logs: FakeLogs) -> None:
    """A grant that stands in a policy never quiet is success, with Settled false."""
    logs.hold(NAME, granted(SETTLING), age=0)
    logs.clock.on_sleep = [lambda: logs.hold(NAME, granted(SETTLING), age=0)] * 50

    result = run(logs, SETTLING, seconds=20)

    assert (result.outcome, result.settled) == ("AlreadyGranted", False)
    assert logs.clock.now - START <= 20


@pytest.mark.parametrize("seconds", [5.0, 5.5, 6.1, 7.0])
def test_a_write_near_the_deadline_is_read_back(logs: FakeLogs, seconds: float) -> None:
    """With too little time to settle, the grant is read back all the same, and Settled is false."""
    result = run(logs, SETTLING, seconds=seconds)

    assert (result.outcome, result.settled) == ("Created", False)
    assert logs.calls[-1] == "read"
    assert logs.clock.now - START <= seconds


def test_another_stack_s_revocable_grant_is_no_ground(logs: FakeLogs) -> None:
    """A grant that may go at any time does not count for a resource that wants it to stay."""
    run(logs, REVOCABLE)

    assert run(logs).outcome == "Added"
    assert remove(OWNER, logs, logs.clock).outcome == "Removed"
    assert run(logs).outcome == "AlreadyGranted"
