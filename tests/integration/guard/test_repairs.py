"""Which rounds of the guard count as repairs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.integration.guard.rounds import GRANT, NAME, Printed, apart, guard_round
from tests.support.fake_logs import SCOPE, FakeLogs, Fault, VirtualClock, lost_after
from vended_logs.errors import TryAgain
from vended_logs.policy.document import PolicyDocument, ResourcePolicy
from vended_logs.policy.request import Request

NOTHING = PolicyDocument()


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> FakeLogs:
    """Return an empty account in memory whose calls fail as they are told to."""
    logs = FakeLogs(VirtualClock())
    monkeypatch.setattr("vended_logs.provider.gateway", lambda _region: logs)
    monkeypatch.setattr("vended_logs.provider.clock", logs.clock)
    return logs


def test_a_round_that_writes_is_a_repair_and_one_that_finds_the_grant_is_none(printed: Printed) -> None:
    """GrantRepaired is 1 in the round that put the grant back and 0 in the next."""
    guard_round()
    guard_round()

    assert [line["GrantRepaired"] for line in apart(printed())] == [[1.0], [0.0]]


def grown(logs: FakeLogs) -> None:
    """Append a log group to the policy as AWS does."""
    more = Request(scope=SCOPE, patterns=("/elsewhere/billing",)).grants
    document, _ = logs.policies[NAME]
    held = ResourcePolicy.parse(NAME, document, None).document.statements
    logs.hold(NAME, PolicyDocument((*held, *(grant.bare() for grant in more))).to_json(), 0)


def lost_and_appended_to(logs: FakeLogs) -> Fault:
    """Apply a write, lose its answer, and have AWS append to what it wrote."""

    def fault(effect: Callable[[], None]) -> None:
        effect()
        grown(logs)
        raise TryAgain("The answer was lost: deploy again.")

    return fault


def overtaken(logs: FakeLogs) -> Fault:
    """Refuse a write, because another guard has written the same."""

    def fault(_effect: Callable[[], None]) -> None:
        logs.hold(NAME, GRANT.to_json(), 0)
        raise TryAgain("Another change is under way: deploy again.")

    return fault


def lost(_logs: FakeLogs) -> Fault:
    """Apply a write and lose its answer."""
    return lost_after


@pytest.mark.parametrize("fault", [lost, lost_and_appended_to, overtaken])
def test_a_repair_that_nobody_confirmed_is_counted(
    scripted: FakeLogs, lines: Printed, fault: Callable[[FakeLogs], Fault]
) -> None:
    """A grant that was missing and stands is a repair, though the write's answer was lost or another was faster."""
    scripted.faults = [None, fault(scripted)]
    guard_round()
    guard_round()

    assert [line["GrantRepaired"] for line in apart(lines())] == [[1.0], [0.0]]


def test_a_grant_that_goes_while_the_guard_waits_for_quiet_is_a_repair(scripted: FakeLogs, lines: Printed) -> None:
    """A round that found the grant, saw it go and come back by another's hand, wrote nothing and is a repair."""
    scripted.hold(NAME, GRANT.to_json(), age=0)

    def overwrite() -> None:
        scripted.hold(NAME, NOTHING.to_json(), 0)
        scripted.faults = [None, overtaken(scripted)]

    scripted.clock.on_sleep = [overwrite]
    guard_round({"SettleSeconds": "5"})
    [line] = apart(lines())

    assert line["GrantRepaired"] == [1.0]
    assert scripted.calls.count(f"put {NAME}") == 1
