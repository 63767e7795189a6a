"""A copy of the project that can be released."""

from pathlib import Path

import pytest

from tests.release import copies


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of what is checked, all of it at one version that is released on a day."""
    copies.copy(tmp_path)
    return tmp_path
