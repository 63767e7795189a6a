"""No logic is written twice."""

import ast
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from tests.lint.sources import Function, functions

MOST: Final = 280
"""Characters of the syntax, written out, that two bodies may have in common: a short line may be said again."""
TWICE: Final[Mapping[frozenset[str], str]] = {
    frozenset(
        {"src/lambda/vended_logs/policy/request.py:digest", "tests/unit/policy/test_request.py:_eight"}
    ): "the test says by itself what the core has to come to",
}


def body(function: Function) -> list[ast.stmt]:
    """Return what a function does: its docstring, its name and its arguments left out."""
    return function.body[1:] if ast.get_docstring(function) else function.body


def alike(named: Mapping[str, Function]) -> set[frozenset[str]]:
    """Return the places of functions that do the same in the same words, those that do little left out."""
    places: defaultdict[str, set[str]] = defaultdict(set)
    for place, function in named.items():
        places["".join(map(ast.dump, body(function)))].add(place)
    return {frozenset(found) for text, found in places.items() if len(found) > 1 and len(text) > MOST}


def test_no_logic_is_written_twice() -> None:
    """No two functions have one body, save those that the table gives a reason for."""
    assert alike(dict(functions())) == TWICE.keys()


def test_what_is_written_twice_is_found() -> None:
    """It is found under any name and with any docstring; what differs, or is a line, is not."""
    long = "    for part in text.split(','):\n        name, _ = part.split('=')\n        print(name.strip(), part)\n"
    texts = {
        "one": f"def one(text):\n{long}",
        "two": f"def two(text: str) -> None:\n    'Differs in its head alone.'\n{long}",
        "three": f"def three(text):\n{long.replace('strip', 'lower')}",
        "four": "def four(text):\n    return text.strip()",
        "five": "def five(text):\n    return text.strip()",
    }
    made = {name: node for name, text in texts.items() for node in ast.parse(text).body if isinstance(node, Function)}
    assert alike(made) == {frozenset({"one", "two"})}
