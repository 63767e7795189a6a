"""The table that `make test-examples` ends with: example, tool and version, what was executed, result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Final

from rich.table import Table

from tests.examples.ledger import EXECUTED, TOOLS

PASSED: Final = "passed"
_PREFIX: Final = "test_"


@dataclass(frozen=True)
class Row:
    """One test of an example: `result` is passed, failed or skipped."""

    example: str
    tools: str
    executed: str
    result: str

    @property
    def is_told(self) -> bool:
        """Whether the row says something: a tool was run, or the test did not pass."""
        return bool(self.executed) or self.result != PASSED


def example_of(node_id: str) -> str:
    """Return the example that a test is of: `test_sam_nested.py` tests `sam-nested`."""
    return PurePath(node_id.partition("::")[0]).stem.removeprefix(_PREFIX).replace("_", "-")


def row(node_id: str, properties: Mapping[str, object], result: str) -> Row:
    """Return a test's row; `properties` are its report's."""
    name = node_id.rpartition("::")[2]
    executed = str(properties.get(EXECUTED) or "")
    if result != PASSED:
        executed = f"{executed} ({name})" if executed else name
    return Row(example_of(node_id), str(properties.get(TOOLS) or ""), executed, result)


def rows(tests: Iterable[Row]) -> list[Row]:
    """Return the rows that say something, by example, what repeats in the one above left out."""
    told = sorted((one for one in tests if one.is_told), key=lambda one: one.example)
    return [_unrepeated(one, above) for one, above in zip(told, [None, *told], strict=False)]


def _unrepeated(one: Row, above: Row | None) -> Row:
    if above is None or one.example != above.example:
        return one
    return replace(one, example="", tools="" if one.tools == above.tools else one.tools)


def drawn(told: Iterable[Row]) -> Table:
    """Return the table to print."""
    table = Table(title="Examples", title_justify="left", pad_edge=False)
    for heading in ("example", "tool and version", "executed", "result"):
        table.add_column(heading, overflow="fold")
    for one in told:
        if one.example:
            table.add_section()
        table.add_row(one.example, one.tools, one.executed, one.result)
    return table
