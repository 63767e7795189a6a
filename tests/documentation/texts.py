"""The pages as text: what stands in code style, and in fenced blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PAGES: Final = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / ".github").rglob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "examples").glob("*.md")),
    *sorted((ROOT / "examples").glob("*/README.md")),
]
_FENCED: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_CODE: Final = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)


def name_of(page: Path) -> str:
    """Return a page's path in the project."""
    return str(page.relative_to(ROOT))


def text_of(page: Path) -> str:
    """Return a page as it is written."""
    return page.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """Return a page without its fenced blocks."""
    return _FENCED.sub("", text_of(page))


def without_code(page: Path) -> str:
    """Return a page without its fenced blocks and without what is in code style."""
    return _CODE.sub("", prose(page))


def spans(text: str) -> list[str]:
    """Return what stands in code style in a text without fenced blocks, each on one line."""
    return [" ".join(code.split()) for _, code in _CODE.findall(text)]


def fenced(page: Path, *languages: str) -> Iterator[str]:
    """Yield the lines of a page's fenced blocks in some languages; those that a shell would join are one."""
    for language, block in _FENCED.findall(text_of(page)):
        if language in languages:
            yield from block.replace("\\\n", " ").splitlines()


def one_line(page: Path) -> str:
    """Return a page as one line, so that its sentences can be looked for."""
    return " ".join(text_of(page).split())
