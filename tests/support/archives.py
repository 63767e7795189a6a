"""How the tests build what is installed: the wheel and the source archive."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def build(source: Path, folder: Path, target: str) -> Path:
    """Build the wheel (`wheel`) or the source archive (`sdist`) of a checkout into a folder."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True, text=True)  # noqa: S603  our own
    [built] = folder.glob("*.whl" if target == "wheel" else "*.tar.gz")
    return built
