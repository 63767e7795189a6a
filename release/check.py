"""Whether all that names the version of a release names the same one: see `faults`.

`python release/check.py` (`make release-check`) prints a line a fault and ends with 1 if there is any; `--committed`
(`make publish`) asks besides that what is published is what is committed.
"""
# ruff: noqa: INP001 - a script, not part of a package

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import yaml

from vended_logs_tools.reading.source import read

_VERSION: Final = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
"""What semver.org and Python's packaging both take: no pre-releases, which they write differently."""
_HEAD: Final = re.compile(r"^## +(?P<head>.*?) *$", re.MULTILINE)
_RELEASED: Final = re.compile(r"\[?(?P<version>\d[^\]\s]*)\]?(?: - (?P<day>.*))?")
_APP: Final = "applications/vended-logs-policy"
_PINNED: Final = re.compile(r"(?:SemanticVersion['\"]?:|semantic_version *=) *['\"]?(\d[-+.\w]*)")


def faults(root: Path) -> list[str]:
    """Return, a sentence each with its cause and its cure, what keeps a folder from being released.

    One version in pyproject.toml, template.yaml, the newest entry of CHANGELOG.md (which has a date and some text) and
    in the examples that deploy the published app; a README for the repository that knows every parameter; no tag of
    that version on another commit.
    """
    version = str(tomllib.loads(_text(root / "pyproject.toml"))["project"]["version"])
    if not _VERSION.fullmatch(version):
        return [f"pyproject.toml has the version {version}, which is not of the form 1.2.3: write one that is."]
    template = _plain(read(root / "template.yaml").root)
    return [
        *_template_faults(root, template, version),
        *_changelog_faults(_text(root / "CHANGELOG.md"), version),
        *_example_faults(root, version),
        *_tag_faults(root, version),
    ]


def uncommitted(root: Path) -> list[str]:
    """Return a sentence if files that git knows, or should know, are not as they were committed."""
    if not _is_repository(root) or not (changed := _git(root, "status", "--porcelain").splitlines()):
        return []
    said = f"{len(changed)} files, {changed[0][3:]} among them, are not as they were committed"
    return [f"{said}: commit them first, so that what is published can be found again."]


def _template_faults(root: Path, template: dict[str, Any], version: str) -> Iterator[str]:
    metadata = template["Metadata"]["AWS::ServerlessRepo::Application"]
    if metadata["SemanticVersion"] != version:
        published = metadata["SemanticVersion"]
        yield f"template.yaml has the SemanticVersion {published}, pyproject.toml the version {version}: make both one."
    for name in ("LicenseUrl", "ReadmeUrl"):
        if not (root / metadata[name]).is_file():
            yield f"template.yaml names {metadata[name]} as its {name}, and there is no such file: add it."
    if (readme := root / metadata["ReadmeUrl"]).is_file():
        yield from _readme_faults(_text(readme), readme.name, template["Parameters"])


def _readme_faults(readme: str, name: str, parameters: dict[str, Any]) -> Iterator[str]:
    rows = [[cell.strip() for cell in line.split("|")[1:3]] for line in readme.splitlines() if line.startswith("| ")]
    told = {one.strip(): row[1] for row in rows for one in row[0].split(",")}
    several = {one.strip() for row in rows if "," in row[0] for one in row[0].split(",")}
    for parameter, properties in parameters.items():
        default = properties.get("Default", "")
        if parameter not in told:
            yield f"{name} does not name the parameter {parameter}: add a row for it to the table of parameters."
        # Defaults of several parameters in one row, and an empty one, are told in words.
        elif default and parameter not in several and told[parameter] != f"`{default}`":
            yield f"{name} gives {parameter} the default {told[parameter]}, and template.yaml `{default}`: write that."


def _changelog_faults(changelog: str, version: str) -> Iterator[str]:
    heads = [found["head"] for found in _HEAD.finditer(changelog)]
    if not heads or not (newest := _RELEASED.fullmatch(heads[0])):
        first = f"begins with '{heads[0]}'" if heads else "has no entry"
        yield f"CHANGELOG.md {first}: head what is released now with '## {version} - ' and the day, as 2006-01-31."
        return
    told, day = newest["version"], newest["day"]
    if told != version:
        yield f"CHANGELOG.md has {told} as its newest entry, and pyproject.toml the version {version}: add an entry."
    if not _is_day(day or ""):
        said = f"the day '{day}', which is none" if day else "no day"
        yield f"CHANGELOG.md gives {told} {said}: head it with '## {told} - ' and the day, as 2006-01-31."
    if not _HEAD.split(changelog)[2].strip():
        yield f"CHANGELOG.md says nothing about {told}: write what has changed."
    yield from _order_faults(heads)


def _order_faults(heads: list[str]) -> Iterator[str]:
    known = [found for head in heads if (found := _VERSION.match(head.strip("[")))]
    for newer, older in pairwise(known):
        if tuple(map(int, newer.groups())) <= tuple(map(int, older.groups())):
            yield f"CHANGELOG.md has {newer[0]} above {older[0]}: put the newest version first, each of them once."


def _example_faults(root: Path, version: str) -> Iterator[str]:
    for path in sorted((root / "examples").rglob("*")):
        if path.suffix in {".json", ".md", ".tf", ".yaml", ".yml"} and path.is_file() and _APP in (text := _text(path)):
            for pinned in _PINNED.finditer(text):
                if pinned[1] != version:
                    line = text.count("\n", 0, pinned.start()) + 1
                    place = f"{path.relative_to(root).as_posix()}:{line}"
                    yield f"{place} deploys version {pinned[1]} of the app, and this is {version}: write that."


def _tag_faults(root: Path, version: str) -> Iterator[str]:
    tag = f"v{version}"
    if not _is_repository(root) or not _git(root, "tag", "--list", tag):
        return
    if _git(root, "rev-parse", f"{tag}^{{commit}}") != _git(root, "rev-parse", "HEAD"):
        yield f"The tag {tag} stands on another commit, so {version} is released already: raise the version."


def _plain(node: yaml.Node) -> Any:  # noqa: ANN401  anything may stand in a template
    """Return a node as plain values; what a tag such as !Ref stands for is of no matter here."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one) for one in node.value]
    return node.value


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_repository(root: Path) -> bool:
    """Whether the folder is a repository's own: an unpacked archive may lie inside one that is not about it."""
    return (root / ".git").exists()


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)  # noqa: S603, S607
    return done.stdout.strip("\n")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def main() -> int:
    """Print the faults of the project that this file is in."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--committed", action="store_true", help="what is not committed is a fault too")
    root = Path(__file__).resolve().parents[1]
    committed = parser.parse_args().committed
    found = [*faults(root), *(uncommitted(root) if committed else [])]
    for fault in found:
        print(fault, file=sys.stderr)  # noqa: T201  this is what the script is for
    if not found:
        print("All that names the version agrees: it can be released.")  # noqa: T201  as above
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
