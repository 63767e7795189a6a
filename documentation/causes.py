"""The causes that the doctor can name, and how bad each can be, read off the code that names them."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from documentation.markdown import table
from vended_logs_tools.diagnosis.finding import Weight
from vended_logs_tools.diagnosis.role import Ruling

_ROOT: Final = Path(__file__).resolve().parents[1]
_PAGE: Final = _ROOT / "docs" / "causes.md"
_NAME: Final = re.compile(r"[a-z]+(-[a-z]+)*")
_ABOUT: Final = {
    "policy-missing": "the policies",
    "role-missing": "the state machine's role",
    "arn-without-star": "the log group, its ARN and its key",
    "logging-off": "the state machine",
    "grant-refused": "the stack",
}
"""What the causes are about, from the one that is named on, in the order of the page."""
_RULINGS: Final = [ruling.value for ruling in Ruling if ruling not in (Ruling.ALLOWED, Ruling.UNKNOWN)]
"""Causes that are named after what was found of the role."""


def index() -> str:
    """Return the table of the causes in the order of their sections: name, what it is about, and its weights.

    Raises:
        ValueError: a cause has no section, or a section no cause.
    """
    found = weights()
    sections = re.findall(r"^## (.+)$", _PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    if differing := sorted({*sections} ^ {*found}):
        raise ValueError(f"The sections of docs/causes.md are not the causes of the doctor: {', '.join(differing)}.")
    return table(("cause", "is about", "weighs"), _rows(sections, found))


def _rows(sections: list[str], found: Mapping[str, tuple[Weight, ...]]) -> Iterator[tuple[str, str, str]]:
    about = ""
    for name in sections:
        about = _ABOUT.get(name, about)
        yield f"[{name}](#{name})", about, " or ".join(", ".join(found[name]).rsplit(", ", 1))


@cache
def weights() -> dict[str, tuple[Weight, ...]]:
    """Return how bad each cause can be, the worst first.

    These are the weights that the function which makes the diagnosis chooses from, those of a function that it asks for
    one, and, if the weight is handed to it, those that are handed on anywhere.
    """
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in _modules()]
    asked = {one.name: _weights_in(one) for tree in trees for one in _functions(tree)}
    handed = {weight for tree in trees for weight in _handed(tree)}
    found: dict[str, set[Weight]] = defaultdict(set)
    for tree in trees:
        for function in _functions(tree):
            for call in _diagnoses(function):
                chosen = _weights_in(function) | _elsewhere(function, _argument(call, 1, "weight"), asked, handed)
                for cause in _causes(tree, _argument(call, 0, "cause")):
                    found[cause] |= chosen
    return {cause: tuple(weight for weight in Weight if weight in chosen) for cause, chosen in found.items()}


def _modules() -> list[Path]:
    return sorted((_ROOT / "src" / "tools" / "vended_logs_tools").rglob("*.py"))


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _diagnoses(function: ast.FunctionDef) -> Iterator[ast.Call]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Diagnosis":
            yield node


def _argument(call: ast.Call, place: int, name: str) -> ast.expr:
    named = [keyword.value for keyword in call.keywords if keyword.arg == name]
    return [*call.args[place : place + 1], *named][0]


def _causes(tree: ast.Module, given: ast.expr) -> list[str]:
    """Return the names that a diagnosis may get: a text, one of several, a constant's, or a ruling's."""
    constants = {
        one.target.id: one.value
        for one in tree.body
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and one.value
    }
    told = constants.get(given.id, given) if isinstance(given, ast.Name) else given
    texts = [str(part.value) for part in ast.walk(told) if isinstance(part, ast.Constant)]
    return [text for text in texts if _NAME.fullmatch(text)] or _RULINGS


def _elsewhere(
    function: ast.FunctionDef, given: ast.expr, asked: Mapping[str, set[Weight]], handed: set[Weight]
) -> set[Weight]:
    """Return the weights that come from a function that is asked for one, or as an argument."""
    if isinstance(given, ast.Call):
        return asked[getattr(given.func, "id", "")]
    arguments = {one.arg for one in (*function.args.args, *function.args.kwonlyargs)}
    return handed if isinstance(given, ast.Name) and given.id in arguments else set()


def _handed(tree: ast.Module) -> Iterator[Weight]:
    """Yield the weights that are handed on by name, not to a diagnosis itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") != "Diagnosis":
            for keyword in node.keywords:
                yield from _weights_in(keyword.value)


def _weights_in(node: ast.AST) -> set[Weight]:
    found = (one for one in ast.walk(node) if isinstance(one, ast.Attribute))
    return {Weight[one.attr] for one in found if getattr(one.value, "id", "") == "Weight"}
