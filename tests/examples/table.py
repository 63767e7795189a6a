"""The table that `make test-examples` ends with: example, tool and version, what was executed, result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

import pytest
from rich.table import Table

from tests.e2e.local_cloud import ROOT
from tests.examples.ledger import EXECUTED, TOOLS

EXAMPLES: Final = frozenset(path.name for path in (ROOT / "examples").iterdir() if path.is_dir())
COMMAND: Final = "command"
"""The way in that needs no folder: the command, run from its wheel by what people run such commands with."""
_HERE: Final = "tests/examples/"
_WORST: Final = ("error", "failed")


@dataclass(frozen=True)
class Told:
    """What one test of an example told; `result` is pytest's word for it."""

    example: str
    tools: tuple[str, ...]
    executed: tuple[str, ...]
    result: str


@dataclass(frozen=True)
class Row:
    """One example."""

    example: str
    tools: tuple[str, ...]
    executed: tuple[str, ...]
    results: tuple[str, ...]
    """How many of its tests ended how, the most frequent first."""


def example_of(node_id: str) -> str | None:
    """Return the example, or COMMAND, that a test or a module of tests is about; None if it is about none.

    `tests/examples/test_sam_nested.py` is about `sam-nested`, and so is all that is in `tests/examples/sam_nested`.
    """
    module = node_id.partition("::")[0]
    if not module.startswith(_HERE):
        return None
    first = PurePath(module.removeprefix(_HERE)).parts[0]
    name = first.removesuffix(".py").removeprefix("test_").replace("_", "-")
    return name if name in EXAMPLES | {COMMAND} else None


def result(words: Iterable[str]) -> str:
    """Return how a test ended, by pytest's words for its stages; those that went well have none, but for the test."""
    said = set(words) - {""}
    return next((word for word in _WORST if word in said), "".join(sorted(said)))


def told(reports: Iterable[tuple[str, pytest.TestReport]]) -> list[Told]:
    """Return what the tests of examples told, by their reports and pytest's words for them."""
    known = list(reports)
    said: dict[str, list[str]] = {}
    for word, report in known:
        said.setdefault(report.nodeid, []).append(word)
    return [
        _told(example, dict(report.user_properties), result(said[report.nodeid]))
        for _, report in known
        if report.when == "teardown" and (example := example_of(report.nodeid))
    ]


def rows(tests: Iterable[Told]) -> list[Row]:
    """Return a row an example, by name: what several tests of it told is told once, in the order of the tests."""
    known = list(tests)
    return [
        _row(name, [one for one in known if one.example == name]) for name in sorted({one.example for one in known})
    ]


def drawn(examples: Iterable[Row]) -> Table:
    """Return the table to print."""
    table = Table(title="Examples", title_justify="left", show_lines=True)
    for heading in ("example", "tool and version", "executed", "result"):
        table.add_column(heading, overflow="fold")
    for row in examples:
        table.add_row(row.example, "\n".join(row.tools), "\n".join(row.executed), "\n".join(row.results))
    return table


def _row(name: str, tests: list[Told]) -> Row:
    tools = dict.fromkeys(tool for one in tests for tool in one.tools)
    executed = dict.fromkeys(step for one in tests for step in one.executed)
    counts = Counter(one.result for one in tests).most_common()
    return Row(name, tuple(tools), tuple(executed), tuple(f"{number} {result}" for result, number in counts))


def _told(example: str, properties: Mapping[str, object], word: str) -> Told:
    return Told(example, _listed(properties.get(TOOLS)), _listed(properties.get(EXECUTED)), word)


def _listed(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
