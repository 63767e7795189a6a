"""What a set of Python files needs to be imported: followed through the project's modules and the installed ones."""

import ast
import re
import sys
import sysconfig
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final

from tests.lint.project import ROOT
from tests.lint.sources import Function, Import, module_of, names_in, package_of, trees

OURS: Final = {"benchmarks", "documentation", "release", "tests", "vended_logs", "vended_logs_tools"}
_SITE: Final = Path(sysconfig.get_path("purelib"))
_HOLDING: Final = (ast.stmt, ast.ExceptHandler, ast.match_case)
"""What can hold an import."""
_MISSED: Final = {"Exception", "ImportError", "ModuleNotFoundError"}


@cache
def pinned(name: str) -> frozenset[str]:
    """Return the distributions that requirements/NAME.txt pins, by their normal names, those that it refers to too."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    referred = (pinned(other) for other in re.findall(r"^-r (\S+)\.txt$", text, flags=re.MULTILINE))
    return frozenset(map(_normal, re.findall(r"^([\w.-]+)==", text, flags=re.MULTILINE))).union(*referred)


def distributions(package: str) -> set[str]:
    """Return what brings a package: of one that is not installed, its own name is all that there is to go by."""
    return {_normal(name) for name in _installed().get(package, [package])}


def third_party(files: Mapping[str, ast.Module], sought: Collection[str]) -> dict[str, str]:
    """Return each package from elsewhere that these files need, with a module that imports it.

    A module of ours needs whatever it imports wherever it does, save where it goes on without; an installed one what it
    cannot be loaded without. Of the installed ones those are followed that can use a distribution which is sought: the
    others cannot need it. What is loaded by a name that is made at run time is not seen.
    """
    found: dict[str, str] = {}
    seen: set[str] = set()
    followed = OURS | {package for package in _installed() if distributions(package) & _users(frozenset(sought))}
    todo = [(name, path) for path, tree in files.items() for name in _names(tree, package_of(path), is_ours=True)]
    while todo:
        name, importer = todo.pop()
        package, _, inner = name.partition(".")
        if name in seen or package in sys.stdlib_module_names:
            continue
        seen.add(name)
        if package not in OURS:
            found.setdefault(package, importer)
        todo += [(name.rpartition(".")[0], importer)] if inner else []
        todo += [(other, name) for other in _needed_by(name)] if package in followed else []
    return found


@cache
def _users(sought: frozenset[str]) -> frozenset[str]:
    """Return the installed distributions that name one of those which are sought among what they can use."""
    return frozenset(
        _normal(each.name)
        for each in metadata.distributions()
        if sought & {_normal(re.split(r"[^\w.-]", used, maxsplit=1)[0]) for used in each.requires or ()}
    )


def _needed_by(name: str) -> Iterator[str]:
    """Yield what a module imports; nothing where a name is of something in a module, or of one that is not there."""
    if name.partition(".")[0] in OURS:
        if path := _our_modules().get(name):
            yield from _names(trees()[path], package_of(path), is_ours=True)
        return
    place = _SITE.joinpath(*name.split("."))
    if (inside := place / "__init__.py").is_file():
        yield from _names(ast.parse(inside.read_bytes()), name, is_ours=False)
    elif (alone := place.with_name(f"{place.name}.py")).is_file():
        yield from _names(ast.parse(alone.read_bytes()), name.rpartition(".")[0], is_ours=False)


def _names(tree: ast.Module, package: str, *, is_ours: bool) -> Iterator[str]:
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, Import):
            yield from names_in(node, package)
        elif isinstance(node, ast.Try) and (not is_ours or _goes_on_without(node.handlers)):
            todo += [*node.handlers, *node.orelse, *node.finalbody]
        elif is_ours or not (isinstance(node, Function) or _is_for_some(node)):
            todo += (inner for inner in ast.iter_child_nodes(node) if isinstance(inner, _HOLDING))


def _is_for_some(node: ast.AST) -> bool:
    """Return whether a block is for type checkers alone, or goes on without what it imports."""
    if isinstance(node, ast.With):
        return _goes_on_without(node.items)
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def _goes_on_without(nodes: Sequence[ast.ExceptHandler] | Sequence[ast.withitem]) -> bool:
    """Return whether an import that fails is caught, by an ``except`` or by a ``with`` that suppresses it."""
    heads = (node.type if isinstance(node, ast.ExceptHandler) else node.context_expr for node in nodes)
    names = (name for head in heads if head for name in ast.walk(head))
    return any(isinstance(name, ast.Name) and name.id in _MISSED for name in names)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def _installed() -> Mapping[str, list[str]]:
    return metadata.packages_distributions()


@cache
def _our_modules() -> dict[str, str]:
    return {module_of(path): path for path in trees()}
