"""The table that `make test-examples` ends with: example, tool and version, what was executed, result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from rich.table import Table

from tests.examples.ledger import EXECUTED, TOOLS

_PREFIX: Final = "test_"


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


def told(node_id: str, properties: Mapping[str, object], result: str) -> Told:
    """Return what a test told; `properties` are its report's. `test_sam_nested.py` tests `sam-nested`."""
    example = PurePath(node_id.partition("::")[0]).stem.removeprefix(_PREFIX).replace("_", "-")
    return Told(example, _listed(properties.get(TOOLS)), _listed(properties.get(EXECUTED)), result)


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


def _listed(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
