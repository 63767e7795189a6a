"""Taking a revocable grant back: its own statement, and nothing that others need."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.fake_logs import FakeLogs, lost_after, throttled
from tests.unit.lifecycle.asking import NAME, OWNER, PLAIN, REVOCABLE, granted, run
from vended_logs.lifecycle import remove


def test_a_revocable_grant_is_taken_back(logs: FakeLogs) -> None:
    """Delete takes out the resource's own statement and leaves the others."""
    other = granted(replace(PLAIN, patterns=("/other/*",)))
    logs.hold(NAME, other)
    run(logs, REVOCABLE)
    logs.calls.clear()

    result = remove(OWNER, logs, logs.clock)

    assert (result.outcome, logs.policies[NAME][0]) == ("Removed", other)
    assert logs.calls == ["read", "groups /aws/vendedlogs/", "read", f"put {NAME}", "read"]


def test_a_grant_that_comes_back_is_taken_out_again(logs: FakeLogs) -> None:
    """A writer that had read before our removal may write the grant once more: it is found and taken out."""
    run(logs, REVOCABLE)
    written = logs.policies[NAME][0]
    logs.clock.on_sleep = [lambda: logs.hold(NAME, written, age=0)]

    assert remove(OWNER, logs, logs.clock, settle_seconds=5).outcome == "Removed"
    assert NAME not in logs.policies
    assert [round(seconds) for seconds in logs.clock.sleeps] == [5, 5]


def test_the_policy_goes_only_when_it_is_empty(logs: FakeLogs) -> None:
    """A policy in which nothing else was is deleted with the grant."""
    run(logs, REVOCABLE)

    assert remove(OWNER, logs, logs.clock).outcome == "Removed"
    assert NAME not in logs.policies


def test_a_revocable_grant_stays_while_a_log_group_matches(logs: FakeLogs) -> None:
    """Somebody's log group under the pattern keeps the grant."""
    run(logs, REVOCABLE)
    logs.groups = ["/aws/vendedlogs", "/aws/vendedlogs/states/other"]
    before = dict(logs.policies)

    assert remove(OWNER, logs, logs.clock).outcome == "Retained"
    assert logs.policies == before


def test_nothing_to_take_back_is_success(logs: FakeLogs) -> None:
    """A Delete for a grant that is gone already reads once."""
    assert remove(OWNER, logs, logs.clock).outcome == "Removed"
    assert logs.calls == ["read"]


def test_a_lost_removal_is_looked_at_before_it_is_repeated(logs: FakeLogs) -> None:
    """After a lost answer the read shows that it is gone, and nothing is sent again."""
    run(logs, REVOCABLE)
    logs.calls.clear()
    logs.faults = [None, None, None, lost_after]

    assert remove(OWNER, logs, logs.clock).outcome == "Removed"
    assert logs.calls == ["read", "groups /aws/vendedlogs/", "read", f"delete {NAME}", "read"]


def test_a_removal_is_not_repeated_on_a_lagging_read(logs: FakeLogs) -> None:
    """A read that still shows what was deleted does not cost the policy that was made since."""
    run(logs, REVOCABLE)
    before = dict(logs.policies)
    newcomer = granted(replace(PLAIN, patterns=("/other/*",)))
    logs.faults = [None, None, None, None, lambda effect: (logs.hold(NAME, newcomer, 0), effect())[1]]  # type: ignore[func-returns-value]  # called for what it does
    logs.lagging = [None, None, before, before]

    assert remove(OWNER, logs, logs.clock).outcome == "Removed"
    assert logs.policies[NAME][0] == newcomer
    assert logs.calls.count(f"delete {NAME}") == 1


def test_a_removal_that_was_not_applied_is_repeated_in_the_end(logs: FakeLogs) -> None:
    """When the policy still looks the same long after, it was no lag."""
    run(logs, REVOCABLE)
    logs.faults = [None, None, None, throttled]

    assert remove(OWNER, logs, logs.clock).outcome == "Removed"
    assert logs.calls.count(f"delete {NAME}") == 2
    assert NAME not in logs.policies


@pytest.mark.parametrize("names", [("X", "X-VendedLogsPolicy"), ("X-VendedLogsPolicy", "X")])
def test_a_renamed_resource_keeps_its_grant(logs: FakeLogs, names: tuple[str, str]) -> None:
    """The clean-up after a rename takes the old grant back and never the new one, whatever the names."""
    old, new = (replace(REVOCABLE, policy_name=name) for name in names)
    run(logs, old)
    assert run(logs, new).outcome == "Created"

    assert remove(old.owner, logs, logs.clock).outcome == "Removed"

    assert set(logs.policies) == {names[1]}
    assert run(logs, new).outcome == "AlreadyGranted"


def test_log_groups_are_looked_for_on_every_page(logs: FakeLogs) -> None:
    """A log group on a later page keeps the grant, and a throttled page costs that page alone."""
    request = replace(REVOCABLE, patterns=("/aws/vendedlogs/*z",))
    run(logs, request)
    logs.calls.clear()
    logs.groups = ["/aws/vendedlogs/a", "/aws/vendedlogs/b", "/aws/vendedlogs/z"]
    logs.faults = [None, None, throttled]

    assert remove(request.owner, logs, logs.clock).outcome == "Retained"
    assert logs.calls == ["read", *["groups /aws/vendedlogs/"] * 4]
