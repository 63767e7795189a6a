"""The clouds of the end-to-end tests, the app's repository, a ledger for each test, and the table at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rich.console import Console

from tests.e2e.account import SHARED_POLICY, Account, full
from tests.e2e.conftest import cloud, modelled_cloud, plain_cloud, scene
from tests.e2e.local_cloud import LocalCloud
from tests.examples import table
from tests.examples.app_repository.fixtures import account, publisher, repository, served
from tests.examples.ledger import Ledger, kept
from tests.examples.stacks import Stacks

__all__ = ["account", "cloud", "modelled_cloud", "plain_cloud", "publisher", "repository", "scene", "served"]

_WIDTH = 120


@pytest.fixture
def ledger(record_property: Callable[[str, object], None]) -> Iterator[Ledger]:
    """What the test executes, for the table."""
    with kept(record_property) as book:
        yield book


@pytest.fixture
def stacks(cloud: LocalCloud, ledger: Ledger) -> Stacks:
    """The stacks of the cloud."""
    return Stacks(cloud, ledger)


@pytest.fixture
def full_account(cloud: LocalCloud) -> Account:
    """The log policies of the cloud's account, the shared one full."""
    policies = Account(cloud)
    policies.put(SHARED_POLICY, *full())
    return policies


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
