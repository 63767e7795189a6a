"""Every way in has its page, its test and its place in the comparison; the pages keep to one screen."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.lint.project import ROOT

EXAMPLES: Final = sorted(path.name for path in (ROOT / "examples").iterdir() if path.is_dir())
LINES: Final = 55
COLUMNS: Final = 140


def text(*path: str) -> str:
    """Return a file of the project."""
    return ROOT.joinpath(*path).read_text(encoding="utf-8")


def linked(page: str) -> set[str]:
    """Return the examples whose pages a page links to."""
    return set(re.findall(r"\]\((?:\.\./examples/)?([a-z-]+)/README\.md\)", page))


def test_each_has_a_test_and_each_test_an_example() -> None:
    """What `make test-examples` executes are the examples, no more and no less."""
    modules = {
        path.stem.removeprefix("test_").replace("_", "-") for path in (ROOT / "tests" / "examples").glob("test_*.py")
    }
    assert modules == set(EXAMPLES)


def test_all_are_found_from_the_list_and_from_the_comparison() -> None:
    """The list names every example, and the comparison every one that brings the grant to somebody."""
    assert linked(text("examples", "README.md")) == set(EXAMPLES)
    assert linked(text("docs", "choosing.md")) == set(EXAMPLES) - {"publishing"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_its_page_is_one_screen(name: str) -> None:
    """The page says what it is for in its title, and is not longer than a screen."""
    page = text("examples", name, "README.md").splitlines()
    assert page[0].startswith(f"# {name}: ")
    assert len(page) <= LINES
    prose = [line for line in page if not line.startswith(("|", " ", "["))]
    assert [line for line in prose if len(line) > COLUMNS] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_its_page_mentions_is_there(name: str) -> None:
    """Files that the page names in code style, by a name with an ending, are in the example or in the project."""
    folder = ROOT / "examples" / name
    there = {path.name for place in (folder, ROOT / "release") for path in place.rglob("*")} | {
        path.name for path in ROOT.iterdir()
    }
    page = re.sub(r"```.*?```", "", text("examples", name, "README.md"), flags=re.DOTALL)
    named = re.findall(r"`([-\w./]*\w\.(?:ts|py|yaml|yml|tf|json|toml|md))`", page)
    assert [file for file in named if Path(file).name not in there] == []
