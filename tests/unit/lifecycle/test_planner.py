"""Another planner in the place of the usual one, as the command line has it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.fake_logs import FakeLogs, lost_after, refused
from tests.unit.lifecycle.asking import NAME, PLAIN, granted
from vended_logs.errors import PolicyFull, PolicyTooLarge
from vended_logs.lifecycle import ensure
from vended_logs.policy.document import ResourcePolicy, Statement
from vended_logs.policy.limits import find
from vended_logs.policy.plan import Plan, plan
from vended_logs.policy.request import Request


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
    logs.faults = [None, fault]  # type: ignore[list-item]  # a fault that returns nothing
    result = ensure(PLAIN, logs, logs.clock, logs.clock.monotonic() + 60, planner=planner)

    assert (result.outcome, result.vanished) == ("Pruned", 0)
    assert "Grants of others vanished" not in caplog.text
