"""Build the provider's package as `sam build` does."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.e2e.local_cloud import INHERITED, ROOT

SOURCE: Final = ROOT / "src" / "lambda"
_MAKE_VARIABLES: Final = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}


class NotBuilt(RuntimeError):
    """There is no make, or it could not build the package."""


def fingerprint() -> str:
    """Return what tells the sources of a package from those of another."""
    digest = hashlib.sha256()
    for path in sorted(_files(SOURCE)):
        digest.update(str(path.relative_to(SOURCE)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def build(target: Path) -> None:
    """Write the package as a zip, which is there in one moment and whole.

    Raises:
        NotBuilt: with what make said.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        built, unfinished = Path(scratch) / "built", Path(scratch) / "provider.zip"
        built.mkdir()
        _make(built)
        _write_zip(unfinished, built)
        unfinished.replace(target)


def _make(folder: Path) -> None:
    """Run the target that the template's `BuildMethod: makefile` runs."""
    done = subprocess.run(  # noqa: S603  make, with a target of ours
        [_program("make"), "-C", str(SOURCE), "build-Provider", f"ARTIFACTS_DIR={folder}", f"PYTHON={sys.executable}"],
        env={name: value for name, value in INHERITED.items() if name not in _MAKE_VARIABLES},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotBuilt(f"The provider could not be built: {done.stderr.strip()[-500:]}")


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NotBuilt(f"{name} is needed to build the provider, and was not found: install it.")
    return found


def _write_zip(target: Path, folder: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(_files(folder)):
            archive.write(path, path.relative_to(folder))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
