"""Measures what the promise costs: `python -m benchmarks [PART...]`.

Prints each figure as it is found. A run of all parts writes docs/benchmarks.md; a run of some only prints.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from importlib import import_module
from typing import Final

from benchmarks.figure import Figure, unmeasured
from benchmarks.machine import described
from benchmarks.page import page
from benchmarks.places import PAGE

PARTS: Final = ("cold", "create", "archive", "algebra", "sizes", "checking", "doctoring", "deploying")


def measured(name: str) -> tuple[str, list[Figure]]:
    """Return a part's title and its figures; what fails says why in the place of its figures, and the rest goes on."""
    part = import_module(f"benchmarks.{name}")
    print(f"\n{part.TITLE}", flush=True)
    begun = time.monotonic()
    try:
        found: list[Figure] = part.figures()
    except Exception as error:  # noqa: BLE001 - a quarter of an hour's other figures are not to be lost
        found = [unmeasured(part.TITLE, f"{type(error).__name__}: {error}")]
    for figure in found:
        print(
            f"  {figure.verdict.strip('*'):12} {figure.what}: {figure.found}"
            + f" (goal: {figure.goal})" * bool(figure.goal)
        )
        if not figure.met and figure.why:
            print(f"{'':15}{figure.why}")
    print(f"  ({time.monotonic() - begun:.0f} s)", flush=True)
    return part.TITLE, found


def main() -> int:
    """Measure what is asked for, all if nothing is; return 0 if all could be measured, met or not."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure what the promise costs.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(PARTS)}; all if none is named")
    parts = tuple(parser.parse_args().parts) or PARTS
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))} (there are {', '.join(PARTS)})")
    machine = described()
    found = dict(measured(name) for name in parts)
    figures = [figure for one in found.values() for figure in one]
    if all(figure.measured for figure in figures) and parts == PARTS:
        PAGE.write_text(page(found, machine), encoding="utf-8")
        print(f"\nWritten to {PAGE.relative_to(PAGE.parents[1])}")
    elif parts == PARTS:
        print("\nNot all could be measured, so docs/benchmarks.md stays as it is.")
    return int(not all(figure.measured for figure in figures))


def _end(*_: object) -> None:
    """End as for Ctrl-C: servers and groups of processes are put away on the way out."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
