"""Figures that the README names: the demo's policy before and after, and what was measured."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from documentation import scenes
from documentation.markdown import table
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.plan import plan
from vended_logs.policy.request import DEFAULT_POLICY_NAME, Request

_MEASURED: Final = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"


def before_and_after() -> str:
    """Return the picture of the demo's policy, with its figures for whoever cannot see it, planned for anew."""
    held = scenes.full_policy()
    made = plan([ResourcePolicy.parse(DEFAULT_POLICY_NAME, held)], Request(scope=scenes.SCOPE))
    [after] = made.puts
    before = f"{len(held):,} of {made.size_limit:,} characters and {made.entries_before} entries"
    told = f"The log policy before and after: {before}, then {after.size:,} characters and {made.entries_after} entries"
    return f"![{told}](docs/pictures/before-and-after.svg)"


def dropped() -> int:
    """Return how many entries of the demo's policy the grant takes the place of."""
    policy = ResourcePolicy.parse(DEFAULT_POLICY_NAME, scenes.full_policy())
    return len(plan([policy], Request(scope=scenes.SCOPE)).dropped)


def costs() -> str:
    """Return the table of what a deploy pays, from the last run of `make bench`."""
    rows = (
        ("is made or changed, and finds the grant in force", "a cold no-op", "the grant in force"),
        ("has to write the grant, once an account and region", "a cold first write", "a first write"),
    )
    return table(
        ("a deploy whose resource", "waits longer, in seconds", "calls to AWS"),
        (
            (when, f"{_figure(f'512 MB: {what}'):.1f}", f"{_figure(f'AWS calls: {call}'):.0f}")
            for when, what, call in rows
        ),
    )


def _figure(what: str) -> float:
    return float(found(what).partition(" ")[0])


def found(what: str) -> str:
    """Return what was found of a figure of the page of benchmarks.

    Raises:
        ValueError: the page has no such figure.
    """
    row = re.search(rf"^\| {re.escape(what)} \|[^|]*\| ([^|]+) \|", _MEASURED.read_text(encoding="utf-8"), re.MULTILINE)
    if not row:
        raise ValueError(f"docs/benchmarks.md does not tell {what!r}: run `make bench`, or name another figure.")
    return row[1]
