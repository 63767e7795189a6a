"""One engine with our model for the scenarios of a worker, and one without for those that need none of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.local_cloud import LocalCloud, local_cloud
from tests.e2e.scene import Scene


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder."""
    for item in items:
        if "tests/e2e/" in item.nodeid:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def modelled_cloud() -> Iterator[LocalCloud]:
    """The engine with our model of what it lacks."""
    with local_cloud(modelled=True) as running:
        yield running


@pytest.fixture(scope="session")
def plain_cloud() -> Iterator[LocalCloud]:
    """The engine as it comes."""
    with local_cloud(modelled=False) as running:
        yield running


@pytest.fixture
def cloud(modelled_cloud: LocalCloud) -> LocalCloud:
    """An empty cloud with our model."""
    modelled_cloud.reset()
    return modelled_cloud


@pytest.fixture
def scene(request: pytest.FixtureRequest) -> Scene:
    """An empty cloud: with our model, unless the test is run `on_both_engines`."""
    engine = getattr(request, "param", "modelled")
    return Scene(request.getfixturevalue(f"{engine}_cloud"))
