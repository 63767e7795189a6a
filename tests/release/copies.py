"""A copy of what is checked at a release, all of it at one version, and how a test breaks it."""

import difflib
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Final

from release import check, plain_template
from tests.lint.project import ROOT

COPIED: Final = (".gitignore", "CHANGELOG.md", "LICENSE", "README-SAR.md", "pyproject.toml", "template.yaml")
VERSION: Final = "1.2.3"
TODAY: Final = date(2026, 1, 30)
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

PROJECT: Final = "https://github.com/vended-logs-policy/vended-logs-policy"
CHANGES: Final = f"""\
# Changelog

## [Unreleased]

## [1.2.3] - 2026-01-31

### Fixed

- More, see [the rules](docs/rules.md) and
  [elsewhere](https://example.com/).
  - And of it, a part.

## [0.0.9] - 2026-01-01

### Added

- Something.

[Unreleased]: {PROJECT}/compare/v1.2.3...HEAD
[1.2.3]: {PROJECT}/compare/v0.0.9...v1.2.3
[0.0.9]: {PROJECT}/releases/tag/v0.0.9
"""
WRITTEN: Final = {
    "CHANGELOG.md": CHANGES,
    "docs/cli.md": HOOKS,
    "examples/main.tf": BLOCK,
    "examples/nested.yaml": NESTED,
    "examples/terraform/README.md": PAGE,
}

Break = tuple[str, str, str, str]
"""A file, what is replaced in it (a pattern), by what, and the sentence that this is told by."""


def copy(folder: Path) -> None:
    """Make the copy in a folder, released on the day after TODAY."""
    for name in COPIED:
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "release", folder / "release", ignore=shutil.ignore_patterns("__pycache__"))
    replace(folder, "pyproject.toml", r'^version = ".*"', f'version = "{VERSION}"')
    replace(folder, "template.yaml", r"SemanticVersion: .*", f"SemanticVersion: {VERSION}")
    made = plain_template.plain((folder / "template.yaml").read_text(encoding="utf-8"))
    for name, text in {**WRITTEN, plain_template.NAME: made}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


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


def amiss(root: Path, broken: Break) -> list[str]:
    """Break the copy, and return in which lines what is told differs from what should be: - should be, + is."""
    *change, told = broken
    replace(root, *change)
    return [line for line in difflib.ndiff([told], faults(root)) if line.startswith(("-", "+"))]


def git(root: Path, *arguments: str) -> None:
    """Run git in a folder, with nobody's settings."""
    nobody = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *nobody, *arguments], cwd=root, check=True, capture_output=True)  # noqa: S603, S607  git, with arguments written here
