"""The files of this repository's folders, without what tools put there when somebody tries an example."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

MADE: Final = {"__pycache__", ".aws-sam", ".serverless", ".terraform", ".venv", "cdk.out", "node_modules"}
"""Folders by name."""


def files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, in order."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - MADE)
        yield from (Path(place, name) for name in sorted(names))
