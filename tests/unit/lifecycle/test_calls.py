"""One attempt and the next: reads before writes, what is tried again, and what ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.support.fake_logs import START, FakeLogs, lost_after, refused, throttled
from tests.unit.lifecycle.asking import NAME, PLAIN, SETTLING, granted, run
from vended_logs.errors import AwsRefused, OutOfTime, PolicyFull, PolicyTooLarge, UnreadableDocument


def test_a_write_that_took_too_long_counts_as_lost(logs: FakeLogs) -> None:
    """An answer that comes after more than two seconds is not trusted; the next read tells."""
    logs.latencies = [0.1, 6.0]

    assert run(logs).outcome == "Created"
    assert logs.calls == ["read", f"put {NAME}", "read"]


def test_a_cause_that_has_passed_is_not_told(logs: FakeLogs) -> None:
    """One throttled read at the start is not what a minute of other writers failed on."""
    logs.faults = [throttled]
    logs.clock.on_sleep = [lambda: None] + [lambda: logs.hold(NAME, '{"Statement":[]}', age=0)] * 50

    with pytest.raises(OutOfTime, match="other writers"):
        run(logs, SETTLING)


def test_a_throttled_read_is_tried_again(logs: FakeLogs) -> None:
    """Throttling costs a pause, not the deploy."""
    logs.faults = [throttled, throttled]

    assert run(logs).outcome == "Created"
    assert logs.calls == ["read", "read", "read", f"put {NAME}", "read"]
    assert logs.clock.sleeps[0] < logs.clock.sleeps[1]


def test_a_throttled_write_rests_on_a_new_read(logs: FakeLogs) -> None:
    """No document is sent twice on one read."""
    logs.faults = [None, throttled]

    assert run(logs).outcome == "Created"
    assert logs.calls == ["read", f"put {NAME}", "read", f"put {NAME}", "read"]


def test_a_write_whose_answer_was_lost_is_not_repeated(logs: FakeLogs) -> None:
    """After a lost answer the read decides, and shows that it was applied."""
    logs.faults = [None, lost_after]

    result = run(logs)

    assert logs.calls == ["read", f"put {NAME}", "read"]
    assert result.outcome == "Created"


def test_a_write_never_rests_on_an_old_read(logs: FakeLogs) -> None:
    """A read sent more than a second ago is made again before the write."""
    logs.latencies = [3.0]

    assert run(logs).outcome == "Created"
    assert logs.calls == ["read", "read", f"put {NAME}", "read"]


def test_a_write_that_cannot_be_sent_in_time_is_not_sent(logs: FakeLogs) -> None:
    """W holds for the moment the bytes go out: a connection that took too long has the policies read again."""
    logs.connecting = [1.2, 0.1]

    assert run(logs).outcome == "Created"
    assert logs.calls == ["read", "read", f"put {NAME}", "read"]


def test_a_change_seen_before_the_write_is_planned_anew(logs: FakeLogs) -> None:
    """What another writer put between a slow read and the next is not overwritten."""
    other = granted(replace(PLAIN, patterns=("/other/*",)))
    logs.latencies = [3.0]

    def another_writes_first(effect: Callable[[], None]) -> None:
        logs.hold(NAME, other, age=1)
        effect()

    logs.faults = [None, another_writes_first]

    assert run(logs).outcome == "Added"
    assert "/other/*" in logs.policies[NAME][0]


def test_a_refused_size_is_the_last_word(logs: FakeLogs) -> None:
    """Where the service refuses the size, the next smaller plan is made, on a new read."""
    entries = tuple(f"/aws/vendedlogs/states/App{number}" for number in range(20))
    logs.hold(NAME, granted(replace(PLAIN, patterns=entries)))
    logs.faults = [None, refused(PolicyTooLarge("Too large: remove entries."))]

    result = run(logs)

    assert result.outcome == "Compacted"
    assert logs.calls == ["read", f"put {NAME}", "read", f"put {NAME}", "read"]


def test_a_size_refused_whatever_it_is_ends(logs: FakeLogs) -> None:
    """When even the smallest plan is refused, the failure says that the policy is full."""
    logs.faults = [None, refused(PolicyTooLarge("Too large: remove entries."))] * 9

    with pytest.raises(
        PolicyFull, match=r"refused the policy 'AWSLogDeliveryWrite20150319' at \d+ characters for its size"
    ):
        run(logs)


def test_a_refusal_is_not_repeated(logs: FakeLogs) -> None:
    """Ten policies and missing permissions do not pass by waiting."""
    logs.faults = [None, refused(AwsRefused("No permission: allow it."))]

    with pytest.raises(AwsRefused):
        run(logs)
    assert logs.calls == ["read", f"put {NAME}"]


def test_nothing_is_written_with_too_little_time(logs: FakeLogs) -> None:
    """With less time than a write and its read may take, the failure comes before the write."""
    with pytest.raises(OutOfTime, match="set its Timeout to 60 seconds"):
        run(logs, seconds=3)
    assert logs.calls == ["read"]


def test_the_cause_is_told_when_time_runs_out(logs: FakeLogs) -> None:
    """A service that throttles to the end is named, and the deadline is kept."""
    logs.faults = [throttled] * 200

    with pytest.raises(OutOfTime, match="throttled"):
        run(logs, seconds=30)
    assert logs.clock.now - START <= 31


def test_an_unreadable_document_is_never_overwritten(logs: FakeLogs) -> None:
    """A policy that is not JSON ends the run with its name."""
    logs.hold("broken", "{")

    with pytest.raises(UnreadableDocument, match="'broken'"):
        run(logs)
    assert logs.calls == ["read"]


def test_the_replaced_document_is_logged_whole(logs: FakeLogs, caplog: pytest.LogCaptureFixture) -> None:
    """What a write replaces can be put back from the log."""
    before = granted(replace(PLAIN, patterns=("/other/*",)))
    logs.hold(NAME, before)

    with caplog.at_level("WARNING", logger="vended-logs-policy"):
        run(logs)

    assert [record.__dict__.get("replaced_document") for record in caplog.records] == [None, before]
    assert caplog.records[0].__dict__["outcome"] == "Added"


def test_writes_that_are_throttled_back_off(logs: FakeLogs) -> None:
    """The reads in between are answered, and yet the pauses grow to the longest; an answered write sets them back."""
    logs.faults = [fault for _ in range(9) for fault in (None, throttled)]

    run(logs, seconds=120)

    pauses = logs.clock.sleeps[:9]
    assert pauses == sorted(pauses)
    assert pauses[0] == pytest.approx(0.15)
    assert pauses[5:] == [pytest.approx(3.75)] * 4

    logs.policies.clear()
    logs.clock.sleeps.clear()
    logs.faults = [None, throttled, None, None, None, throttled]
    logs.clock.on_sleep = [lambda: None, logs.policies.clear]
    assert run(logs, SETTLING).writes == 2
    throttling = [seconds for seconds in logs.clock.sleeps if seconds < 1]
    assert throttling == [pytest.approx(0.15)] * 2
