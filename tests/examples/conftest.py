"""The clouds of the end-to-end tests, the app's repository, and what tells of each test and of all of them."""

from __future__ import annotations

import pytest

from tests.e2e.account import SHARED_POLICY, Account, full
from tests.e2e.conftest import cloud, modelled_cloud, plain_cloud, scene
from tests.e2e.local_cloud import LocalCloud
from tests.examples.app_repository.fixtures import account, publisher, repository, served
from tests.examples.ledger import Ledger
from tests.examples.stacks import Stacks
from tests.examples.telling import ledger, pytest_collection_modifyitems, pytest_terminal_summary

__all__ = [
    "account", "cloud", "ledger", "modelled_cloud", "plain_cloud", "publisher", "pytest_collection_modifyitems",
    "pytest_terminal_summary", "repository", "scene", "served",
]  # fmt: skip


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
