"""The proof that an edited text is the old one plus exactly what was to be added; made without the code that edits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from vended_logs_tools.editing.nodes import parts_of
from vended_logs_tools.editing.style import is_json
from vended_logs_tools.editing.writing import Data, GetAtt
from vended_logs_tools.reading.construct import Path, construct
from vended_logs_tools.reading.source import NULL, Source

_DEPENDS_ON = "DependsOn"


class NotProved(Exception):
    """An edit did something other than what was asked for; the text says what."""


@dataclass(frozen=True, slots=True)
class Additions:
    """What was to be added: resources by logical id, and names to the DependsOn of resources by their paths."""

    resources: Mapping[str, Mapping[str, Data]]
    depends_on: Mapping[Path, Sequence[str]]


def check(before: Source, after: Source, additions: Additions) -> None:
    """Raise NotProved unless all of the old bytes stand in the new in order, and the trees differ as was asked."""
    if not is_subsequence(before.data, after.data):
        raise NotProved("a byte that was there would be lost")
    if is_json(before) and not is_json(after):
        raise NotProved("the text would be JSON no longer")
    if list(events(before.root, before.text)) != list(events(_without(before, after, additions), after.text)):
        raise NotProved("something other than the additions would be read differently")


def is_subsequence(old: bytes, new: bytes) -> bool:
    """Tell whether all bytes of one text stand in another, in their order."""
    rest = iter(new)
    return all(byte in rest for byte in old)


def events(root: yaml.Node, text: str) -> Iterator[tuple[object, ...]]:
    """Yield all that a tree says: kinds, tags, texts, styles, order, duplicates, and what is an alias of what."""
    known: dict[int, int] = {}
    waiting: list[yaml.Node | None] = [root]
    while waiting:
        node = waiting.pop()
        if node is None:
            yield ("end",)
        elif id(node) in known:
            yield "alias", known[id(node)]
        elif isinstance(node, yaml.ScalarNode):
            known[id(node)] = len(known)
            yield node.tag, node.value, node.style, text[node.start_mark.index : node.end_mark.index]
        elif isinstance(node, yaml.CollectionNode):
            known[id(node)] = len(known)
            yield type(node), node.tag, node.flow_style
            waiting += [None, *reversed(parts_of(node))]


def _without(before: Source, after: Source, additions: Additions) -> yaml.Node:
    """Return the new tree without the additions, each of which must be there just as it was to be."""
    root = after.root
    if additions.resources:
        root = _changed(root, ("Resources",), lambda node: _fewer_resources(node, after, additions.resources))
    for path, names in additions.depends_on.items():
        old = _child(_at(before.root, path), _DEPENDS_ON)
        root = _changed(root, path, lambda node, old=old, names=names: _fewer_names(node, old, names))
    return root


def _fewer_resources(node: yaml.Node, after: Source, resources: Mapping[str, Mapping[str, Data]]) -> yaml.Node:
    if not isinstance(node, yaml.MappingNode):
        raise NotProved("Resources would be no mapping")
    count = len(resources)
    for (key, value), (name, data) in zip(node.value[:count], resources.items(), strict=True):
        read = construct(Source(after.name, after.text, value))
        if key.value != name or read != _plain(data):
            raise NotProved(f"{name} would not read as it should")
    return _copy(node, node.value[count:])


def _fewer_names(node: yaml.Node, old: yaml.Node | None, names: Sequence[str]) -> yaml.Node:
    """Return a resource's mapping with the DependsOn that it had."""
    now = _child(node, _DEPENDS_ON)
    if now is None:
        raise NotProved("a DependsOn would be missing")
    listed = list(now.value) if isinstance(now, yaml.SequenceNode) else [now]
    if [item.value for item in listed[-len(names) :]] != list(names):
        raise NotProved("a DependsOn would not read as it should")
    rest = listed[: -len(names)]
    if not isinstance(node, yaml.MappingNode):
        raise NotProved("a resource would be no mapping")
    if old is None:
        if rest:
            raise NotProved("a DependsOn would name more than it should")
        return _copy(node, [(key, value) for key, value in node.value if value is not now])
    return _copy(node, [(key, _former(now, rest, old) if value is now else value) for key, value in node.value])


def _former(now: yaml.Node, rest: list[yaml.Node], old: yaml.Node) -> yaml.Node:
    if isinstance(old, yaml.SequenceNode) and isinstance(now, yaml.SequenceNode):
        return _copy(now, rest)
    if isinstance(old, yaml.ScalarNode) and old.tag == NULL and not rest:
        return yaml.ScalarNode(NULL, "", now.start_mark, now.start_mark, style=old.style)
    if len(rest) != 1:
        raise NotProved("a DependsOn would name more or less than it should")
    return rest[0]


def _changed(root: yaml.Node, path: Path, change: Any) -> yaml.Node:
    """Return a tree in which the node at a path is another one; nothing of the old tree is touched."""
    if not path:
        return change(root)  # type: ignore[no-any-return]  # a change takes and gives nodes
    step, *rest = path
    if isinstance(root, yaml.SequenceNode) and isinstance(step, int):
        items = [
            _changed(part, tuple(rest), change) if place == step else part for place, part in enumerate(root.value)
        ]
        return _copy(root, items)
    if not isinstance(root, yaml.MappingNode):
        raise NotProved(f"{step} would not be there")
    return _copy(root, [(k, _changed(v, tuple(rest), change) if k.value == step else v) for k, v in root.value])


def _at(root: yaml.Node, path: Path) -> yaml.Node:
    for step in path:
        child = root.value[step] if isinstance(root, yaml.SequenceNode) else _child(root, str(step))
        if child is None:
            raise NotProved(f"{step} was not there")
        root = child
    return root


def _child(node: yaml.Node, name: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for key, value in pairs if key.value == name), None)


def _copy(node: yaml.CollectionNode, value: list[Any]) -> yaml.Node:
    return type(node)(node.tag, value, node.start_mark, node.end_mark, flow_style=node.flow_style)


def _plain(data: Data) -> Any:
    """Return data as a template is read: scalars as text, functions in their long form."""
    if isinstance(data, GetAtt):
        return {"Fn::GetAtt": [data.resource, data.attribute]}
    if isinstance(data, Mapping):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, Sequence) and not isinstance(data, str):
        return [_plain(item) for item in data]
    return str(data)
