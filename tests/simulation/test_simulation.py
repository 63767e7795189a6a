"""No schedule loses a grant while the discipline is kept, and each part of it is needed for that."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.simulation.evidence import allowed
from tests.simulation.schedule import KEPT, LONG_GAP, SHORT_GAP, WITHOUT, Discipline, Run, play, quiet
from tests.simulation.store import Change, Held
from tests.simulation.tally import Tally
from tests.simulation.verdict import ABSENT, LOST, UNSEEN, failures, losses, wanted
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.standing import stands

SCHEDULES, PART = 2000, 200
ENOUGH = 3000
"""Schedules within which a missing part of the discipline has to show."""


@pytest.fixture(autouse=True)
def _quiet() -> None:
    """Keep millions of log lines from being captured."""
    quiet()


@pytest.mark.parametrize("first", range(0, SCHEDULES, PART))
def test_nothing_is_lost(first: int) -> None:
    """No grant is lost, and none absent at any moment after its SUCCESS; everybody is answered, nearly all with it."""
    tally = Tally()
    for seed in range(first, first + PART):
        tally.add(play(seed))

    assert tally.failing == []
    assert set(tally.answers) <= {"SUCCESS", "PolicyFull", "PlanRefused", "AwsRefused"}
    assert tally.answers["SUCCESS"] > 0.97 * tally.answers.total()
    assert min(tally.repairs, tally.appended, tally.unseen) > 0
    assert set(tally.faults) == {"unconnected", "not sent", "slow", "stalled", "refused", "reset", "unanswered"}


@pytest.mark.parametrize("part", WITHOUT)
def test_each_part_of_the_discipline_is_needed(part: str) -> None:
    """With one part switched off, a grant is soon found absent after its SUCCESS."""
    found = next((found for seed in range(ENOUGH) if (found := failures(play(seed, WITHOUT[part])))), [])

    assert ABSENT in {loss.kind for loss in found}


def test_a_service_slower_than_q_can_undo_a_grant() -> None:
    """What no discipline of ours can prevent shows here too: who waits longer than Q, and then writes what it read."""
    found = next((found for seed in range(ENOUGH) if (found := failures(play(seed, KEPT, LONG_GAP)))), [])

    assert found


def test_a_longer_q_covers_a_slower_service() -> None:
    """SettleSeconds is how long a stranger may take: with forty, one of thirty seconds undoes nothing."""
    patient = Discipline(settle_seconds=40)

    assert [
        seed for seed in range(60) if any(loss.kind == ABSENT for loss in failures(play(seed, patient, 30.0)))
    ] == []


def test_a_seed_replays() -> None:
    """The same seed gives the same history, to the microsecond and the last character."""
    one, two, other = play(7), play(7), play(8)

    assert one.store.history == two.store.history
    assert one.faults == two.faults
    assert one.store.history != other.store.history


def test_writes_rest_on_young_reads() -> None:
    """From the state that a read showed to the write that rested on it, no more passes than lag, W and T."""
    longest = max(
        change.at - change.seen for seed in range(100) for change in play(seed).store.history[1:] if not change.by_aws
    )

    assert 1.5 < longest <= 0.5 + 1.0 + 2.0


@pytest.mark.parametrize("seed", range(20))
def test_the_evidence_agrees_with_the_core(seed: int) -> None:
    """Two readers that share no code say the same of every state: whether each writer's grant stands."""
    run = play(seed)
    for change in run.store.history:
        policies = [ResourcePolicy.parse(name, held.text) for name, held in change.policies.items()]
        for writer in run.writers:
            assert all(allowed(change.policies, entry) for entry in wanted(writer)) == stands(policies, writer.request)


def test_a_blind_write_is_noticed() -> None:
    """A writer that puts its own document over what is there is found out, for what was there before and in between."""
    run = next(run for run in map(play, range(100)) if appended_and_kept(run))
    last = run.store.history[-1]
    assert failures(run) == []
    blind = {name: Held('{"Statement":[]}', 0) for name in last.policies}
    run.store.history.append(Change(last.at + 60, blind, "AWSLogDeliveryWrite20150319", seen=last.at + 59))

    kinds = Counter(loss.kind for loss in losses(run))
    assert kinds[ABSENT] > 0
    assert kinds[LOST] > 1


def appended_and_kept(run: Run) -> bool:
    """Return whether a service appended something that is still there, and we lost nothing else of its."""
    groups = [appended for service in run.services for appended in service.appended]
    settled = any(writer.result and writer.result.settled for writer in run.writers)
    return bool(groups) and settled and not any(loss.kind == UNSEEN for loss in losses(run))


def test_a_short_gap_is_within_q() -> None:
    """What the other tests take for a service's gap leaves Q its margin."""
    assert KEPT.settle_seconds >= KEPT.write_within + KEPT.call_seconds + 2 * 0.5 + 1
    assert KEPT.write_within + KEPT.call_seconds > SHORT_GAP
