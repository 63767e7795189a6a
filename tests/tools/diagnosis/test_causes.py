"""Every cause that the doctor can name has its section, and every section its cause."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from vended_logs_tools.diagnosis.role import Ruling

ROOT: Final = Path(__file__).resolve().parents[3]
PAGE: Final = (ROOT / "docs" / "causes.md").read_text(encoding="utf-8")
SECTIONS: Final = dict(re.findall(r"^## ([a-z-]+)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE))
_NAME = re.compile(r"[a-z]+(-[a-z]+)*")


def named() -> Iterator[str]:
    """Yield the first argument of each Diagnosis that is made, whatever way it is chosen."""
    for path in sorted((ROOT / "src" / "tools" / "vended_logs_tools").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            one.target.id: one.value
            for one in tree.body
            if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and one.value
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Diagnosis":
                given = [*node.args[:1], *(one.value for one in node.keywords if one.arg == "cause")]
                given = [constants.get(one.id, one) if isinstance(one, ast.Name) else one for one in given]
                for part in (part for one in given for part in ast.walk(one)):
                    if isinstance(part, ast.Constant) and _NAME.fullmatch(str(part.value)):
                        yield str(part.value)


def causes() -> set[str]:
    """Return the names of all causes."""
    rulings = {ruling.value for ruling in Ruling if ruling not in (Ruling.ALLOWED, Ruling.UNKNOWN)}
    return {*named(), *rulings}


def test_each_cause_has_its_section_and_each_section_its_cause() -> None:
    """Whoever reads a finding's name finds what it means."""
    assert set(SECTIONS) == causes()


def test_each_section_says_how_it_shows_and_what_to_do() -> None:
    """The call that shows it, and the cure."""
    for cause, text in SECTIONS.items():
        assert "*Seen by:* " in text, cause
        assert "*Cure:* " in text, cause


def test_the_index_names_them_all() -> None:
    """In the order of the sections."""
    assert re.findall(r"\[([a-z-]+)\]\(#\1\)", PAGE.split("\n## ")[0]) == list(SECTIONS)
