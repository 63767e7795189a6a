"""The clouds of the end-to-end tests, a ledger for each test, and the table at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from rich.console import Console

from tests.e2e.conftest import cloud, modelled_cloud, plain_cloud, scene
from tests.examples import table
from tests.examples.ledger import Ledger, kept

__all__ = ["cloud", "modelled_cloud", "plain_cloud", "scene"]

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
    reports = [(result, report) for result, report in words if isinstance(report, pytest.TestReport)]
    rows = table.rows(
        table.told(report.nodeid, dict(report.user_properties), _result(report.nodeid, reports))
        for _, report in reports
        if report.when == "teardown" and "tests/examples/test_" in report.nodeid
    )
    if rows:
        console = Console(file=terminalreporter._tw._file, width=_WIDTH)  # noqa: SLF001  pytest has no other way to it
        console.print(table.drawn(rows))


def _result(node_id: str, reports: Iterable[tuple[str, pytest.TestReport]]) -> str:
    """Return what pytest says of a test; its stages that went well have no word, but for the test itself."""
    words = {result for result, report in reports if report.nodeid == node_id} - {""}
    return next((word for word in ("error", "failed") if word in words), "".join(sorted(words)))
