"""`python -m release.check` names, a sentence each, what keeps a release from being one."""

import re
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from release import plain_template
from release.app import app_faults, readme_faults
from release.changelog import changelog_faults
from release.check import uncommitted
from release.pins import pin_faults
from release.project import Project
from tests.lint.project import ROOT
from tests.release.copies import METADATA, VERSION, faults, git, replace, run


def test_what_agrees_is_released(root: Path) -> None:
    """Where all agree that is said, and the exit code is 0."""
    assert faults(root) == []
    done = run(root)
    assert (done.returncode, done.stderr) == (0, "")
    assert "can be released" in done.stdout


def test_this_project_agrees_between_releases() -> None:
    """What is here agrees at any time, but for the changes that wait in the changelog for their release."""
    project = Project(ROOT)
    told = [
        *app_faults(project),
        *readme_faults(project),
        *pin_faults(project),
        *changelog_faults(project, date.max),  # whatever this machine takes for today
    ]
    assert [fault for fault in told if "has entries under Unreleased" not in fault] == []


def test_faults_are_printed(root: Path) -> None:
    """Faults go to the standard error, a line each, and the exit code is 1."""
    replace(root, "docs/cli.md", "v1.2.3", "v1.2.2")
    replace(root, "template.yaml", "SpdxLicenseId: .*", "SpdxLicenseId: MIT")
    done = run(root)
    assert (done.returncode, done.stdout, done.stderr.splitlines()) == (1, "", faults(root))
    assert len(faults(root)) == 2


NO_FILE: Final = "cannot be read (No such file or directory): put it there, as a file."
MISSING: Final = {
    "CHANGELOG.md": f"CHANGELOG.md {NO_FILE}",
    "LICENSE": "template.yaml names LICENSE as its LicenseUrl, and there is no such file: add it.",
    "README-SAR.md": "template.yaml names README-SAR.md as its ReadmeUrl, and there is no such file: add it.",
    "pyproject.toml": f"pyproject.toml {NO_FILE}",
    "template.yaml": f"template.yaml {NO_FILE}",
    plain_template.NAME: f"{plain_template.NAME} cannot be read: write it with `make plain-template`.",
}


@pytest.mark.parametrize("name", MISSING)
def test_a_file_that_is_missing_is_told(name: str, root: Path) -> None:
    """A missing file is one sentence, however many look for it."""
    (root / name).unlink()
    assert faults(root) == [MISSING[name]]


EMPTY: Final = {
    "LICENSE": "template.yaml names LICENSE as its LicenseUrl, and that is empty: write it.",
    "README-SAR.md": "template.yaml names README-SAR.md as its ReadmeUrl, and that is empty: write it.",
    "template.yaml": "template.yaml: is empty: give the path of a template.",
}


@pytest.mark.parametrize("name", EMPTY)
def test_a_file_that_is_empty_is_told(name: str, root: Path) -> None:
    """An empty file, and one of white space, is one sentence."""
    (root / name).write_text("\n", encoding="utf-8")
    assert faults(root) == [EMPTY[name]]


UNREADABLE: Final = {
    "TOML": ("pyproject.toml", b"[project\n", r"pyproject\.toml is not TOML \(.+\): mend it first\."),
    "YAML": ("template.yaml", b"Metadata: [\n", r"template\.yaml:\d+:\d+: .+\."),
    "an alias in itself": (
        "template.yaml",
        b"Metadata: &a [*a]\n",
        r"template\.yaml has an alias that stands for .+\.",
    ),
    "a list": ("template.yaml", b"- one\n", rf"template\.yaml has no Metadata named {METADATA}: .+\."),
    "not UTF-8": ("CHANGELOG.md", b"\xff\n", r"CHANGELOG\.md is not UTF-8: save it as UTF-8\."),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_file_that_is_broken_is_told(case: str, root: Path) -> None:
    """A file that is not of its format is one sentence, which says where it is wrong."""
    name, content, told = UNREADABLE[case]
    (root / name).write_bytes(content)
    [fault] = faults(root)
    assert re.fullmatch(told, fault)


def test_git_that_is_missing_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where git does not start, that is one sentence, and where there is no repository, nobody needs it."""
    monkeypatch.setenv("PATH", str(root))
    assert faults(root) == uncommitted(root) == []
    (root / ".git").mkdir()
    told = "git, which knows the commits and the tags, does not start (No such file or directory)"
    assert faults(root) == uncommitted(root) == [f"{told}: install it, or put it on the PATH."]
    done = run(root, "--committed")
    assert (done.returncode, done.stderr) == (1, f"{faults(root)[0]}\n")


def test_git_that_fails_is_told(root: Path) -> None:
    """What git says against a repository is in the sentence."""
    (root / ".git").write_text("gitdir: nowhere\n", encoding="utf-8")
    [fault] = faults(root)
    assert re.fullmatch(r"git tag fails \(fatal: not a git repository: .*nowhere\): mend the repository first\.", fault)


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


def test_the_tag_is_the_version(root: Path) -> None:
    """With --tag, a tag of another version is a fault, and so is one of another form."""
    assert run(root, "--tag", "v1.2.3").returncode == 0
    for tag in ("v1.2.4", "1.2.3", "v1.2.3-rc1", ""):
        done = run(root, "--tag", tag)
        told = f"The tag {tag} is not that of the version 1.2.3 in pyproject.toml, v1.2.3"
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == f"{told}: delete the tag, and tag the commit that has the version.\n"


def test_a_tag_of_no_version_is_told_once(root: Path) -> None:
    """Where there is no version that a tag could be of, that is told, and nothing of the tag."""
    (root / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    done = run(root, "--tag", "v1.2.3")
    told = "pyproject.toml has no version under [project]: write one there, such as 1.2.3.\n"
    assert (done.returncode, done.stderr) == (1, told)
