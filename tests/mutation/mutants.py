"""All mutants of a module, each the module's whole text with one fault in it.

Left out are annotations, docstrings, decorators and `__all__`: a fault there changes no answer, or not before another
program than these tests reads it.
"""

import ast
import difflib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import libcst as cst

from .operators import mutations

MODULE_LEVEL = "(module)"
_LEFT_OUT = (cst.Annotation, cst.Decorator, cst.Import, cst.ImportFrom)


@dataclass(frozen=True)
class Name:
    """What a mutant is known by, whatever else changes around it."""

    module: str
    function: str
    """`function`, `Class.method`, or `(module)`."""
    change: str
    """The changed lines, as a diff has them."""
    turn: int = 0
    """Tells mutants apart that make the same change to the same line, written more than once in one function."""

    def __str__(self) -> str:
        """Return the name as docs/mutants.md has it: a line that says where, then the change."""
        where = f"{self.module}: {self.function}"
        return f"{where}{f' #{self.turn + 1}' if self.turn else ''}\n{self.change}"


@dataclass(frozen=True)
class Mutant:
    """One mutant."""

    name: Name
    path: Path
    source: str


def mutants(path: Path) -> list[Mutant]:
    """Return all mutants of the module in that file, in the order of their places."""
    module = cst.parse_module(path.read_text(encoding="utf-8"))
    whole, start = module.code, sum(len(module.code_for_node(line)) for line in module.header)
    turns: Counter[tuple[str, str]] = Counter()
    found = []
    for statement in module.body:
        text = module.code_for_node(statement)
        before, after = whole[:start], whole[start + len(text) :]
        start += len(text)
        for function, mutated in _mutated(module, statement, text):
            change = _change(text, mutated)
            name = Name(path.stem, function, change, turns[function, change])
            turns[function, change] += 1
            found.append(Mutant(name, path, before + mutated + after))
    return found


def _mutated(module: cst.Module, statement: cst.CSTNode, text: str) -> Iterator[tuple[str, str]]:
    """Yield each different text that mutation makes of a statement of the module, with the function it changes."""
    seen = {_meaning(text)}
    for function, node in _places(statement):
        for mutated in mutations(node):
            source = module.code_for_node(statement.deep_replace(node, mutated))  # type: ignore[arg-type, unused-ignore]  # libcst has types only where it is installed
            meaning = _meaning(source)
            if meaning and meaning not in seen:
                seen.add(meaning)
                yield function, source


def _meaning(source: str) -> str:
    """Return a text that is equal for sources that Python reads alike, and empty for one that it cannot read."""
    try:
        return ast.dump(ast.parse(source))
    except SyntaxError:
        return ""


def _places(node: cst.CSTNode, scope: tuple[str, ...] = (), function: str = "") -> Iterator[tuple[str, cst.CSTNode]]:
    """Yield each node that may be mutated, with the outermost function that it stands in."""
    if isinstance(node, _LEFT_OUT) or _is_docstring(node) or _is_listing(node):
        return
    if isinstance(node, cst.FunctionDef | cst.ClassDef) and not function:
        scope = (*scope, node.name.value)
        function = ".".join(scope) if isinstance(node, cst.FunctionDef) else ""
    yield function or MODULE_LEVEL, node
    for child in node.children:
        yield from _places(child, scope, function)


def _is_docstring(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Expr) and isinstance(node.value, cst.SimpleString)


def _is_listing(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Assign) and getattr(node.targets[0].target, "value", None) == "__all__"


def _change(before: str, after: str) -> str:
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))[2:]
    return "\n".join(f"{line[0]} {line[1:].strip()}".rstrip() for line in lines if not line.startswith("@@"))
