"""What the lifecycle does, call by call, on a store in memory and virtual time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.support.fake_logs import SCOPE, START, FakeLogs, VirtualClock, lost_after, refused, throttled
from vended_logs.errors import AwsRefused, OutOfTime, PolicyFull, PolicyTooLarge, UnreadableDocument
from vended_logs.lifecycle import Result, ensure, remove
from vended_logs.policy.document import PolicyDocument, ResourcePolicy, Statement
from vended_logs.policy.limits import find
from vended_logs.policy.plan import Plan, plan
from vended_logs.policy.request import DEFAULT_POLICY_NAME, Request

NAME = DEFAULT_POLICY_NAME
PLAIN = Request(scope=SCOPE, settle_seconds=0)
SETTLING = Request(scope=SCOPE)
REVOCABLE = replace(
    PLAIN, on_delete="RemoveWhenUnused", stack_id="arn:aws:cloudformation:stack/app/1", logical_id="Grant"
)
OWNER = REVOCABLE.owner


@pytest.fixture
def clock() -> VirtualClock:
    """Virtual time."""
    return VirtualClock()


@pytest.fixture
def logs(clock: VirtualClock) -> FakeLogs:
    """An account without policies."""
    return FakeLogs(clock)


def granted(request: Request) -> str:
    """Return a document that gives what is asked for."""
    return PolicyDocument(tuple(grant.statement() for grant in request.grants)).to_json()


def run(logs: FakeLogs, request: Request = PLAIN, seconds: float = 60.0) -> Result:
    """Ensure, with that many seconds."""
    return ensure(request, logs, logs.clock, logs.clock.monotonic() + seconds)


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


def test_a_grant_that_vanishes_while_settling_is_written_again(logs: FakeLogs) -> None:
    """A stale overwrite by somebody else before success is told is repaired, and counted."""
    logs.clock.on_sleep = [lambda: logs.hold(NAME, '{"Statement":[]}', age=0)]

    result = run(logs, SETTLING)

    assert result.settled
    assert (result.repairs, result.writes) == (1, 2)
    assert "VendedLogsPolicy" in logs.policies[NAME][0]


def test_a_stale_overwrite_is_undone_for_others_too(logs: FakeLogs, caplog: pytest.LogCaptureFixture) -> None:
    """Grants of others that went in the same moment as ours were overwritten by an old document, and are put back."""
    others = [granted(replace(PLAIN, patterns=(f"/{name}/*",), source_conditions=False)) for name in ("old", "new")]
    logs.hold(NAME, others[1])
    logs.clock.on_sleep = [lambda: logs.hold(NAME, others[0], age=0)]

    with caplog.at_level("WARNING", logger="vended-logs-policy"):
        result = run(logs, SETTLING)

    assert (result.repairs, result.vanished) == (1, 1)
    assert all(name in logs.policies[NAME][0] for name in ("/old/*", "/new/*", "/aws/vendedlogs/*"))
    assert any("/new/*" in record.__dict__.get("vanished", "") for record in caplog.records)


def test_what_stood_in_one_statement_with_ours_is_put_back_too(logs: FakeLogs) -> None:
    """AWS appends to the statement that our pattern went into: what a stale overwrite takes is not ours alone."""
    with_entries = [granted(replace(PLAIN, patterns=patterns)) for patterns in (("waf-a",), ("waf-a", "waf-b"))]
    logs.hold(NAME, with_entries[0])
    logs.clock.on_sleep = [
        lambda: logs.hold(NAME, granted(replace(PLAIN, patterns=("waf-a", "waf-b", "/aws/vendedlogs/*"))), age=0),
        lambda: logs.hold(NAME, with_entries[0], age=0),
    ]

    result = run(logs, SETTLING)

    assert (result.settled, result.repairs, result.vanished) == (True, 1, 1)
    assert all(entry in logs.policies[NAME][0] for entry in ("waf-a", "waf-b", "/aws/vendedlogs/*"))


def test_what_is_to_be_put_back_is_not_forgotten(logs: FakeLogs) -> None:
    """A throttled repair does not lose what it was to put back."""
    others = [granted(replace(PLAIN, patterns=(f"/{name}/*",), source_conditions=False)) for name in ("old", "new")]
    logs.hold(NAME, others[1])
    logs.clock.on_sleep = [lambda: logs.hold(NAME, others[0], age=0)]
    logs.faults = [None, None, None, throttled]

    result = run(logs, SETTLING)

    assert (result.settled, result.vanished) == (True, 1)
    assert all(name in logs.policies[NAME][0] for name in ("/old/*", "/new/*", "/aws/vendedlogs/*"))


def test_what_cannot_be_put_back_does_not_fail_the_deploy(logs: FakeLogs, caplog: pytest.LogCaptureFixture) -> None:
    """A grant of others that does not fit any more is told in the log; ours is made to stand."""
    wide = replace(PLAIN, source_conditions=False, principals=("es.amazonaws.com",))
    others = [
        granted(replace(wide, patterns=tuple(f"/{name}/{'x' * 40}/{number}" for number in range(45))))
        for name in ("old", "new")
    ]
    logs.hold(NAME, others[1])
    logs.clock.on_sleep = [lambda: logs.hold(NAME, others[0], age=0)]

    with caplog.at_level("WARNING", logger="vended-logs-policy"):
        result = run(logs, replace(SETTLING, when_full="Fail"))

    assert (result.settled, result.vanished) == (True, 45)
    assert "/aws/vendedlogs/*" in logs.policies[NAME][0]
    assert "Grants of others cannot be put back" in caplog.messages


def test_a_policy_that_is_deleted_whole_is_told(logs: FakeLogs, caplog: pytest.LogCaptureFixture) -> None:
    """Who deletes the policy means it: ours is made again, the others' entries are counted and logged."""
    logs.hold(NAME, granted(replace(PLAIN, patterns=("/other/*",), source_conditions=False)))
    logs.clock.on_sleep = [lambda: logs.policies.__delitem__(NAME)]

    with caplog.at_level("WARNING", logger="vended-logs-policy"):
        result = run(logs, SETTLING)

    assert (result.repairs, result.vanished) == (1, 1)
    assert "/other/*" not in logs.policies[NAME][0]
    assert any("/other/*" in record.__dict__.get("vanished", "") for record in caplog.records)


