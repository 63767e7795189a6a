"""Play schedules for as long as is wanted, and tell what was lost.

python -m tests.simulation                          as many schedules as an hour allows, at least 100,000
python -m tests.simulation --seconds 0              100,000 schedules
python -m tests.simulation --comparison             the same schedules with and without each part of the discipline
python -m tests.simulation --replay 4711 [--without W]   one schedule, change by change
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import count

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from tests.simulation.schedule import KEPT, LONG_GAP, SHORT_GAP, WITHOUT, Discipline, play, quiet
from tests.simulation.tally import Tally
from tests.simulation.verdict import losses

_CHUNK = 100
_LINE = 10_000
"""Schedules after which a line tells how far it is, where no bar can."""


def chunk(first: int, many: int, discipline: Discipline, longest_gap: float) -> Tally:
    """Play some schedules, one after the other."""
    quiet()
    tally = Tally()
    for seed in range(first, first + many):
        tally.add(play(seed, discipline, longest_gap))
    return tally


def soak(first: int, seconds: float, at_least: int, processes: int) -> Tally:
    """Play until the time is over and enough have been played."""
    total, begun = Tally(), time.monotonic()
    chunks = (first + number * _CHUNK for number in count())
    with ProcessPoolExecutor(processes) as pool, Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("schedules", total=1.0)

        def wanted() -> bool:
            return time.monotonic() - begun < seconds or total.schedules + len(running) * _CHUNK < at_least

        running: set[Future[Tally]] = set()
        told = 0
        while running or wanted():
            while len(running) <= processes and wanted():
                running.add(pool.submit(chunk, next(chunks), _CHUNK, KEPT, SHORT_GAP))
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for one in done:
                total.merge(one.result())
            part = [total.schedules / at_least] if at_least else []
            part += [(time.monotonic() - begun) / seconds] if seconds else []
            said = f"{total.schedules:,} schedules, {len(total.failing)} with a loss"
            progress.update(bar, completed=min(1.0, *part, 1.0), description=said)
            if not progress.console.is_terminal and total.schedules >= told + _LINE:
                told = total.schedules
                sys.stderr.write(f"{said}\n")
    return total


def comparison(first: int, many: int, processes: int) -> Iterator[tuple[str, Tally]]:
    """Yield what the same schedules come to with the whole discipline, without each part, and beside a slow writer."""
    cases = [
        ("the whole discipline", KEPT, SHORT_GAP),
        *((f"without {part}", discipline, SHORT_GAP) for part, discipline in WITHOUT.items()),
        *((f"SettleSeconds {seconds}", Discipline(settle_seconds=seconds), SHORT_GAP) for seconds in (1, 2, 3, 4)),
        (f"a service that takes up to {LONG_GAP:.0f} s", KEPT, LONG_GAP),
    ]
    with ProcessPoolExecutor(processes) as pool:
        for title, discipline, gap in cases:
            total = Tally()
            starts = range(first, first + many, _CHUNK)
            for part in [pool.submit(chunk, start, _CHUNK, discipline, gap) for start in starts]:
                total.merge(part.result())
            yield title, total


def replay(seed: int, discipline: Discipline, longest_gap: float) -> None:
    """Print a schedule's changes and losses."""
    quiet()
    run = play(seed, discipline, longest_gap)
    start = run.store.history[1].at if len(run.store.history) > 1 else 0.0
    for change in run.store.history[1:]:
        held = change.policies.get(change.name)
        rested = f"rests on {change.at - change.seen:4.1f} s ago"
        sys.stdout.write(
            f"{change.at - start:8.2f} s  {change.name}: {len(held.text) if held else 'deleted'}, {rested}\n"
        )
    for writer in run.writers:
        told = (
            f"{writer.told_at - start:8.2f} s  {writer.result.outcome}"
            if writer.result
            else f"          {writer.error}"
        )
        sys.stdout.write(f"{told}  {', '.join(writer.request.patterns)} {writer.removed}\n")
    for loss in losses(run):
        sys.stdout.write(f"{loss.kind}: {loss.entry.resource}, {loss.after:.2f} s after\n")


def main() -> int:
    """Play what was asked for; return 1 if anything was lost that should not have been."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3600.0, help="how long to play (default: an hour)")
    parser.add_argument("--at-least", type=int, default=100_000, help="schedules to play however long it takes")
    parser.add_argument("--first", type=int, default=None, help="the first seed (default: by chance)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--comparison", type=int, nargs="?", const=2000, metavar="SCHEDULES")
    parser.add_argument("--replay", type=int, metavar="SEED")
    parser.add_argument("--without", choices=WITHOUT, help="with --replay: leave that part of the discipline out")
    parser.add_argument("--slow", action="store_true", help="with --replay: services take long to append")
    options = parser.parse_args()
    first = random.SystemRandom().randrange(10**9) if options.first is None else options.first
    if options.replay is not None:
        discipline = WITHOUT[options.without] if options.without else KEPT
        replay(options.replay, discipline, LONG_GAP if options.slow else SHORT_GAP)
        return 0
    if options.comparison:
        return compared(comparison(0, options.comparison, options.processes))
    begun = time.monotonic()
    total = soak(first, options.seconds, options.at_least, options.processes)
    sys.stdout.write(total.report(first, time.monotonic() - begun))
    return 1 if total.failing or not total.schedules else 0


def compared(cases: Iterator[tuple[str, Tally]]) -> int:
    """Print the table; return 1 if the whole discipline lost anything, or a part could be left out unnoticed."""
    table = Table("", "schedules", "with a loss", "first seed", box=None)
    verdicts = []
    for title, tally in cases:
        table.add_row(title, f"{tally.schedules:,}", f"{len(tally.failing):,}", str(min(tally.failing, default="")))
        verdicts.append(bool(tally.failing) == title.startswith(("without", "a service")) or title.startswith("Settle"))
    Console(width=100).print(table)
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
