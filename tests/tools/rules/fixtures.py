"""The templates that the rules are held to, and what each is to give.

A template is named ``<rule>-<what>.<pass|fail>.<yaml|json>``. In YAML a comment ``# E9601 Machine`` ends the line that
a finding is to point at; JSON has no comments, so its findings are listed in ``json-findings.txt``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
_NAME: Final = re.compile(r"([EW]96\d\d)-[a-z0-9-]+\.(pass|fail)\.(yaml|json)")
_FINDING: Final = re.compile(r"([EW]96\d\d) (\w+)")


@dataclass(frozen=True, order=True)
class Expected:
    """A finding as far as a template's author can tell it beforehand."""

    line: int
    rule: str
    resource: str


@dataclass(frozen=True)
class Fixture:
    """A template and the rule that it is about."""

    path: Path
    rule: str
    passes: bool

    @property
    def expected(self) -> list[Expected]:
        """What the rules are to find in it, in the order of its lines."""
        return sorted(_listed(self.path) if self.path.suffix == ".json" else marked(self.text))

    @property
    def text(self) -> str:
        """Its text, without a byte order mark."""
        return self.path.read_text(encoding="utf-8-sig")


def fixtures() -> list[Fixture]:
    """Return all of them, by name."""
    found = []
    for path in sorted((FOLDER / "templates").iterdir()):
        name = _NAME.fullmatch(path.name)
        if name is None:
            message = f"{path.name} is not named <rule>-<what>.<pass|fail>.<yaml|json>."
            raise ValueError(message)
        found.append(Fixture(path, name[1], name[2] == "pass"))
    return found


def marked(text: str) -> Iterator[Expected]:
    """Yield the findings that comments at the ends of a text's lines announce."""
    for number, line in enumerate(text.splitlines(), 1):
        for rule, resource in _FINDING.findall(line.partition(" # ")[2]):
            yield Expected(number, rule, resource)


def _listed(path: Path) -> Iterator[Expected]:
    for line in (FOLDER / "json-findings.txt").read_text(encoding="utf-8").splitlines():
        name, number, finding = line.split(":")
        if name == path.name:
            yield Expected(int(number), *finding.split())
