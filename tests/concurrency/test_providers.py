"""Sixteen provider processes at once, with faults: nothing is lost; and without the discipline it is."""

from __future__ import annotations

from pathlib import Path

from tests.concurrency.faults import FAULTS
from tests.concurrency.orders import Settings, careless
from tests.concurrency.scenario import Round, play
from tests.concurrency.verdict import Verdict, judge

SEEDS = (1, 2, 3)


def test_sixteen_providers_at_once_lose_nothing(tmp_path: Path) -> None:
    """All answer SUCCESS, each grant stands from its SUCCESS on, nothing of others goes, and the discipline is kept."""
    played = play(Settings(seed=4), tmp_path)

    assert judge(played).faults == [], f"what the processes logged is in {tmp_path}"
    assert len(played.told) == 17  # sixteen that are granted something, and one that gives it back
    assert changes_lost(played) > 0
    assert played.service.dice.thrown.total() > 30
    assert len(played.service.dice.thrown) > len(FAULTS) / 2
    assert played.appender.appended


def test_without_the_discipline_grants_are_lost(tmp_path: Path) -> None:
    """Writers that write on old reads and tell success at once lose each other's grants, and it is seen."""
    verdicts = (judge(play(careless(seed), folder(tmp_path, seed))) for seed in SEEDS)
    found = next(verdict for verdict in verdicts if losses(verdict))

    assert [sentence for sentence in found.undisciplined if "wrote on a read of" in sentence]


def losses(verdict: Verdict) -> list[str]:
    """Return what was said of grants that did not stand after their SUCCESS."""
    return [sentence for sentence in verdict.lost if "did not stand" in sentence]


def changes_lost(played: Round) -> int:
    """Return how many changes were made whose caller was not told."""
    lost = {fault.name for fault in FAULTS if fault.acted_on and not fault.is_answered}
    return sum(call.made is not None and call.fault in lost for call in played.service.calls)


def folder(parent: Path, seed: int) -> Path:
    """Return a folder for one round."""
    made = parent / str(seed)
    made.mkdir()
    return made
