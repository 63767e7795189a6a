"""`python -m release.check` names, a sentence each, what keeps a release from being one."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from release import check, plain_template
from release.check import uncommitted
from tests.lint.project import ROOT

COPIED: Final = (".gitignore", "CHANGELOG.md", "LICENSE", "README-SAR.md", "pyproject.toml", "template.yaml")
VERSION: Final = "1.2.3"
TODAY: Final = date(2026, 1, 30)
DATED: Final = "'## 1.2.3 - ' and the day, as 2006-01-31."
METADATA: Final = "AWS::ServerlessRepo::Application"
APP: Final = "arn:aws:serverlessrepo:us-east-1:123456789012:applications/vended-logs-policy"
NESTED: Final = f"""\
Resources:
  Ours:
    Type: AWS::Serverless::Application
    Properties:
      Location:
        ApplicationId: {APP}
        SemanticVersion: 1.2.3
  Another:
    Type: AWS::Serverless::Application
    Properties:
      Location:
        ApplicationId: {APP}-of-others
        SemanticVersion: 4.5.6
"""
BLOCK: Final = """\
resource "aws_serverlessapplicationrepository_cloudformation_stack" "another" {
  application_id   = "arn:aws:serverlessrepo:us-east-1:123456789012:applications/another"
  semantic_version = "4.5.6"
}

resource "aws_serverlessapplicationrepository_cloudformation_stack" "ours" {
  application_id   = var.application_id
  semantic_version = "1.2.3" # the newest
}
"""
PAGE: Final = f"""\
Upload `s3://BUCKET/vended-logs-policy/1.2.3.yaml`.

- Or nest it:
  ```yaml
  Location:
    ApplicationId: {APP}
    SemanticVersion: 1.2.3
  ```

```hcl
{BLOCK}```
"""
HOOKS: Final = """\
```yaml
repos:
  - repo: https://github.com/others/other
    rev: v4.5.6
  - repo: https://github.com/vended-logs-policy/vended-logs-policy
    rev: v1.2.3
```
"""
WRITTEN: Final = {
    "docs/cli.md": HOOKS,
    "examples/main.tf": BLOCK,
    "examples/nested.yaml": NESTED,
    "examples/terraform/README.md": PAGE,
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of what is checked, all of it at one version that is released on a day."""
    for name in COPIED:
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "release", tmp_path / "release", ignore=shutil.ignore_patterns("__pycache__"))
    replace(tmp_path, "pyproject.toml", r'^version = ".*"', f'version = "{VERSION}"')
    replace(tmp_path, "template.yaml", r"SemanticVersion: .*", f"SemanticVersion: {VERSION}")
    replace(tmp_path, "CHANGELOG.md", r"^## .*", f"## {VERSION} - 2026-01-31\n\n- More.\n\n## 0.0.9 - 2026-01-01")
    made = plain_template.plain((tmp_path / "template.yaml").read_text(encoding="utf-8"))
    for name, text in {**WRITTEN, plain_template.NAME: made}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def faults(root: Path) -> list[str]:
    """Return what is told on the day before the release's: where it is made, it may be tomorrow already."""
    return check.faults(root, TODAY)


def replace(root: Path, name: str, pattern: str, text: str) -> None:
    """Replace what a pattern matches first in a file, where it does."""
    old = (root / name).read_text(encoding="utf-8")
    new, count = re.subn(pattern, lambda _: text, old, count=1, flags=re.MULTILINE)
    assert count == 1, f"{name} has no {pattern}."
    (root / name).write_text(new, encoding="utf-8")


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the copy's own check."""
    return run_module(root, "check", *arguments)


