"""The terminal that a backup is restored from, and a folder for backups."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.applying.terminal import Terminal


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder for the backups that are put back, beside the one that the runs write to."""
    folder = tmp_path / "kept"
    folder.mkdir()
    return folder


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A user before an account without policies, who agrees to everything."""
    folder = tmp_path / "here"
    folder.mkdir()
    return Terminal(folder)
