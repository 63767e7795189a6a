"""A folder that is to be released, and what its files hold; what cannot be read is told in a sentence."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import yaml

from vended_logs_tools.errors import ToolError, Unreadable
from vended_logs_tools.reading.source import parse

VERSION: Final = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
"""What semver.org and Python's packaging both take: no pre-releases, which they write differently."""


class Unreleasable(ToolError):
    """Something without which nothing more can be said: a whole sentence, its cause and its cure."""


@dataclass(frozen=True)
class Project:
    """A folder with the project's files. Whatever is asked of it raises Unreleasable where it is not to be had."""

    root: Path

    def text(self, name: str) -> str:
        """Return what a file says, whatever its line ends were."""
        try:
            return (self.root / name).read_text(encoding="utf-8-sig")
        except OSError as error:
            raise Unreleasable(f"{name} cannot be read ({error.strerror}): put it there, as a file.") from error
        except UnicodeDecodeError as error:
            raise Unreleasable(f"{name} is not UTF-8: save it as UTF-8.") from error

    @cached_property
    def package(self) -> dict[str, Any]:
        """Return what pyproject.toml says of the project."""
        try:
            return section(tomllib.loads(self.text("pyproject.toml")), "project")
        except tomllib.TOMLDecodeError as error:
            raise Unreleasable(f"pyproject.toml is not TOML ({error}): mend it first.") from error

    @cached_property
    def version(self) -> str:
        """Return the version of pyproject.toml, which is of the form 1.2.3."""
        if (version := self.package.get("version")) is None:
            raise Unreleasable("pyproject.toml has no version under [project]: write one there, such as 1.2.3.")
        if not VERSION.fullmatch(str(version)):
            said = f"pyproject.toml has the version {version}"
            raise Unreleasable(f"{said}, which is not of the form 1.2.3: write one that is.")
        return str(version)

    @property
    def page(self) -> str:
        """Return the repository's address on the web, the Homepage of pyproject.toml, without a last slash."""
        if not (page := section(self.package, "urls").get("Homepage")):
            raise Unreleasable(
                "pyproject.toml has no Homepage under [project.urls]: write the repository's address there."
            )
        return str(page).rstrip("/")

    @cached_property
    def template(self) -> Any:  # noqa: ANN401  anything may stand in a file
        """Return template.yaml as plain values; what a tag such as !Ref stands for is of no matter here."""
        try:
            return _plain(parse(self.text("template.yaml").encode(), "template.yaml").root)
        except Unreadable as error:
            raise Unreleasable(f"{error}.") from error
        except RecursionError as error:
            raise Unreleasable(
                "template.yaml has an alias that stands for itself: write out what it is for."
            ) from error


def section(value: object, *keys: str) -> dict[str, Any]:
    """Return the mapping that lies under keys, an empty one where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _plain(node: yaml.Node) -> Any:  # noqa: ANN401  as above
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one) for one in node.value]
    return node.value
