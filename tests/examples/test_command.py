"""The command, run from its wheel without being installed, as people run commands: by pipx and by uvx.

What it needs, pip collects in a folder by its own settings, and both tools take it from there alone: uv does not read
pip's settings, and where the index is, only those may tell.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.local_cloud import INHERITED, ROOT
from tests.examples.ledger import Ledger
from tests.support.archives import build
from tests.support.programs import Done, run

VERSION: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
BEFORE: Final = ROOT / "examples" / "sam-drop-in" / "before" / "template.yaml"
AFTER: Final = ROOT / "examples" / "sam-drop-in" / "after" / "template.yaml"
PROGRAMS: Final = Path(sysconfig.get_path("scripts"))
RUNNING: Final[Mapping[str, tuple[str, ...]]] = {"pipx": ("pipx", "run", "--spec"), "uvx": ("uvx", "--from")}
"""How each tool is told which wheel to run a command of."""
SECONDS: Final = 300


class Runner:
    """A tool that runs commands of wheels, with nothing of its own but one folder."""

    def __init__(self, tool: str, wheel: Path, home: Path, ledger: Ledger) -> None:
        self._words = RUNNING[tool]
        self._wheel = wheel
        self._home = home
        self._ledger = ledger
        self._settings = _settings(wheel.parent, home)
        done = run([str(PROGRAMS / tool), "--version"], home, self._settings, SECONDS)
        ledger.uses(tool, done.stdout.split()[1 if tool == "uvx" else 0])

    def run(self, *arguments: str) -> Done:
        """Run our command."""
        program, *options = self._words
        command = [str(PROGRAMS / program), *options, str(self._wheel), "vended-logs", *arguments]
        done = run(command, self._home, self._settings, SECONDS, errors_apart=True)
        told = " ".join("/".join(Path(word).parts[-2:]) for word in arguments)
        self._ledger.did(f"{' '.join(self._words)} WHEEL vended-logs {told}: exit code {done.returncode}")
        return done


def _settings(wheels: Path, home: Path) -> dict[str, str]:
    """Return a whole environment in which wheels come from one folder, and what is made goes into another."""
    config = home / "uv.toml"
    config.write_text(f'no-index = true\nfind-links = ["{wheels}"]\n', encoding="utf-8")
    return {
        "PATH": INHERITED["PATH"],
        "HOME": str(home),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "PIPX_DEFAULT_BACKEND": "pip",  # uv would be taken where it is at hand, and that has its own test
        "PIPX_DEFAULT_PYTHON": sys.executable,
        "PIPX_DISABLE_SHARED_LIBS_AUTO_UPGRADE": "1",  # of pip, from an index
        "PIPX_HOME": str(home / "pipx"),
        "UV_CACHE_DIR": str(home / "uv-cache"),
        "UV_CONFIG_FILE": str(config),
        "UV_PYTHON": sys.executable,
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_TOOL_DIR": str(home / "uv-tools"),
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel, in a folder with the wheels of all that it needs."""
    built = build(ROOT, tmp_path_factory.mktemp("wheel"), "wheel")
    folder = tmp_path_factory.mktemp("wheels")
    collect = [sys.executable, "-I", "-m", "pip", "wheel", "--quiet", f"--wheel-dir={folder}", str(built)]
    done = run(collect, folder, INHERITED, SECONDS)
    assert done.returncode == 0, done.stdout
    return folder / built.name


@pytest.fixture(params=RUNNING)
def runner(request: pytest.FixtureRequest, wheel: Path, tmp_path: Path, ledger: Ledger) -> Runner:
    """Each of the tools."""
    return Runner(request.param, wheel, tmp_path, ledger)


def test_it_runs_from_its_wheel(runner: Runner) -> None:
    """The command tells its version, finds a machine that does not wait, and is content with one that does."""
    done = runner.run("--version")
    assert (done.returncode, done.stdout) == (0, f"vended-logs {VERSION}\n"), done.stderr
    found = runner.run("check", str(BEFORE))
    assert (found.returncode, found.stdout.count(" E9601 ")) == (1, 1), found.stderr
    none = runner.run("check", str(AFTER))
    assert (none.returncode, none.stdout) == (0, ""), none.stderr
