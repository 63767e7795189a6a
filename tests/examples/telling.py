"""A ledger for each test, and the table of what they executed at the end: needs nothing but pytest and rich."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rich.console import Console

from tests.examples import table
from tests.examples.ledger import Ledger, kept

_WIDTH = 120


@pytest.fixture
def ledger(record_property: Callable[[str, object], None]) -> Iterator[Ledger]:
    """What the test executes, for the table."""
    with kept(record_property) as book:
        yield book


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder."""
    for item in items:
        if "tests/examples/" in item.nodeid:
            item.add_marker(pytest.mark.examples)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the table."""
    words = [(result, report) for result, reports in terminalreporter.stats.items() for report in reports]
    rows = table.rows(table.told((word, report) for word, report in words if isinstance(report, pytest.TestReport)))
    if rows:
        console = Console(file=terminalreporter._tw._file, width=_WIDTH)  # noqa: SLF001  pytest has no other way to it
        console.print(table.drawn(rows))
