"""The survivors that docs/mutants.md lists, each with the reason why it may survive."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from . import suite

PAGE = suite.ROOT / "docs" / "mutants.md"
_BLOCK = re.compile(r"^```diff\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def read(path: Path = PAGE) -> Mapping[str, str]:
    """Return the reason for each listed mutant's name: the heading of the section that it stands in.

    Raises:
        ValueError: a mutant is listed twice.
    """
    found: dict[str, str] = {}
    for section in path.read_text(encoding="utf-8").split("\n## ")[1:]:
        reason = section.partition("\n")[0]
        for name in _names(section):
            if name in found:
                raise ValueError(f"{path.name} lists a mutant twice:\n{name}")
            found[name] = reason
    return found


def _names(section: str) -> Iterator[str]:
    for block in _BLOCK.finditer(section):
        yield from (name.strip() for name in block[1].split("\n\n"))


def within(names: Mapping[str, str], modules: Iterable[str]) -> dict[str, str]:
    """Return those of the listed mutants that are of the modules."""
    wanted = set(modules)
    return {name: reason for name, reason in names.items() if name.partition(":")[0] in wanted}
