"""The contender in Node.js, made ready to run: its packages installed as they are locked, and bundled."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.not_measured import NotMeasured
from benchmarks.places import BUILD, CONTENDERS

SOURCE = CONTENDERS / "create" / "node"


def commands(folder: Path = BUILD / "node") -> Mapping[str, Sequence[str]]:
    """Return the commands of a Create with the SDK as Lambda's runtime has it, and bundled into one file.

    What is installed lies below `.cache`, and is kept; the copy that runs is made anew in `folder`.

    Raises:
        NotMeasured: Node.js is not installed, which comes with the requirements of the examples.
        AssertionError: its packages could not be had; the message is npm's.
        RuntimeError: they could not be bundled.
    """
    try:
        from tests.examples import node  # noqa: PLC0415  it is in a set of requirements of its own
    except ModuleNotFoundError as error:
        raise NotMeasured(f"Node.js is not installed (no {error.name})") from error
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    project = node.project(SOURCE, folder)
    program = str(node.NODE / "node")
    bundle = project / "bundle.cjs"
    _bundle([program, str(project / "node_modules" / "esbuild" / "bin" / "esbuild")], project / "index.mjs", bundle)
    return {"Node.js": [program, str(project / "index.mjs")], "Node.js, bundled": [program, str(bundle)]}


def _bundle(esbuild: Sequence[str], source: Path, target: Path) -> None:
    options = ["--bundle", "--minify", "--platform=node", "--format=cjs", "--log-level=error", f"--outfile={target}"]
    done = subprocess.run(  # noqa: S603  the bundler that was installed, on a file of ours
        [*esbuild, str(source), *options], env={"PATH": ""}, capture_output=True, text=True, check=False
    )
    if done.returncode or not target.is_file():
        raise RuntimeError(f"The contender in Node.js could not be bundled: {done.stderr[-1000:]}")
