"""Programs timed against each other: one after the other, round after round, so that a slow minute is slow for all."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.places import PYTHON, ROOT

_LAUNCHER = ROOT / "benchmarks" / "launcher.py"


@dataclass(frozen=True)
class Sample:
    """What whole runs of a program took; each figure the median of its rounds."""

    cpu: float
    """Seconds of processor, user and system."""
    wall: float
    """Seconds."""
    peak: float
    """MiB of resident memory, at most."""


def interleaved(
    commands: Mapping[str, Sequence[str]], environment: Mapping[str, str], rounds: int = 11
) -> dict[str, Sample]:
    """Return a sample for each program, by its name; a first round warms the disk's cache and is not counted.

    Raises:
        RuntimeError: a program failed.
    """
    taken: dict[str, list[Sample]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            once = _run(command, environment)
            if turn:
                taken[name].append(once)
    return {name: _middle(samples) for name, samples in taken.items()}


def _run(command: Sequence[str], environment: Mapping[str, str]) -> Sample:
    launched = [PYTHON, "-I", "-S", str(_LAUNCHER), *command]
    done = subprocess.run(launched, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - contenders
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    return Sample(**json.loads(done.stdout))


def _middle(samples: Sequence[Sample]) -> Sample:
    return Sample(
        median(one.cpu for one in samples), median(one.wall for one in samples), median(one.peak for one in samples)
    )
