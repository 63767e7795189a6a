"""The terminal that these tests sit at."""

from pathlib import Path

import pytest

from tests.tools.applying.terminal import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A user before an account without policies, who agrees to everything."""
    return Terminal(tmp_path)
