"""release/check.py names, a sentence each, what keeps a release from being one."""

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from release.check import faults, uncommitted
from tests.lint.project import ROOT

COPIED: Final = ("CHANGELOG.md", "LICENSE", "README-SAR.md", "pyproject.toml", "release/check.py", "template.yaml")
VERSION: Final = "1.2.3"
DATED: Final = "'## 1.2.3 - ' and the day, as 2006-01-31."
NESTED: Final = """\
Location:
  ApplicationId: arn:aws:serverlessrepo:us-east-1:123456789012:applications/vended-logs-policy
  SemanticVersion: 1.2.3
"""
BLOCK: Final = 'application_id = ".../applications/vended-logs-policy"\nsemantic_version = "1.2.3"\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of what is checked, all of it at one version that is released on a day."""
    for name in COPIED:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    replace(tmp_path, "pyproject.toml", r'^version = ".*"', f'version = "{VERSION}"')
    replace(tmp_path, "template.yaml", r"SemanticVersion: .*", f"SemanticVersion: {VERSION}")
    replace(tmp_path, "CHANGELOG.md", r"^## .*", f"## {VERSION} - 2026-01-31\n\n- More.\n\n## 0.0.9 - 2026-01-01")
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "nested.yaml").write_text(NESTED, encoding="utf-8")
    (tmp_path / "examples" / "main.tf").write_text(BLOCK, encoding="utf-8")
    return tmp_path


def replace(root: Path, name: str, pattern: str, text: str) -> None:
    """Replace what a pattern matches first in a file, where it does."""
    old = (root / name).read_text(encoding="utf-8")
    new, count = re.subn(pattern, lambda _: text, old, count=1, flags=re.MULTILINE)
    assert count == 1, f"{name} has no {pattern}."
    (root / name).write_text(new, encoding="utf-8")


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the copy's own check."""
    command = [sys.executable, str(root / "release" / "check.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  our own


def git(root: Path, *arguments: str) -> None:
    """Run git in a folder, with nobody's settings."""
    nobody = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *nobody, *arguments], cwd=root, check=True, capture_output=True)  # noqa: S603, S607


def test_what_agrees_is_released(root: Path) -> None:
    """Where all agree that is said, and the exit code is 0."""
    assert faults(root) == []
    done = run(root)
    assert (done.returncode, done.stderr) == (0, "")
    assert "can be released" in done.stdout


BROKEN: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "another version in the template": (
        "template.yaml",
        r"SemanticVersion: .*",
        "SemanticVersion: 1.2.4",
        "template.yaml has the SemanticVersion 1.2.4, pyproject.toml the version 1.2.3: make both one.",
    ),
    "another version in the package": (
        "pyproject.toml",
        r'^version = ".*"',
        'version = "1.2"',
        "pyproject.toml has the version 1.2, which is not of the form 1.2.3: write one that is.",
    ),
    "no day": (
        "CHANGELOG.md",
        r"^## .*",
        "## 1.2.3",
        f"CHANGELOG.md gives 1.2.3 no day: head it with {DATED}",
    ),
    "a day that is none": (
        "CHANGELOG.md",
        r"^## .*",
        "## 1.2.3 - 2026-02-30",
        f"CHANGELOG.md gives 1.2.3 the day '2026-02-30', which is none: head it with {DATED}",
    ),
    "an unreleased head": (
        "CHANGELOG.md",
        r"^## .*",
        "## [Unreleased]\n\n- Another.\n\n## 1.2.3 - 2026-01-31",
        f"CHANGELOG.md begins with '[Unreleased]': head what is released now with {DATED}",
    ),
    "an older version in the changelog": (
        "CHANGELOG.md",
        r"^## .*",
        "## 1.2.2 - 2026-01-31",
        "CHANGELOG.md has 1.2.2 as its newest entry, and pyproject.toml the version 1.2.3: add an entry.",
    ),
    "an empty entry": (
        "CHANGELOG.md",
        r"^- More.\n",
        "",
        "CHANGELOG.md says nothing about 1.2.3: write what has changed.",
    ),
    "a version told twice": (
        "CHANGELOG.md",
        r"^## 0.0.9 - .*",
        "## 1.2.3 - 2026-01-01",
        "CHANGELOG.md has 1.2.3 above 1.2.3: put the newest version first, each of them once.",
    ),
    "a parameter that is not told": (
        "README-SAR.md",
        r"^\| WhenFull .*\n",
        "",
        "README-SAR.md does not name the parameter WhenFull: add a row for it to the table of parameters.",
    ),
    "another default": (
        "README-SAR.md",
        r"^\| WhenFull \| `Widen`",
        "| WhenFull | `Spill`",
        "README-SAR.md gives WhenFull the default `Spill`, and template.yaml `Widen`: write that.",
    ),
    "a licence that is not there": (
        "template.yaml",
        r"LicenseUrl: LICENSE",
        "LicenseUrl: LICENCE",
        "template.yaml names LICENCE as its LicenseUrl, and there is no such file: add it.",
    ),
    "an older version in an example": (
        "examples/nested.yaml",
        r"1\.2\.3",
        "1.2.2",
        "examples/nested.yaml:3 deploys version 1.2.2 of the app, and this is 1.2.3: write that.",
    ),
    "an older version in Terraform": (
        "examples/main.tf",
        r"1\.2\.3",
        "1.2.2",
        "examples/main.tf:2 deploys version 1.2.2 of the app, and this is 1.2.3: write that.",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_does_not_agree_is_told(case: str, root: Path) -> None:
    """Each fault is one sentence with its cause and its cure, on the standard error, and the exit code is 1."""
    name, pattern, text, told = BROKEN[case]
    replace(root, name, pattern, text)
    assert faults(root) == [told]
    done = run(root)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{told}\n")


def test_a_tag_of_another_commit_is_told(root: Path) -> None:
    """A version whose tag stands on another commit is released already; on this one, it is being released."""
    git(root, "init")
    git(root, "add", "--all")
    git(root, "commit", "--message=Release")
    git(root, "tag", f"v{VERSION}")
    assert faults(root) == []
    git(root, "commit", "--allow-empty", "--message=More")
    told = f"The tag v{VERSION} stands on another commit, so {VERSION} is released already: raise the version."
    assert faults(root) == [told]


def test_what_is_not_committed_is_not_published(root: Path) -> None:
    """With --committed, changed and unknown files are a fault; where there is no repository, they are none."""
    assert uncommitted(root) == []
    git(root, "init")
    git(root, "add", "--all")
    git(root, "commit", "--message=Release")
    assert run(root, "--committed").returncode == 0
    (root / "LICENSE").write_text("None.\n", encoding="utf-8")
    (root / "new.txt").write_text("New.\n", encoding="utf-8")
    assert run(root).returncode == 0
    done = run(root, "--committed")
    assert done.returncode == 1
    assert done.stderr.startswith("2 files, LICENSE among them, are not as they were committed: commit them first")
