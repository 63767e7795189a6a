"""What others take out while the grant is made to stand: what is put back, and what is only told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.fake_logs import FakeLogs, throttled
from tests.unit.lifecycle.asking import NAME, PLAIN, SETTLING, granted, run


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


def test_what_others_take_out_by_themselves_stays_out(logs: FakeLogs) -> None:
    """A grant that goes while ours stays was meant to go; it is counted, not put back."""
    other = granted(replace(PLAIN, patterns=("/other/*",), source_conditions=False))
    logs.hold(NAME, other)
    logs.clock.on_sleep = [lambda: logs.hold(NAME, granted(SETTLING), age=0)]

    result = run(logs, SETTLING)

    assert (result.repairs, result.vanished, result.settled) == (0, 1, True)
    assert "/other/*" not in logs.policies[NAME][0]