@pytest.mark.parametrize("seconds", [5.0, 5.5, 6.1, 7.0])
def test_a_write_near_the_deadline_is_read_back(logs: FakeLogs, seconds: float) -> None:
    """With too little time to settle, the grant is read back all the same, and Settled is false."""
    result = run(logs, SETTLING, seconds=seconds)

    assert (result.outcome, result.settled) == ("Created", False)
    assert logs.calls[-1] == "read"
    assert logs.clock.now - START <= seconds


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


def test_what_others_take_out_by_themselves_stays_out(logs: FakeLogs) -> None:
    """A grant that goes while ours stays was meant to go; it is counted, not put back."""
    other = granted(replace(PLAIN, patterns=("/other/*",), source_conditions=False))
    logs.hold(NAME, other)
    logs.clock.on_sleep = [lambda: logs.hold(NAME, granted(SETTLING), age=0)]

    result = run(logs, SETTLING)

    assert (result.repairs, result.vanished, result.settled) == (0, 1, True)
    assert "/other/*" not in logs.policies[NAME][0]


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
    logs.faults = [None, None, None, None, lambda effect: (logs.hold(NAME, newcomer, 0), effect())[1]]  # type: ignore[func-returns-value]
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


def test_another_stack_s_revocable_grant_is_no_ground(logs: FakeLogs) -> None:
    """A grant that may go at any time does not count for a resource that wants it to stay."""
    run(logs, REVOCABLE)

    assert run(logs).outcome == "Added"
    assert remove(OWNER, logs, logs.clock).outcome == "Removed"
    assert run(logs).outcome == "AlreadyGranted"


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


def test_another_planner_is_asked_after_each_read(logs: FakeLogs) -> None:
    """What it plans is written, until it finds nothing more to do; a refused size reaches it."""
    asked: list[int | None] = []

    def planner(
        policies: tuple[ResourcePolicy, ...],
        request: Request,
        limit: int | None = None,
        put_back: tuple[Statement, ...] = (),
    ) -> Plan:
        asked.append(limit)
        if find(policies, "old") is not None:
            return Plan(outcome="Pruned", policy_name="old", deletes=("old",))
        return plan(policies, request, limit, put_back)

    logs.hold("old", granted(PLAIN))
    logs.faults = [None, None, None, refused(PolicyTooLarge("It is too large: remove something."))]
    with pytest.raises(PolicyFull):
        ensure(replace(PLAIN, when_full="Fail"), logs, logs.clock, logs.clock.monotonic() + 60, planner=planner)

    assert [call for call in logs.calls if call != "read"] == ["delete old", f"put {NAME}"]
    assert asked[:2] == [None, None]
    assert isinstance(asked[-1], int)


@pytest.mark.parametrize("fault", [None, lost_after])
def test_what_a_planner_drops_nobody_else_did(logs: FakeLogs, caplog: pytest.LogCaptureFixture, fault: object) -> None:
    """An entry that our own write dropped is not told as taken by others, its answer lost or not."""
    theirs = (
        '{"Statement":[{"Effect":"Allow","Principal":{"Service":"es.amazonaws.com"},"Action":"logs:PutLogEvents",'
        '"Resource":"*"}]}'
    )

    def planner(
        policies: tuple[ResourcePolicy, ...],
        request: Request,
        limit: int | None = None,
        put_back: tuple[Statement, ...] = (),
    ) -> Plan:
        del request, limit, put_back
        outcome = "Pruned" if find(policies, "old") else "AlreadyGranted"
        return Plan(outcome=outcome, policy_name="old", deletes=("old",) if outcome == "Pruned" else ())

    logs.hold(NAME, granted(PLAIN))
    logs.hold("old", theirs)
    logs.faults = [None, fault]  # type: ignore[list-item]
    result = ensure(PLAIN, logs, logs.clock, logs.clock.monotonic() + 60, planner=planner)

    assert (result.outcome, result.vanished) == ("Pruned", 0)
    assert "Grants of others vanished" not in caplog.text
