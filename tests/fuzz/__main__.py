"""The fuzzer: ``python -m tests.fuzz [--inputs 100000] [--seed N] [--target NAME]``, or ``--replay INPUT``.

Exits with 1 if an input fails, naming a line that replays it and a file with a smaller one.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import secrets
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from tests.fuzz.shrinking import shrunk
from tests.fuzz.tally import Tally, limit_memory, tried
from tests.fuzz.target import drawn, run
from tests.fuzz.targets import TARGETS
from tests.support.saying import say

_CHUNK = 250
_PROCESSES = 2
_MOST_FAILURES = 5
_FOLDER = Path("build") / "fuzz"
_COMMAND = "PYTHONPATH=src/lambda .venv/bin/python -m tests.fuzz"
_PREFIXES = ("AWS_", "POWERTOOLS_", "ALLOWED_")


def main() -> int:
    """Run what the command line asks for and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Try the function with hostile input.")
    parser.add_argument("--inputs", type=int, default=100_000, help="how many, spread over the targets (%(default)s)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 32), help="to try the same inputs again")
    parser.add_argument("--target", choices=sorted(TARGETS), help="one target alone")
    parser.add_argument("--replay", metavar="INPUT", help="a file, or TARGET:SEED:INDEX")
    asked = parser.parse_args()
    for name in [name for name in os.environ if name.startswith(_PREFIXES)]:
        del os.environ[name]
    if asked.replay:
        return _replay(asked.replay)
    begun = time.monotonic()
    say(f"{asked.inputs:,} inputs, seed {asked.seed}")
    tallies = _run(_chunks(asked.inputs, asked.target), asked.seed)
    _table(tallies)
    failures = [(tally.target, *failure) for tally in tallies for failure in tally.failures]
    tried_inputs = sum(tally.inputs for tally in tallies)
    seconds = time.monotonic() - begun
    say(f"{tried_inputs:,} inputs in {seconds:.0f} s, {len(failures)} failures, seed {asked.seed}")
    for name, index, failure in failures[:_MOST_FAILURES]:
        _explain(name, asked.seed, index, failure)
    return 1 if failures else 0


def _chunks(inputs: int, only: str | None) -> list[tuple[str, int, int]]:
    """Return target, first index and end of the pieces of work, the targets in turn."""
    whole = sum(target.share for target in TARGETS.values())
    counts = {name: -(-inputs * target.share // whole) for name, target in TARGETS.items()}
    counts = {only: inputs} if only else counts
    found = [
        (start, name, start, min(start + _CHUNK, count))
        for name, count in counts.items()
        for start in range(0, count, _CHUNK)
    ]
    return [(name, start, end) for _, name, start, end in sorted(found)]


def _run(chunks: list[tuple[str, int, int]], seed: int) -> list[Tally]:
    """Try all inputs, in two processes, until enough have failed."""
    tallies = {name: Tally(name) for name in TARGETS if any(name == one for one, _, _ in chunks)}
    spawn = multiprocessing.get_context("spawn")
    shown = Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
    with ProcessPoolExecutor(_PROCESSES, mp_context=spawn, initializer=limit_memory) as pool, shown:
        bar = shown.add_task("inputs", total=sum(end - start for _, start, end in chunks))
        futures = [pool.submit(tried, name, seed, start, end) for name, start, end in chunks]
        for tally in _results(futures):
            tallies[tally.target].add(tally)
            shown.advance(bar, tally.inputs)
            if sum(len(one.failures) for one in tallies.values()) >= _MOST_FAILURES:
                pool.shutdown(wait=False, cancel_futures=True)
    return list(tallies.values())


def _results(futures: list[Future[Tally]]) -> Iterator[Tally]:
    for future in as_completed(futures):
        if not future.cancelled():
            yield future.result()


def _table(tallies: list[Tally]) -> None:
    say(f"{'target':<12}{'inputs':>9}{'accepted':>10}{'refused':>9}{'slowest ms':>12}{'failures':>10}")
    for tally in tallies:
        refused, failed = tally.inputs - tally.accepted - len(tally.failures), len(tally.failures)
        counts = f"{tally.inputs:>9,}{tally.accepted:>10,}{refused:>9,}"
        say(f"{tally.target:<12}{counts}{tally.slowest:>12.1f}{failed:>10}")


def _explain(name: str, seed: int, index: int, failure: str) -> None:
    """Print a failure and what replays it, and write a smaller input that fails alike."""
    target, kind = TARGETS[name], _kind(failure)
    say(f"\n{name} #{index}: {failure}\n  replay it: {_COMMAND} --replay {name}:{seed}:{index}")
    given = shrunk(drawn(target, seed, index), lambda one: _kind(run(target, one).failure) == kind)
    _FOLDER.mkdir(parents=True, exist_ok=True)
    path = _FOLDER / f"{name}-{seed}-{index}.json"
    path.write_text(json.dumps({"target": name, "input": given}, indent=1))
    say(f"  cut down:  {_COMMAND} --replay {path}\n  {json.dumps(given)[:1000]}")


def _kind(failure: str | None) -> str:
    """Return what a failure has in common with others of the same cause: the exception and the first words."""
    return " ".join((failure or "").split()[:3])


def _replay(asked: str) -> int:
    path = Path(asked)
    if path.is_file():
        held: dict[str, Any] = json.loads(path.read_text())
        name, given = held["target"], held["input"]
    else:
        name, seed, index = asked.split(":")
        given = drawn(TARGETS[name], int(seed), int(index))
    done = run(TARGETS[name], given)
    say(json.dumps(given, indent=1))
    outcome = done.failure or ("accepted" if done.accepted else "refused")
    say(f"{outcome} in {done.milliseconds:.1f} ms")
    return 1 if done.failure else 0


if __name__ == "__main__":
    sys.exit(main())
