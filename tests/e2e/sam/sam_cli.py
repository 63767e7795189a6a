"""Runs the SAM CLI of .venv-sam in a folder of its own, with an AWS profile that leads to the local cloud alone."""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.e2e.local_cloud import ACCOUNT, REGION, ROOT, LocalCloud
from tests.support.programs import Done, run
from tests.support.shipped import MADE

SAM: Final = ROOT / ".venv-sam" / "bin" / "sam"
# What a build calls, and nothing else: no Python among it, so none of the function's version either.
PROGRAMS: Final = ("sh", "make", "env", "find", "cp", "rm", "touch", "uname")
# How pip reaches its index, and which locale programs speak in.
KEPT: Final = ("PIP_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "LANG", "LC_")
# What is in the project that the SAM CLI reads.
PROJECT: Final = ("template.yaml", "samconfig.toml", "README-SAR.md", "LICENSE", "src", "events", "examples")
_SECONDS: Final = 240


class SamCli:
    """The SAM CLI in `folder`, which is in a working copy of the project, and the cloud that it deploys to."""

    def __init__(self, scratch: Path, cloud: LocalCloud, within: str = ".", **settings: str) -> None:
        """Copy the project into a new folder; `within` it is what the SAM CLI is called in, with more `settings`."""
        project = scratch / "project"
        self.folder = project / within
        self._environment = settings_of(scratch, cloud) | settings
        _copy_project(project)

    @property
    def search_path(self) -> str:
        """PATH as the SAM CLI sees it."""
        return self._environment["PATH"]

    def run(self, *arguments: str) -> str:
        """Run `sam` with the arguments and return what it prints; raises AssertionError with that if it fails."""
        done = self._run(*arguments)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def fail(self, *arguments: str) -> str:
        """Run `sam` with the arguments and return what it prints; raises AssertionError with that if it succeeds."""
        done = self._run(*arguments)
        assert done.returncode != 0, done.stdout
        return done.stdout

    def _run(self, *arguments: str) -> Done:
        return run_sam(arguments, self.folder, self._environment)


def run_sam(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Done:
    """Run `sam` in a folder, whatever comes of it; raises AssertionError, with the cure, if .venv-sam is not there."""
    assert SAM.exists(), "The SAM CLI is not installed in .venv-sam: run make test-sam."
    return run([str(SAM), *arguments], folder, environment, _SECONDS)


def _copy_project(folder: Path) -> None:
    folder.mkdir()
    for name in PROJECT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns(*MADE))
        else:
            shutil.copy(source, folder)


def settings_of(folder: Path, cloud: LocalCloud) -> dict[str, str]:
    """Return a whole environment for the SAM CLI, with what it needs put into a folder."""
    kept = {name: value for name, value in os.environ.items() if name.upper().startswith(KEPT)}
    return kept | {
        "PATH": str(_programs(folder / "bin")),
        "HOME": str(_home(folder / "home")),
        "PYTHON": str(ROOT / ".venv-sam" / "bin" / "python"),
        "AWS_CONFIG_FILE": str(_profile(folder / "aws.ini", cloud)),
        "AWS_EC2_METADATA_DISABLED": "true",
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "1",
    }


def _programs(folder: Path) -> Path:
    folder.mkdir()
    for name in PROGRAMS:
        found = shutil.which(name)
        assert found, f"{name} is not on PATH."
        (folder / name).symlink_to(found)
    return folder


def _home(folder: Path) -> Path:
    """Make an empty home; pip's settings of the real one are kept, since they may say where its index is."""
    folder.mkdir()
    for name in (".config/pip", ".pip"):
        source = Path.home() / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
    return folder


def _profile(path: Path, cloud: LocalCloud) -> Path:
    path.write_text(
        f"[default]\nregion = {REGION}\naws_access_key_id = {ACCOUNT}\naws_secret_access_key = local\n"
        f"endpoint_url = {cloud.endpoint}\nca_bundle = {cloud.authority}\n",
        encoding="utf-8",
    )
    return path
