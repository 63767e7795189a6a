"""A copy of the project for `make` to run in, with the environments that the project has."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Final

from tests.e2e.local_cloud import ROOT
from tests.support.shipped import MADE

_COPIED: Final = ("examples", "release", "requirements", "src")
_COPIED_FILES: Final = (
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "README-SAR.md",
    "pyproject.toml",
    "samconfig.toml",
    "template.yaml",
)


def check_out(folder: Path) -> None:
    """Copy into a new folder what is built, deployed and released."""
    folder.mkdir()
    for name in _COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(*MADE))
    for name in _COPIED_FILES:
        shutil.copy(ROOT / name, folder)
    for name in (".venv", ".venv-sam"):
        _share(ROOT / name, folder / name)


def _share(environment: Path, copy: Path) -> None:
    """Let the copy use an environment of the project's, and take it for made whatever is edited there.

    Else `make` would install the copy into the project's own environment.
    """
    copy.mkdir()
    tomorrow = time.time() + 24 * 60 * 60
    for path in environment.iterdir():
        if path.is_dir() or not path.name.startswith("."):
            (copy / path.name).symlink_to(path)
        else:  # a mark of `make`'s
            (copy / path.name).touch()
            os.utime(copy / path.name, (tomorrow, tomorrow))
