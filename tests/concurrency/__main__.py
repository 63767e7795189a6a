"""Plays rounds of provider processes at once and prints what came of them, a line a round and a table at the end.

`python -m tests.concurrency [--rounds N] [--seed S] [--providers N] [--careless]`. Exit code 1 if anything was found
wrong. The seed of a round gives the same faults again; the order in which processes run is the machine's.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.concurrency.faults import FAULTS
from tests.concurrency.orders import Settings, careless
from tests.concurrency.scenario import Round, play
from tests.concurrency.verdict import Verdict, judge


def main() -> int:
    """Play the rounds."""
    parser = argparse.ArgumentParser(prog="python -m tests.concurrency", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, help="of the first round; the others count on from it (default: any)")
    parser.add_argument("--providers", type=int, default=16)
    parser.add_argument("--careless", action="store_true", help="without the write discipline: grants are lost")
    given = parser.parse_args()
    first = random.randrange(1_000_000) if given.seed is None else given.seed  # noqa: S311 - any will do
    total = Counter[str]()
    for seed in range(first, first + given.rounds):
        settings = careless(seed, given.providers) if given.careless else Settings(seed, given.providers)
        total += _round(settings)
    _say("", *(f"{name:<58}{count:>8,}" for name, count in _table(total, given.rounds)))
    return 1 if total["faults found"] else 0


def _round(settings: Settings) -> Counter[str]:
    """Play one, say what came of it, and keep the processes' logs if something is wrong."""
    folder = Path(tempfile.mkdtemp(prefix="concurrency-"))
    played = play(settings, folder)
    verdict = judge(played)
    figures = _figures(played, verdict)
    _say(
        f"seed {settings.seed}: {figures['answered SUCCESS']} of {figures['events']} SUCCESS,"
        f" {figures['writes']} writes, {figures['faults injected']} faults, {figures['grants lost']} grants lost,"
        f" {played.seconds:.0f} s"
    )
    if verdict.faults:
        _say(*(f"  {sentence}" for sentence in verdict.faults), f"  logs: {folder}")
    else:
        shutil.rmtree(folder)
    return figures


def _figures(played: Round, verdict: Verdict) -> Counter[str]:
    made = [call for call in played.service.calls if call.made is not None]
    return Counter(
        {
            **played.service.dice.thrown,
            "events": len(played.orders),
            "answered SUCCESS": sum(told.body["Status"] == "SUCCESS" for told in played.told.values()),
            "answers sent": played.answers_sent,
            "calls": len(played.service.calls),
            "writes": len(made),
            "writes unanswered": sum(not call.is_answered for call in made),
            "faults injected": played.service.dice.thrown.total(),
            "grants lost": len(verdict.lost),
            "breaches": len(verdict.undisciplined),
            "appended": len(played.appender.appended),
            "overwritten": verdict.overwritten,
            "taken back": sum(order.kind == "Delete" for order in played.orders),
            "came back": verdict.came_back,
            "faults found": len(verdict.faults),
        }
    )


def _table(total: Counter[str], rounds: int) -> list[tuple[str, int]]:
    return [
        ("rounds", rounds),
        ("events sent to provider processes", total["events"]),
        ("answered SUCCESS", total["answered SUCCESS"]),
        ("  answers sent, because not all were taken at once", total["answers sent"]),
        ("calls to CloudWatch Logs", total["calls"]),
        ("faults injected", total["faults injected"]),
        *((f"  {fault.name}", total[fault.name]) for fault in FAULTS),
        ("policies written or deleted", total["writes"]),
        ("  of these without an answer to the caller", total["writes unanswered"]),
        ("entries appended by the AWS service", total["appended"]),
        ("  overwritten, having come between a read and its write", total["overwritten"]),
        ("grants taken back by a Delete", total["taken back"]),
        ("  written again by a writer that had read them before", total["came back"]),
        ("calls that broke the write discipline", total["breaches"]),
        ("grants lost", total["grants lost"]),
    ]


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
