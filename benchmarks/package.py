"""The function's package, built as `sam build` builds it, for the Python that measures."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

from benchmarks.places import BUILD, PYTHON, ROOT

NO_VERSION = "3.99"
"""A version that no Python has, so that none can make its bytecode."""


@cache
def built(*, bytecode: bool = True) -> Path:
    """Return the folder of a package that this run has built, with or without bytecode."""
    runtime = f"{sys.version_info[0]}.{sys.version_info[1]}" if bytecode else NO_VERSION
    folder = BUILD / ("package" if bytecode else "package-without-bytecode")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    target = ["build-Provider", f"ARTIFACTS_DIR={folder}", f"PYTHON={PYTHON}", f"RUNTIME={runtime}"]
    subprocess.run(["make", "-C", str(ROOT / "src" / "lambda"), *target], check=True, capture_output=True)  # noqa: S603, S607  make, with targets of ours
    return folder


def zipped_size(folder: Path) -> int:
    """Return the bytes of a folder as an archive."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writing:
        for path in sorted(folder.rglob("*")):
            writing.write(path, path.relative_to(folder))
    return archive.tell()
