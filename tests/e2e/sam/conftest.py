"""The SAM CLI, once for each test, so that nothing is left of the builds of others."""

from pathlib import Path

import pytest

from tests.e2e.account import Account
from tests.e2e.local_cloud import LocalCloud
from tests.e2e.sam.sam_cli import SamCli


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder."""
    for item in items:
        if "tests/e2e/sam/" in item.nodeid:
            item.add_marker(pytest.mark.sam)


@pytest.fixture
def cloud(modelled_cloud: LocalCloud) -> LocalCloud:
    """An empty cloud with our model of what the engine lacks."""
    modelled_cloud.reset()
    return modelled_cloud


@pytest.fixture
def account(cloud: LocalCloud) -> Account:
    """The log policies of the cloud's account."""
    return Account(cloud)


@pytest.fixture
def sam(tmp_path: Path, cloud: LocalCloud) -> SamCli:
    """The SAM CLI in a copy of the project, before the empty cloud."""
    return SamCli(tmp_path, cloud)
