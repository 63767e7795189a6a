"""A fixed sample of the hostile inputs, and what the fuzzer tells of them."""

# ruff: noqa: SLF001  faults are put where the code is, behind its public face

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz import __main__ as fuzzer
from tests.fuzz.sample import ENOUGH, SEED, lenient
from tests.fuzz.shrinking import shrunk
from tests.fuzz.target import drawn, run
from tests.fuzz.targets import TARGETS
from vended_logs.policy import grammar

SAMPLE = {"document": 3000, "properties": 3000, "patterns": 600, "plan": 400, "handler": 800}

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


@pytest.mark.parametrize("name", TARGETS)
def test_a_fixed_sample_of_hostile_input_does_no_harm(name: str) -> None:
    """Each input is accepted or refused as documented; of each kind there are many."""
    target = TARGETS[name]
    runs = [(index, run(target, drawn(target, SEED, index))) for index in range(SAMPLE[name])]

    assert [f"{name}:{SEED}:{index} {done.failure}" for index, done in runs if done.failure] == []
    accepted = sum(done.accepted for _, done in runs)
    assert len(runs) / 10 < accepted < len(runs) * 9 / 10


_KNOWN = grammar._known


def test_an_input_is_cut_down_to_what_makes_it_fail() -> None:
    """Of a large input that fails, the part that it fails for is left."""
    given = {"a": [1, "some text with a needle in it", {"b": None}], "c": "x" * 50}

    assert shrunk(given, lambda one: "needle" in json.dumps(one)) == {"a": ["needle"]}


def test_the_fuzzer_tells_what_it_did(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One input can be replayed by its number, and ends with exit code 0 if it does no harm."""
    monkeypatch.setattr("sys.argv", ["fuzz", "--replay", f"document:{SEED}:1"])

    assert fuzzer.main() == 0
    assert capsys.readouterr().out.splitlines()[-1].split()[0] in ("accepted", "refused")


def test_a_failure_is_told_with_what_replays_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The line and the file that are named fail again, with exit code 1, as long as the fault is there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(grammar, "_known", lenient)
    target = TARGETS["document"]
    index = next(one for one in range(ENOUGH) if run(target, drawn(target, SEED, one)).failure)
    fuzzer._explain("document", SEED, index, str(run(target, drawn(target, SEED, index)).failure))
    told = capsys.readouterr().out
    inputs = [line.split("--replay ")[1] for line in told.splitlines() if "--replay " in line]

    assert len(inputs) == 2
    for one in inputs:
        monkeypatch.setattr("sys.argv", ["fuzz", "--replay", one])
        assert fuzzer.main() == 1
    monkeypatch.setattr(grammar, "_known", _KNOWN)
    assert fuzzer.main() == 0


def test_the_whole_command_runs() -> None:
    """Inputs for every target, in processes of their own, counted in a table."""
    root = Path(__file__).parents[2]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(root / "src" / "lambda")}
    command = [sys.executable, "-m", "tests.fuzz", "--inputs", "40", "--seed", "1"]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)  # noqa: S603  our own interpreter and module

    assert [line.split()[0] for line in done.stdout.splitlines()[2:-1]] == list(TARGETS)
    assert "0 failures, seed 1" in done.stdout


def test_every_input_is_tried_once() -> None:
    """The pieces of work cover each target's share of the inputs, without a gap."""
    chunks = fuzzer._chunks(100_000, None)

    assert sum(end - start for _, start, end in chunks) == 100_000
    assert {name for name, _, _ in chunks} == set(TARGETS)
