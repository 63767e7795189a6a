"""The form of the code: how long its parts may be, what they are called, and that every test says what it holds."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from tests.lint.project import ROOT

FOLDERS: Final = ("benchmarks", "documentation", "examples", "release", "requirements", "src", "tests")
NOT_OURS: Final = {"__pycache__", "build", "cdk.out", "dist", "node_modules"}
"""Folders that a run of the project leaves behind."""

MOST_LINES: Final = {"module": 250, "function": 40}
LONGER: Final[Mapping[str, str]] = {}
"""The reason for each that is longer, by `path` or `path:function`."""

SAYS_NOTHING: Final = {"common", "helper", "helpers", "misc", "util", "utils"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def sources() -> dict[str, str]:
    """Return the text of each Python file of the project, by its path."""
    paths = (path.relative_to(ROOT) for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    ours = (path for path in paths if not any(part.startswith(".") or part in NOT_OURS for part in path.parts))
    return {path.as_posix(): (ROOT / path).read_text(encoding="utf-8") for path in sorted(ours)}


@cache
def trees() -> dict[str, ast.Module]:
    """Return what each of these files says, by its path."""
    return {path: ast.parse(text) for path, text in sources().items()}


def functions() -> Iterator[tuple[str, Function]]:
    """Yield each function, methods and inner ones too, with its place."""
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield f"{path}:{node.name}", node


def long_modules() -> dict[str, int]:
    """Return the lines of each module that has too many."""
    lines = {path: text.count("\n") for path, text in sources().items()}
    return {path: number for path, number in lines.items() if number > MOST_LINES["module"]}


def long_functions() -> dict[str, int]:
    """Return the lines of each function that has too many, from its `def` to its end, decorators left out."""
    lines = {place: (node.end_lineno or node.lineno) - node.lineno + 1 for place, node in functions()}
    return {place: number for place, number in lines.items() if number > MOST_LINES["function"]}


def is_one_sentence(text: str | None) -> bool:
    """Return whether a docstring is one sentence: a full stop ends it, and nothing within ends another."""
    return bool(text and text.endswith(".") and not re.search(r"[.!?] +[A-Z]|\n\n", text))


def test_the_house_is_looked_at() -> None:
    """The folders that are looked at are those that hold Python, and their modules are found."""
    holding = {path.relative_to(ROOT).parts[0] for path in ROOT.glob("[!.]*/**/*.py")} - NOT_OURS
    assert holding <= set(FOLDERS)
    assert len(sources()) > 500


def test_modules_and_functions_are_short() -> None:
    """A module has at most 250 lines and a function forty, save those that the table gives a reason for."""
    assert {**long_modules(), **long_functions()}.keys() == LONGER.keys()


def test_a_module_s_name_says_what_is_inside() -> None:
    """No module or folder is named after having been useful."""
    named = {path: {*Path(path).with_suffix("").parts} for path in sources()}
    assert [path for path, names in named.items() if names & SAYS_NOTHING] == []


def test_every_module_says_what_it_is() -> None:
    """Each module that is not empty begins with a docstring."""
    assert [path for path, tree in trees().items() if tree.body and not ast.get_docstring(tree)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The grant stands.", True),
        ("`W` holds: what took 2.6 seconds, e.g. a write, is not sent.", True),
        ("The grant stands", False),
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
    """A test's docstring is one sentence."""
    tests = [(place, node) for place, node in functions() if node.name.startswith("test_")]
    assert [place for place, node in tests if not is_one_sentence(ast.get_docstring(node))] == []
