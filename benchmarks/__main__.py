"""Measures what the promise costs: `python -m benchmarks [PART...]`.

Prints each figure as it is found. A run of all parts writes docs/benchmarks.md; a run of some only prints.
"""

from __future__ import annotations

import argparse
import sys
import time
from importlib import import_module
from typing import Final

from benchmarks.figure import Figure
from benchmarks.instructions import NotMeasured
from benchmarks.page import page
from benchmarks.places import PAGE

PARTS: Final = ("cold", "create", "archive", "algebra", "sizes", "checking", "doctoring", "deploying")


def measured(name: str) -> tuple[str, list[Figure]]:
    """Return a part's title and its figures; one that cannot be measured here says why, instead of a figure."""
    part = import_module(f"benchmarks.{name}")
    print(f"\n{part.TITLE}", flush=True)
    begun = time.monotonic()
    try:
        found: list[Figure] = part.figures()
    except NotMeasured as error:
        found = [Figure(part.TITLE, "", "not measured", why=f"{error}.")]
    for figure in found:
        print(
            f"  {figure.verdict.strip('*'):8} {figure.what}: {figure.found}"
            + f" (goal: {figure.goal})" * bool(figure.goal)
        )
    print(f"  ({time.monotonic() - begun:.0f} s)", flush=True)
    return part.TITLE, found


def main() -> int:
    """Measure what is asked for, all if nothing is; end with 1 if a goal is not met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure what the promise costs.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(PARTS)}; all if none is named")
    parts = parser.parse_args().parts or PARTS
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))} (there are {', '.join(PARTS)})")
    found = dict(measured(name) for name in parts)
    if parts == PARTS:
        PAGE.write_text(page(found), encoding="utf-8")
        print(f"\nWritten to {PAGE.relative_to(PAGE.parents[1])}")
    return int(any(figure.met is False for figures in found.values() for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
