"""What is pure reaches for nothing, and what is shipped needs nothing that stands beside it."""

import ast
from collections.abc import Iterator, Mapping
from typing import Final

import pytest

from tests.lint.sources import FOLDERS, imported, trees

PURE: Final = (
    "src/lambda/vended_logs/errors.py",
    "src/lambda/vended_logs/policy/",
    "src/tools/vended_logs_tools/planning/",
)
"""Values in, values out."""
MAY_BE_IMPORTED: Final = {
    "bisect",
    "collections.abc",
    "dataclasses",
    "functools",
    "hashlib",
    "itertools",
    "json",
    "operator",
    "re",
    "textwrap",
    "typing",
    "vended_logs.errors",
    "vended_logs.policy",
}
"""By what is pure, all of it: the modules that are named, and what they hold."""
ALSO: Final[Mapping[str, set[str]]] = {"src/tools/vended_logs_tools/planning/": {"vended_logs_tools.planning"}}
NEVER_NAMED: Final = {
    "__builtins__",
    "__import__",
    "breakpoint",
    "compile",
    "eval",
    "exec",
    "globals",
    "hash",  # of a text, another one on every run
    "id",
    "input",
    "open",
    "print",
}
"""Builtins that reach outside, or answer otherwise on another run."""
BESIDE: Final = {*FOLDERS} - {"src"}


def within(name: str, modules: set[str]) -> bool:
    """Return whether an import is of one of these modules or of what one of them holds."""
    return any(f"{name}.".startswith(f"{module}.") for module in modules)


def reaches(path: str, tree: ast.Module) -> Iterator[str]:
    """Yield what a pure module imports or names and should not."""
    allowed = MAY_BE_IMPORTED.union(*(more for folder, more in ALSO.items() if path.startswith(folder)))
    yield from (name for name in imported(path, tree) if not within(name, allowed))
    names = (node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
    yield from (name.id for name in names if name.id in NEVER_NAMED)


def test_what_is_pure_reaches_for_nothing() -> None:
    """The core, its errors and the plans import a few modules that compute, and name no builtin that does more."""
    pure = {path: tree for path, tree in trees().items() if path.startswith(PURE)}
    assert len(pure) > 15
    assert {path: told for path, tree in pure.items() if (told := [*reaches(path, tree)])} == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("import yaml", ["yaml"]),
        ("import http.client as web", ["http.client"]),
        ("def now():\n    from datetime import datetime", ["datetime.datetime"]),
        ("from pathlib import Path", ["pathlib.Path"]),
        ("from collections import abc, OrderedDict", ["collections.OrderedDict"]),
        ("from fnmatch import fnmatch", ["fnmatch.fnmatch"]),
        ("import multiprocessing, secrets, urllib3", ["multiprocessing", "secrets", "urllib3"]),
        ("from vended_logs import gateway, policy", ["vended_logs.gateway"]),
        ("from .. import clock", ["vended_logs.clock"]),
        ("from ..gateway import Gateway", ["vended_logs.gateway.Gateway"]),
        ("from . import proof\nfrom .proof import prove", []),
        ("import importlib\nimportlib.import_module('os')", ["importlib"]),
        ("os = __import__('os')", ["__import__"]),
        ("key = hash('a')", ["hash"]),
        ("order = sorted([], key=hash)", ["hash"]),
        ("open('a').read()", ["open"]),
        ("print(eval('1'))", ["print", "eval"]),
        ("exec('')", ["exec"]),
        ("import re, hashlib\nre.compile(hashlib.sha256().hexdigest())", []),
        ("import vended_logs_tools.planning.place", ["vended_logs_tools.planning.place"]),
    ],
)
def test_a_reach_is_found(text: str, told: list[str]) -> None:
    """Whatever a module of the core imports or names beyond what it may is told, wherever it stands."""
    assert [*reaches("src/lambda/vended_logs/policy/plan.py", ast.parse(text))] == told


def test_plans_may_use_one_another() -> None:
    """The plans of the command may import their own package, and nothing else of the tools."""
    text = "from vended_logs_tools.planning.place import Place\nfrom vended_logs_tools import exits"
    told = reaches("src/tools/vended_logs_tools/planning/pruning.py", ast.parse(text))
    assert [*told] == ["vended_logs_tools.exits"]


def needs_from_beside(path: str, tree: ast.Module) -> list[str]:
    """Return what a module that is shipped imports of the folders that are not."""
    return [name for name in imported(path, tree) if name.partition(".")[0] in BESIDE]


def test_what_is_shipped_needs_nothing_that_is_not() -> None:
    """No module of the function or of the tools imports tests, documentation, release or benchmarks."""
    shipped = {path: tree for path, tree in trees().items() if path.startswith("src/")}
    assert len(shipped) > 100
    assert {path: told for path, tree in shipped.items() if (told := needs_from_beside(path, tree))} == {}


@pytest.mark.parametrize("folder", sorted(BESIDE))
def test_an_import_from_beside_is_found(folder: str) -> None:
    """Each folder that is not shipped is told from a package whose name begins alike."""
    text = f"import {folder}_of_others\ndef late():\n    from {folder}.markdown import table"
    assert needs_from_beside("src/tools/vended_logs_tools/report.py", ast.parse(text)) == [f"{folder}.markdown.table"]
