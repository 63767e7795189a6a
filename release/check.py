"""Whether all that names the version of a release names the same one: see `faults`.

`python -m release.check` (`make release-check`) prints a line a fault and ends with 1 if there is any; `--committed`
(`make publish`) asks besides that what is published is what is committed, and `--tag v1.2.3` that this is its tag.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from release.app import app_faults, readme_faults
from release.changelog import changelog_faults
from release.pins import pin_faults
from release.project import Project, Unreleasable
from vended_logs_tools.errors import ToolError


def faults(root: Path, today: date) -> list[str]:
    """Return, a sentence each with its cause and its cure, what keeps a folder from being released on a day (in UTC).

    One version in pyproject.toml, template.yaml, the newest entry of CHANGELOG.md (which has a day and some text), the
    documentation, and the examples that deploy the published app; one licence; a README for the repository that knows
    every parameter and its default; an app without its transform that is made from this template; no tag of that
    version on another commit.
    """
    project = Project(root)
    try:
        version = project.version
    except Unreleasable as error:
        return [str(error)]
    each = (
        app_faults(project),
        readme_faults(project),
        changelog_faults(project, today),
        pin_faults(project),
        _tag_faults(root, version),
    )
    return _once(fault for found in each for fault in _told(found))


def uncommitted(root: Path) -> list[str]:
    """Return a sentence if files that git knows, or should know, are not as they were committed."""
    return list(_told(_uncommitted(root)))


def other_tag(root: Path, tag: str) -> list[str]:
    """Return a sentence if a tag, of the form v1.2.3, is not that of the version."""
    try:
        version = Project(root).version
    except Unreleasable as error:
        return [str(error)]
    said = f"The tag {tag} is not that of the version {version} in pyproject.toml, v{version}"
    return [] if tag == f"v{version}" else [f"{said}: delete the tag, and tag the commit that has the version."]


def _told(found: Iterator[str]) -> Iterator[str]:
    """Yield faults, the last of them what keeps the rest from being looked for."""
    try:
        yield from found
    except ToolError as error:
        yield str(error)


def _once(found: Iterable[str]) -> list[str]:
    """Return each fault once, at its first place: several look for the same file."""
    return list(dict.fromkeys(found))


def _uncommitted(root: Path) -> Iterator[str]:
    if _is_repository(root) and (changed := _git(root, "status", "--porcelain").splitlines()):
        said = f"{len(changed)} files, {changed[0][3:]} among them, are not as they were committed"
        yield f"{said}: commit them first, so that what is published can be found again."


def _tag_faults(root: Path, version: str) -> Iterator[str]:
    tag = f"v{version}"
    if not _is_repository(root) or not _git(root, "tag", "--list", tag):
        return
    if _git(root, "rev-parse", f"{tag}^{{commit}}") != _git(root, "rev-parse", "HEAD"):
        yield f"The tag {tag} stands on another commit, so {version} is released already: raise the version."


def _is_repository(root: Path) -> bool:
    """Whether the folder is a repository's own: an unpacked archive may lie inside one that is not about it."""
    return (root / ".git").exists()


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)  # noqa: S603, S607  git, with arguments written here
    except OSError as error:
        cause = f"git, which knows the commits and the tags, does not start ({error.strerror})"
        raise Unreleasable(f"{cause}: install it, or put it on the PATH.") from error
    except subprocess.CalledProcessError as error:
        said = " ".join(error.stderr.split()) or f"exit code {error.returncode}"
        raise Unreleasable(f"git {arguments[0]} fails ({said}): mend the repository first.") from error
    return done.stdout.strip("\n")


def main() -> int:
    """Print the faults of the project that this file is in."""
    parser = argparse.ArgumentParser(
        prog="python -m release.check", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--committed", action="store_true", help="what is not committed is a fault too")
    parser.add_argument("--tag", help="the tag that is released, v1.2.3: one of another version is a fault too")
    asked = parser.parse_args()
    root = Path(__file__).resolve().parents[1]
    found = _once(
        [
            *faults(root, datetime.now(UTC).date()),
            *(uncommitted(root) if asked.committed else []),
            *(other_tag(root, asked.tag) if asked.tag is not None else []),
        ]
    )
    for fault in found:
        print(fault, file=sys.stderr)  # noqa: T201  this is what the module is for
    if not found:
        print("All that names the version agrees: it can be released.")  # noqa: T201  as above
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