def run_module(root: Path, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a module of the copy's own."""
    command = [sys.executable, "-m", f"release.{name}", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603  our own


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
    "a day that is two days ahead": (
        "CHANGELOG.md",
        r"^## .*",
        "## 1.2.3 - 2026-02-01",
        "CHANGELOG.md gives 1.2.3 the day 2026-02-01, and in UTC it is 2026-01-30: write the day of the release.",
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
    "a default of several that are alike": (
        "README-SAR.md",
        r"^\| AllowedPolicyNames \| `\*`",
        "| AllowedPolicyNames | any",
        "README-SAR.md gives AllowedPolicyNames the default any, and template.yaml `*`: write that.",
    ),
    "a default where there is none": (
        "README-SAR.md",
        r"^\| Refresh \| none",
        "| Refresh | `x`",
        "README-SAR.md gives Refresh the default `x`, and template.yaml none: write that.",
    ),
    "a row of no parameter": (
        "README-SAR.md",
        r"^\| Refresh ",
        "| Refreshed | none | was once |\n| Refresh ",
        "README-SAR.md has a row for the parameter Refreshed, which template.yaml has not: take it out.",
    ),
    "another licence": (
        "template.yaml",
        r"SpdxLicenseId: .*",
        "SpdxLicenseId: MIT",
        "template.yaml has the SpdxLicenseId MIT, pyproject.toml the license Apache-2.0: make both one.",
    ),
    "no licence": (
        "template.yaml",
        r"^ *SpdxLicenseId: .*\n",
        "",
        f"template.yaml has no SpdxLicenseId in its {METADATA}: write Apache-2.0 there.",
    ),
    "no licence of the package": (
        "pyproject.toml",
        r"^license = .*\n",
        "",
        "pyproject.toml has no license under [project]: write the SpdxLicenseId of template.yaml there.",
    ),
    "no published version": (
        "template.yaml",
        r"^ *SemanticVersion: .*\n",
        "",
        f"template.yaml has no SemanticVersion in its {METADATA}: write 1.2.3 there.",
    ),
    "no readme": (
        "template.yaml",
        r"^ *ReadmeUrl: .*\n",
        "",
        f"template.yaml has no ReadmeUrl in its {METADATA}: name a file there.",
    ),
    "no address of the licence": (
        "template.yaml",
        r"LicenseUrl: .*",
        "LicenseUrl: [LICENSE]",
        f"template.yaml has no LicenseUrl in its {METADATA}: name a file there.",
    ),
    "nothing about the app": (
        "template.yaml",
        METADATA,
        "AWS::Another",
        f"template.yaml has no Metadata named {METADATA}: add them, SemanticVersion and all.",
    ),
    "no version": (
        "pyproject.toml",
        r"^version = .*\n",
        "",
        "pyproject.toml has no version under [project]: write one there, such as 1.2.3.",
    ),
    "a template that is changed since": (
        "template.yaml",
        r"Default: INFO",
        "Default: INFO\n    NoEcho: true",
        f"{plain_template.NAME} is not what template.yaml comes to: write it anew with `make plain-template`.",
    ),
    "a plain template of another version": (
        plain_template.NAME,
        r"1\.2\.3",
        "1.2.2",
        f"{plain_template.NAME} is not what template.yaml comes to: write it anew with `make plain-template`.",
    ),
    "a licence that is not there": (
        "template.yaml",
        r"LicenseUrl: LICENSE",
        "LicenseUrl: LICENCE",
        "template.yaml names LICENCE as its LicenseUrl, and there is no such file: add it.",
    ),
    "an older version in an example": (
        "examples/nested.yaml",
        r"SemanticVersion: 1\.2\.3",
        "SemanticVersion: 1.2.2",
        "examples/nested.yaml:7 deploys version 1.2.2 of the app, and this is 1.2.3: write that.",
    ),
    "no version in an example": (
        "examples/nested.yaml",
        r"^ *SemanticVersion: 1.*\n",
        "",
        "examples/nested.yaml:6 deploys the app in a version that is not written out: write 1.2.3.",
    ),
    "a version in an example that is a parameter": (
        "examples/nested.yaml",
        r"SemanticVersion: 1.*",
        "SemanticVersion: !Ref Version",
        "examples/nested.yaml:6 deploys the app in a version that is not written out: write 1.2.3.",
    ),
    "no version of an app by a parameter": (
        "examples/nested.yaml",
        r"ApplicationId: .*\n.*",
        "ApplicationId: !Ref App",
        "examples/nested.yaml:6 deploys the app in a version that is not written out: write 1.2.3.",
    ),
    "an older version in Terraform": (
        "examples/main.tf",
        r"1\.2\.3",
        "1.2.2",
        "examples/main.tf:8 deploys version 1.2.2 of the app, and this is 1.2.3: write that.",
    ),
    "no version in Terraform": (
        "examples/main.tf",
        r"""semantic_version = "1""",
        '# semantic_version = "1',
        "examples/main.tf:7 deploys the app in a version that is not written out: write 1.2.3.",
    ),
    "a version in Terraform that is a variable": (
        "examples/main.tf",
        r'"1\.2\.3"',
        "var.app_version",
        "examples/main.tf:7 deploys the app in a version that is not written out: write 1.2.3.",
    ),
    "an older version in an address": (
        "examples/terraform/README.md",
        r"1\.2\.3\.yaml",
        "1.2.2.yaml",
        "examples/terraform/README.md:1 names version 1.2.2, and this is 1.2.3: write that.",
    ),
    "an older version in a page's template": (
        "examples/terraform/README.md",
        r"SemanticVersion: 1\.2\.3",
        "SemanticVersion: 1.2.2",
        "examples/terraform/README.md:7 deploys version 1.2.2 of the app, and this is 1.2.3: write that.",
    ),
    "no version in a page's template": (
        "examples/terraform/README.md",
        r"^ *SemanticVersion: .*\n",
        "",
        "examples/terraform/README.md:6 deploys the app in a version that is not written out: write 1.2.3.",
    ),
    "no version in a page's Terraform": (
        "examples/terraform/README.md",
        r"^ *semantic_version = \"1.*\n",
        "",
        "examples/terraform/README.md:17 deploys the app in a version that is not written out: write 1.2.3.",
    ),
    "an older tag of the hooks": (
        "docs/cli.md",
        r"v1\.2\.3",
        "v1.2.2",
        "docs/cli.md:6 takes the hooks of v1.2.2, and the tag of this version is v1.2.3: write that.",
    ),
    "a version of the hooks that is no tag": (
        "docs/cli.md",
        r"v1\.2\.3",
        "1.2.3",
        "docs/cli.md:6 takes the hooks of 1.2.3, and the tag of this version is v1.2.3: write that.",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_does_not_agree_is_told(case: str, root: Path) -> None:
    """Each fault is one sentence with its cause and its cure."""
    name, pattern, text, told = BROKEN[case]
    replace(root, name, pattern, text)
    assert faults(root) == [told]


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


NOT_THE_APP: Final = {
    "a function without its runtime": (r"^ *Runtime: .*\n", ""),
    "another name of the provider": (r"^  Provider:$", "  Renamed:"),
    "two lines of a mistake": (r"Default: INFO", "Default: INFO\n    ? [a]\n    : b"),
    "a date that is none": (r"^Transform:", "Released: 2026-13-45\nTransform:"),
}


@pytest.mark.parametrize("case", NOT_THE_APP)
def test_a_template_that_cannot_be_made_plain_is_told(case: str, root: Path) -> None:
    """What keeps the plain template from being made is one sentence of the check's, and of `make plain-template`'s."""
    replace(root, "template.yaml", *NOT_THE_APP[case])
    [fault] = faults(root)
    assert re.match(
        r"template\.yaml is (refused by the SAM translator|not the app) .+: (mend it|put back) .+\.$", fault
    )
    before = (root / plain_template.NAME).read_bytes()
    done = run_module(root, "plain_template")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{fault}\n")
    assert (root / plain_template.NAME).read_bytes() == before


def test_the_plain_template_is_written_anew(root: Path) -> None:
    """`python -m release.plain_template` mends a plain template that is stale, whatever AWS profile is asked for."""
    stands = (root / plain_template.NAME).read_bytes()
    (root / plain_template.NAME).write_text("Resources: {}\n", encoding="utf-8")
    command = [sys.executable, "-m", "release.plain_template"]
    subprocess.run(command, cwd=root, env=os.environ | {"AWS_PROFILE": "no-such-profile"}, check=True)  # noqa: S603  our own
    assert (root / plain_template.NAME).read_bytes() == stands
    assert faults(root) == []


def test_a_readme_without_a_table_names_no_parameter(root: Path) -> None:
    """Rows of other tables are not about parameters."""
    replace(root, "README-SAR.md", r"^\| parameter \|", "| name |")
    told = faults(root)
    assert "README-SAR.md does not name the parameter PolicyName: add a row for it to the table of parameters." in told
    assert len(told) == len(plain_parameters(root)) > 1


def plain_parameters(root: Path) -> list[str]:
    """Return the names of the template's parameters, as its text has them."""
    text = (root / "template.yaml").read_text(encoding="utf-8")
    return re.findall(r"^  (\w+):$", text.split("\nParameters:\n")[1].split("\n\n")[0], flags=re.MULTILINE)


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
