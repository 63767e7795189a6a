"""The form of the code: how long its parts may be, what they are called, and that every test says what it holds."""

import ast
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.lint.project import ROOT
from tests.lint.sources import FOLDERS, NOT_OURS, functions, sources, trees

MOST_LINES: Final = {"module": 250, "class": 200, "function": 40}
LONGER: Final[Mapping[str, str]] = {}
"""The reason for each that is longer, by `path` or `path:name`."""

SAYS_NOTHING: Final = {"common", "helper", "helpers", "misc", "stuff", "thing", "things", "util", "utils"}
FEWEST_WORDS: Final = 4


def long_modules() -> dict[str, int]:
    """Return the lines of each module that has too many."""
    lines = {path: text.count("\n") for path, text in sources().items()}
    return {path: number for path, number in lines.items() if number > MOST_LINES["module"]}


def long_functions() -> dict[str, int]:
    """Return the lines of each function that has too many, from its `def` to its end, decorators left out."""
    lines = {place: (node.end_lineno or node.lineno) - node.lineno + 1 for place, node in functions()}
    return {place: number for place, number in lines.items() if number > MOST_LINES["function"]}


def long_classes() -> dict[str, int]:
    """Return the lines of each class that has too many."""
    classes = ((path, node) for path, tree in trees().items() for node in ast.walk(tree))
    lines = {
        f"{path}:{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path, node in classes
        if isinstance(node, ast.ClassDef)
    }
    return {place: number for place, number in lines.items() if number > MOST_LINES["class"]}


def is_one_sentence(text: str | None) -> bool:
    """Return whether a docstring is one sentence: a capital, four words or more, a full stop."""
    if not text or not text.endswith(".") or re.search(r"[.!?] +[A-Z]|\n\n", text):
        return False
    return len(text.split()) >= FEWEST_WORDS and bool(re.match(r"[A-Z`]", text))


def says_nothing(path: str) -> bool:
    """Return whether a module or a folder above it is named after having been useful."""
    return any(word in SAYS_NOTHING for part in Path(path).with_suffix("").parts for word in part.split("_"))


def test_the_house_is_looked_at() -> None:
    """The folders that are looked at are those that hold Python, and their modules are found."""
    holding = {path.relative_to(ROOT).parts[0] for path in ROOT.glob("[!.]*/**/*.py")} - NOT_OURS
    assert holding <= set(FOLDERS)
    assert {path.name for path in ROOT.glob("*.py")} <= sources().keys()
    assert len(sources()) > 500


def test_modules_classes_and_functions_are_short() -> None:
    """A module has at most 250 lines, a class 200 and a function forty, save those with a reason in the table."""
    assert {**long_modules(), **long_classes(), **long_functions()}.keys() == LONGER.keys()


def test_a_module_s_name_says_what_is_inside() -> None:
    """No module or folder is named after having been useful."""
    assert [path for path in sources() if says_nothing(path)] == []


@pytest.mark.parametrize("path", ["utils/a.py", "tests/test_utils.py", "src/http_helpers/a.py", "misc.py"])
def test_a_name_that_says_nothing_is_known(path: str) -> None:
    """It is found in a folder's name and in a part of a module's, too."""
    assert says_nothing(path)
    assert not says_nothing("tests/uncommon/test_utility.py")


def test_every_module_says_what_it_is() -> None:
    """Each module that is not empty begins with a docstring."""
    assert [path for path, tree in trees().items() if tree.body and not ast.get_docstring(tree)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The grant still stands.", True),
        ("`W` holds: what took 2.6 seconds, e.g. a write, is not sent.", True),
        ("The grant still stands", False),
        ("the grant still stands.", False),
        ("It stands there.", False),
        (".", False),
        ("The grant stands. Nobody loses.", False),
        ("Is it there? It is.", False),
        ("The grant stands.\n\nAnd so on.", False),
        (None, False),
    ],
)
def test_a_sentence_is_known(text: str | None, expected: bool) -> None:  # noqa: FBT001 - a table's column
    """One sentence is told from none, from several and from paragraphs."""
    assert is_one_sentence(text) is expected


def test_every_test_says_what_it_holds() -> None:
    """A test's docstring is one sentence of four words or more."""
    tests = [(place, node) for place, node in functions() if node.name.startswith("test_")]
    assert [place for place, node in tests if not is_one_sentence(ast.get_docstring(node))] == []
