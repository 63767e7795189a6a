"""Resolve the requirement sets and write them down, every package of them pinned.

``python requirements/lock.py`` (``make lock``) asks pip what each ``*.in`` file comes to and rewrites the ``*.txt``
beside it, and ``src/lambda/requirements.txt`` with hashes, since that one goes into the function. Run it on Python
3.11, the oldest supported: what newer ones need is a subset.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FUNCTION = HERE.parent / "src" / "lambda" / "requirements.txt"
HEADER = "# Written by `make lock`; do not edit.\n"
# What the function runs on; its set is pure Python, but is resolved for there all the same.
LAMBDA = ("--platform=manylinux2014_aarch64", "--python-version=3.13", "--implementation=cp", "--only-binary=:all:")


def resolve(*arguments: str) -> list[dict[str, Any]]:
    """Return pip's installation report for the arguments: one mapping a package, sorted by name."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        options = ("--quiet", "--dry-run", "--ignore-installed", f"--report={report}", f"--target={folder}/none")
        subprocess.run([sys.executable, "-m", "pip", "install", *options, *arguments], check=True)
        packages = json.loads(report.read_text(encoding="utf-8"))["install"]
    return sorted(packages, key=name)


def name(package: dict[str, Any]) -> str:
    """Return a package's normalised name, by which the index knows it."""
    return re.sub(r"[-_.]+", "-", package["metadata"]["name"]).lower()


def pin(package: dict[str, Any], *, hashed: bool = False) -> str:
    """Return the package's line: ``name==version``, and the digest of the very archive if asked for."""
    line = f"{name(package)}=={package['metadata']['version']}"
    if not hashed:
        return line
    return f"{line} \\\n    --hash=sha256:{package['download_info']['archive_info']['hashes']['sha256']}"


def write(path: Path, lines: Iterable[str]) -> None:
    """Write the lines below the header."""
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")


def on_top_of(base: str, extra: str, pinned: list[str]) -> list[str]:
    """Write what a set needs beyond another, of which those lines are pinned, and return its own lines."""
    both = resolve("-r", str(HERE / f"{base}.txt"), "-r", str(HERE / f"{extra}.in"))
    lines = [pin(package) for package in both if pin(package) not in pinned]
    write(HERE / f"{extra}.txt", [f"-r {base}.txt", *lines])
    return lines


def main() -> None:
    """Write all sets."""
    lean = [pin(package) for package in resolve("-r", str(HERE / "local-cloud.in"))]
    write(HERE / "local-cloud.txt", lean)
    dev = on_top_of("local-cloud", "dev", lean)
    on_top_of("dev", "mutation", [*lean, *dev])
    examples = on_top_of("dev", "examples", [*lean, *dev])
    on_top_of("examples", "bench", [*lean, *dev, *examples])
    for alone in ("sam", "cfn-lint-oldest"):
        write(HERE / f"{alone}.txt", [pin(package) for package in resolve("-r", str(HERE / f"{alone}.in"))])
    function = resolve(*LAMBDA, "-r", str(HERE / "function.in"))
    write(FUNCTION, [pin(package, hashed=True) for package in function])


if __name__ == "__main__":
    main()
