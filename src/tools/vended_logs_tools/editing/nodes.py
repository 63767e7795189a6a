"""Walks over a document's nodes that no depth and no number of aliases can exhaust."""

from collections.abc import Iterator, Sequence

import yaml


def parts_of(node: yaml.Node) -> Sequence[yaml.Node]:
    """Return what a node is made of: a list's items, a mapping's keys and values by turns, nothing for a scalar."""
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else ()


def every_node(root: yaml.Node) -> Iterator[yaml.Node]:
    """Yield every node once, each before its parts, however often it is used."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            waiting += reversed(parts_of(node))
