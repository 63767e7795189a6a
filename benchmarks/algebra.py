"""The policy core on the largest policies: pytest-benchmark times it, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.not_measured import NotMeasured
from benchmarks.places import PYTHON, ROOT

TITLE = "The policy core (medians of CPU time)"
_MEASURED = ROOT / "benchmarks" / "core"
_GOALS = (
    ("Plan, one policy of 51,200 characters (500 entries and more): mixed", ("plan_one[plain", "plan_one[mixed"), 15),
    ("Plan, the same: several `*` in every entry", ("plan_one[starred",), 150),
    ("Plan, ten policies of 5,120 characters", ("plan_ten",), None),
    ("Compaction alone, mixed", ("compaction[mixed]",), None),
    ("Compaction alone, several `*` in every entry", ("compaction[starred]",), None),
    ("The proof alone, mixed", ("proof[mixed]",), None),
    ("Which of 10,000 log groups 500 entries with wildcards grant", ("granted_log_groups",), 100),
    ("The stale ones of 500 entries against 10,000 log groups, and the plan to drop them", ("stale_entries",), 100),
)
"""What is told, the measurements of which it is the slowest, and the goal in milliseconds."""


def medians() -> Mapping[str, float]:
    """Return the median of each measurement by its name: milliseconds of processor time.

    Raises:
        NotMeasured: pytest-benchmark is not there.
        RuntimeError: a measurement failed.
    """
    if find_spec("pytest_benchmark") is None:
        raise NotMeasured("pytest-benchmark is not installed")
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "found.json"
        command = [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(_MEASURED)]
        command += [f"--benchmark-json={found}", "--benchmark-timer=time.process_time"]
        environment = os.environ | {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(  # noqa: S603 - our own interpreter on our own files
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"benchmarks/core failed:\n{(done.stdout + done.stderr)[-2000:]}")
        measured = json.loads(found.read_text(encoding="utf-8"))["benchmarks"]
    return {one["name"].removeprefix("test_"): one["stats"]["median"] * 1000 for one in measured}


def figures() -> list[Figure]:
    """Return the slowest median of each kind against its goal."""
    found = medians()
    return [_figure(what, names, goal, found) for what, names, goal in _GOALS]


def _figure(what: str, names: tuple[str, ...], goal: int | None, found: Mapping[str, float]) -> Figure:
    slowest, name = max((took, name) for name, took in found.items() if name.startswith(names))
    alike = sum(name.startswith(names) for name in found)
    why = f"The slowest of {alike}: `{name}`." if alike > 1 else ""
    asked, met = ("", None) if goal is None else (f"<= {goal} ms", slowest <= goal)
    return Figure(what, asked, f"{slowest:.1f} ms", met, why)
