"""From YAML nodes to plain data: dicts, lists and texts, with intrinsic functions in their long form.

Scalars keep the text that stands in the file (``OFF`` is ``"OFF"``, ``012`` is ``"012"``), but null, which is None:
CloudFormation compares texts, and so do the rules. Of duplicate keys the last counts; aliases and merge keys are
resolved.
"""

from collections.abc import Iterator
from typing import Any, Final

import yaml

from vended_logs_tools.errors import Unreadable
from vended_logs_tools.reading.source import MERGE, NULL, TEXT, Source

Path = tuple[str | int, ...]
"""Where something is in the data: keys and list indexes from the root, intrinsic functions by their long names."""

_DEEPEST: Final = 200
_LARGEST: Final = 1_000_000


def construct(source: Source) -> Any:
    """Return the document as plain data.

    Raises:
        Unreadable: it is nested too deeply, contains itself, or its aliases expand to more than any template holds.
    """
    return _Construction(source).value(source.root)


def locate(root: yaml.Node, path: Path) -> yaml.Mark:
    """Return where the last step of a path begins, at its key if it has one; where the last that is there does."""
    node, mark = root, root.start_mark
    for step in path:
        if long_name(node.tag) == step:
            continue
        found = _child(node, step)
        if found is None:
            break
        node, mark = found
    return mark


def long_name(tag: str) -> str:
    """Return what a short form such as ``!GetAtt`` is called when written out; empty for no short form."""
    if not tag.startswith("!") or tag == "!":
        return ""
    name = tag.removeprefix("!")
    return name if name in {"Ref", "Condition"} else f"Fn::{name}"


def merges(node: yaml.MappingNode) -> Iterator[yaml.MappingNode]:
    """Yield the mappings that ``<<`` merges into this one, the strongest first."""
    for key, value in node.value:
        if key.tag == MERGE:
            listed = value.value if isinstance(value, yaml.SequenceNode) else [value]
            yield from (one for one in listed if isinstance(one, yaml.MappingNode))


def pairs(node: yaml.MappingNode) -> list[tuple[str, yaml.ScalarNode, yaml.Node]]:
    """Return the mapping's own entries whose key is a scalar, as key, key node and value node."""
    return [
        (key.value, key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode) and key.tag != MERGE
    ]


def _child(node: yaml.Node, step: str | int) -> tuple[yaml.Node, yaml.Mark] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step].start_mark
    if not isinstance(node, yaml.MappingNode):
        return None
    own = [(value, key.start_mark) for name, key, value in pairs(node) if name == step]
    if own:
        return own[-1]
    return next((found for other in merges(node) if (found := _child(other, step))), None)


class _Construction:
    """One reading. An aliased node is constructed once and its value shared, so values must not be changed."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._done: dict[int, tuple[Any, int]] = {}
        self._depth = 0
        self._size = 0

    def value(self, node: yaml.Node) -> Any:
        known = self._done.get(id(node))
        if known is not None:
            self._grow(known[1], node)
            return known[0]
        before = self._size
        self._grow(1, node)
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._refusal(
                node, f"is nested more than {_DEEPEST} levels deep, or contains itself: no template does"
            )
        value = self._content(node)
        self._depth -= 1
        self._done[id(node)] = value, self._size - before
        return value

    def _content(self, node: yaml.Node) -> Any:
        # Two calls a level and no more: Python's own stack is not deep.
        value: Any = None
        if isinstance(node, yaml.ScalarNode):
            value = None if node.tag == NULL else node.value
        elif isinstance(node, yaml.SequenceNode):
            value = []
            for one in node.value:
                value.append(self._text(one) if one.tag == TEXT else self.value(one))
        elif isinstance(node, yaml.MappingNode):
            value = {}
            for other in reversed(list(merges(node))):
                merged = self.value(other)
                value |= merged if isinstance(merged, dict) else {}
            for key, one in node.value:
                if isinstance(key, yaml.ScalarNode) and key.tag != MERGE:
                    value[key.value] = self._text(one) if one.tag == TEXT else self.value(one)
        name = long_name(node.tag)
        if name == "Fn::GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {name: value} if name else value

    def _text(self, node: yaml.Node) -> Any:
        """Return what most nodes are, and what is the same if it is constructed again: one text."""
        # A collection may be tagged as a text; what is too much is refused there.
        if not isinstance(node, yaml.ScalarNode) or self._depth >= _DEEPEST or self._size >= _LARGEST:
            return self.value(node)
        self._size += 1
        return node.value

    def _grow(self, size: int, node: yaml.Node) -> None:
        self._size += size
        if self._size > _LARGEST:
            raise self._refusal(node, f"expands to more than {_LARGEST:,} values: no template does")

    def _refusal(self, node: yaml.Node, cause: str) -> Unreadable:
        return Unreadable(self._source.name, cause, *self._source.place(node.start_mark))
