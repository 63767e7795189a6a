"""The parts of a template that are edited, found among its nodes; what insertion alone cannot edit is refused."""

from collections import Counter
from typing import Final, TypeAlias

import yaml

from vended_logs_tools.editing.insertion import is_blank, line_head
from vended_logs_tools.editing.nodes import every_node, parts_of
from vended_logs_tools.errors import Refused
from vended_logs_tools.reading.construct import Path
from vended_logs_tools.reading.source import MERGE, Source

_MAP: Final = "tag:yaml.org,2002:map"
Entry: TypeAlias = tuple[yaml.ScalarNode, yaml.Node]
Place: TypeAlias = tuple[yaml.Node, yaml.Node]
"""A node, after what it follows: its key, the item before it, or its list."""


class Anatomy:
    """A template's nodes by name, each checked for being written out where it stands, once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self._uses = _uses(source.root)

    def resources(self) -> yaml.MappingNode:
        """Return the Resources mapping, ready to be edited; it has entries.

        Raises:
            Refused: it is an alias, anchored and used elsewhere, tagged, there twice, or has merge keys.
        """
        place = self._resources()
        self.check_in_place(place, "Resources")
        mapping = place[1]
        self.check_written_out(mapping, "Resources")
        if not isinstance(mapping, yaml.MappingNode) or not mapping.value:
            raise self.refusal(mapping, "there is nothing in Resources", "give a template with resources")
        return mapping

    def resources_key(self) -> yaml.ScalarNode:
        """Return the key of Resources."""
        return self._resources()[0]

    def body(self, path: Path) -> yaml.MappingNode:
        """Return the mapping that a resource's path leads to, ready to be edited.

        Raises:
            Refused: as for ``resources``, anywhere on the way.
        """
        node: yaml.Node = self.resources()
        for step in path[1:]:
            place, name = self._step(node, step), step if isinstance(step, str) else f"item {step + 1}"
            self.check_in_place(place, name)
            node = place[1]
            self.check_written_out(node, name)
        if not isinstance(node, yaml.MappingNode):
            raise self.refusal(node, f"{path[-1]} is not a mapping", "mend the template first")
        return node

    def section(self, name: str) -> yaml.Node | None:
        """Return what stands under a name at the top of the template, the last one if it is there twice."""
        found = [value for key, value in self._root().value if _name(key) == name]
        return found[-1] if found else None

    def entry(self, mapping: yaml.MappingNode, name: str) -> Entry | None:
        """Return the entry of a mapping by its key.

        Raises:
            Refused: it is there twice, or its key is an alias, tagged or a complex key.
        """
        found = [(key, value) for key, value in mapping.value if _name(key) == name]
        if not found:
            return None
        if len(found) > 1:
            raise self.refusal(found[1][0], f"{name} is there twice", "remove one of them first")
        key, value = found[0]
        self._check_key(mapping, key, value)
        return key, value

    def check_written_out(self, node: yaml.Node, name: str) -> None:
        """Raise Refused if a mapping has merge keys."""
        merges = [key for key, _ in node.value if key.tag == MERGE] if isinstance(node, yaml.MappingNode) else []
        if merges:
            cause = f"{name} takes entries from elsewhere by a merge key (<<)"
            raise self.refusal(merges[0], cause, "write them out, or write the DependsOn by hand")

    def check_in_place(self, place: Place, name: str) -> None:
        """Raise Refused if the value of an entry is an alias, or one that others use, or has a tag."""
        before, node = place
        if not self._follows(node, before):
            raise self.refusal(before, f"{name} is an alias (*)", "write it out, or write the DependsOn by hand")
        if not isinstance(node, yaml.ScalarNode) and self._uses[id(node)] > 1:
            cause = f"{name} is anchored (&) and used elsewhere too, where the edit would show as well"
            raise self.refusal(node, cause, "write the other place out, or write the DependsOn by hand")
        if self.has_tag(node):
            raise self.refusal(node, f"{name} has a tag (!)", "remove the tag, or write the DependsOn by hand")

    def is_within(self, node: yaml.Node, after: yaml.Node) -> bool:
        """Tell whether a node is written after another one; an alias stands where its anchor is, before."""
        return bool(node.start_mark.index >= after.end_mark.index)

    def has_tag(self, node: yaml.Node) -> bool:
        """Tell whether a node carries a tag that somebody wrote."""
        return any(word.startswith("!") for word in self._marks(node))

    def has_anchor(self, node: yaml.Node) -> bool:
        """Tell whether a node carries an anchor."""
        return any(word.startswith("&") for word in self._marks(node))

    def raw(self, node: yaml.Node) -> str:
        """Return a node's text as it is written."""
        return self.text[node.start_mark.index : node.end_mark.index]

    def refusal(self, node: yaml.Node, cause: str, cure: str) -> Refused:
        """Return an error that names the place of a node, the cause and the cure."""
        return self.refusal_at(node.start_mark, cause, cure)

    def refusal_at(self, mark: yaml.Mark, cause: str, cure: str) -> Refused:
        """Return an error that names a place, the cause and the cure."""
        line, column = self.source.place(mark)
        return Refused(f"{self.source.name}:{line}:{column}: {cause}: {cure}")

    def _resources(self) -> Entry:
        found = self.entry(self._root(), "Resources")
        if found is None:
            raise self.refusal(self.source.root, "Resources is not written out here", "write the DependsOn by hand")
        return found

    def _root(self) -> yaml.MappingNode:
        root = self.source.root
        if not isinstance(root, yaml.MappingNode) or root.tag != _MAP:
            raise self.refusal(root, "the document is not a mapping", "give a CloudFormation template")
        return root

    def _step(self, node: yaml.Node, step: str | int) -> Place:
        """Return the child of a node that a step leads to, after the node that it follows."""
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            return (node.value[step - 1] if step else node), node.value[step]
        found = self.entry(node, str(step)) if isinstance(node, yaml.MappingNode) else None
        if found is None:
            raise self.refusal(node, f"{step} is not written out here", "write the DependsOn by hand")
        return found

    def _marks(self, node: yaml.Node) -> list[str]:
        """Return a node's anchor and tag, in whichever order they are written."""
        parts = parts_of(node)
        if parts and parts[0].start_mark.index == node.start_mark.index:
            return []  # what stands there is its first key's
        words = self.raw(node).split(None, 2)[:2]
        return [word for word in words if words[0].startswith(("&", "!")) and word.startswith(("&", "!"))]

    def _follows(self, node: yaml.Node, before: yaml.Node) -> bool:
        if isinstance(before, yaml.SequenceNode) and before.value and before.value[0] is node:
            return bool(node.start_mark.index >= before.start_mark.index)
        return self.is_within(node, before)

    def _check_key(self, mapping: yaml.MappingNode, key: yaml.ScalarNode, value: yaml.Node) -> None:
        begin = key.start_mark.index
        # A block mapping's end is not its own: the mark is past the comments that follow it.
        if not mapping.start_mark.index <= begin <= mapping.end_mark.index:
            raise self.refusal(mapping, f"the key {key.value} is an alias (*)", "write it out first")
        if self.raw(key)[:1] in ("&", "!", "|", ">"):
            raise self.refusal(key, f"the key {key.value} has an anchor (&) or a tag (!)", "remove that first")
        between = self.text[key.end_mark.index : value.start_mark.index]
        head = line_head(self.text, begin)
        # An alias as the value stands before its key, and leaves nothing between them.
        split = not mapping.flow_style and between and not between.lstrip(" \t").startswith(":")
        # A mapping in a list may begin after its dash.
        if split or head.rstrip().endswith("?") or not (mapping.flow_style or is_blank(head.replace("- ", "  "))):
            raise self.refusal(key, f"the key {key.value} is a complex key (?)", f'write it as "{key.value}:" first')


def _name(key: yaml.Node) -> str:
    return str(key.value) if isinstance(key, yaml.ScalarNode) and key.tag != MERGE else ""


def _uses(root: yaml.Node) -> Counter[int]:
    return Counter(id(part) for node in every_node(root) for part in parts_of(node))
