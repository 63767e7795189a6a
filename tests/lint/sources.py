"""The project's Python files, as text and as trees, and what each of them imports."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import PurePosixPath
from typing import Final

from tests.lint.project import ROOT

FOLDERS: Final = ("benchmarks", "documentation", "examples", "release", "requirements", "src", "tests")
NOT_OURS: Final = {"__pycache__", "build", "cdk.out", "dist", "node_modules"}
"""Folders that a run of the project leaves behind."""
ON_THE_PATH: Final = ("src/lambda/", "src/tools/")
"""Folders from which modules are imported, besides the project's own."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
Import = ast.Import | ast.ImportFrom


@cache
def sources() -> dict[str, str]:
    """Return the text of each Python file of the project, by its path; those beside the folders too."""
    inside = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    paths = (path.relative_to(ROOT) for path in (*ROOT.glob("*.py"), *inside))
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


def module_of(path: str) -> str:
    """Return the name by which a file is imported: that of its folder for an ``__init__.py``."""
    inner = next((path.removeprefix(folder) for folder in ON_THE_PATH if path.startswith(folder)), path)
    return ".".join(PurePosixPath(inner).with_suffix("").parts).removesuffix(".__init__")


def imported(path: str, tree: ast.Module) -> Iterator[str]:
    """Yield what a file imports, wherever in it, in full: ``a.b`` for ``import a.b`` and for ``from a import b``."""
    for node in ast.walk(tree):
        if isinstance(node, Import):
            yield from names_in(node, package_of(path))


def package_of(path: str) -> str:
    """Return the package that a file belongs to: its folder's."""
    return module_of(str(PurePosixPath(path).parent / "__init__.py"))


def names_in(node: Import, package: str) -> Iterator[str]:
    """Yield what one import in a module of a package names, in full; its first dot is the package itself."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    parts = package.split(".")
    origin = ".".join([*(parts[: len(parts) - node.level + 1] if node.level else ()), *filter(None, [node.module])])
    yield from (f"{origin}.{alias.name}" for alias in node.names)
