"""The faults that are put in: mutmut's operators, and those of our own for what they leave alone.

Ours take away one thing that was said: a guard, a filter, one side of `and` and `or`, one of several values, or whether
one or every thing of many is asked for.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import libcst as cst
from mutmut.mutation.mutators import mutation_operators

_TWINS = {"any": "all", "all": "any", "min": "max", "max": "min"}
_NOT_WORTH_IT = {"len", "isinstance"}
"""With other arguments than theirs, these two only raise: mutmut leaves them alone as well."""


def mutations(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield what may stand in place of a node, each with one fault."""
    for kind, operator in (*mutation_operators, *_OURS):
        if isinstance(node, kind) and not _is_not_worth_it(node):
            yield from operator(node)


def _is_not_worth_it(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in _NOT_WORTH_IT


def _guard(node: cst.If) -> Iterator[cst.CSTNode]:
    yield node.with_changes(test=cst.Name("False"))


def _filter(node: cst.CompIf) -> Iterator[cst.CSTNode]:
    yield node.with_changes(test=cst.Name("True"))


def _side(node: cst.BooleanOperation) -> Iterator[cst.CSTNode]:
    for side in (node.left, node.right):
        yield side.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _twin(node: cst.Call) -> Iterator[cst.CSTNode]:
    if isinstance(node.func, cst.Name) and node.func.value in _TWINS:
        yield node.with_changes(func=cst.Name(_TWINS[node.func.value]))


def _value(node: cst.Tuple | cst.List | cst.Set) -> Iterator[cst.CSTNode]:
    if len(node.elements) > 1:
        for position in range(len(node.elements)):
            yield node.with_changes(elements=[*node.elements[:position], *node.elements[position + 1 :]])


def _text(node: cst.FormattedStringText) -> Iterator[cst.CSTNode]:
    yield node.with_changes(value=f"XX{node.value}")


_OURS: Sequence[tuple[Any, Callable[[Any], Iterator[cst.CSTNode]]]] = (
    (cst.If, _guard),
    (cst.CompIf, _filter),
    (cst.BooleanOperation, _side),
    (cst.Call, _twin),
    ((cst.Tuple, cst.List, cst.Set), _value),
    (cst.FormattedStringText, _text),
)
