"""The insertion that adds resources to a template, written as its first resource is."""

from collections.abc import Mapping
from typing import Final

import yaml

from vended_logs_tools.editing.anatomy import Anatomy
from vended_logs_tools.editing.depends_on import flow_space
from vended_logs_tools.editing.insertion import (
    Insertion,
    ends_in_blank_line,
    is_followed_by_blank_line,
    line_end,
    line_head,
    line_stop,
)
from vended_logs_tools.editing.nodes import every_node
from vended_logs_tools.editing.style import Quotes, colon_of, is_json, preferred_quote, quotes_of
from vended_logs_tools.editing.writing import BlockWriter, Data, FlowWriter
from vended_logs_tools.reading.source import LINE_END

_ENDS: Final = "\r\n"


def insertion(anatomy: Anatomy, resources: Mapping[str, Mapping[str, Data]]) -> Insertion:
    """Return what to insert for a template to have more resources, before all others and in the order given.

    Raises:
        Refused: the Resources are written in a way that insertion alone cannot extend.
    """
    mapping = anatomy.resources()
    return _in_flow(anatomy, mapping, resources) if mapping.flow_style else _in_block(anatomy, mapping, resources)


def _in_block(anatomy: Anatomy, mapping: yaml.MappingNode, resources: Mapping[str, Mapping[str, Data]]) -> Insertion:
    text, pad = anatomy.text, _pad(anatomy, mapping)
    stop = line_stop(text, anatomy.resources_key().end_mark.index)
    end = line_end(text, stop)
    writer = BlockWriter(_unit(mapping, pad), _list_indent(anatomy), _quotes(anatomy, mapping))
    blank_first = is_followed_by_blank_line(text, stop)
    apart = end if blank_first or _are_apart(text, mapping) else ""
    blocks = ["".join(end + line for line in writer.lines({name: data}, pad)) for name, data in resources.items()]
    # A blank line that follows the key of Resources is kept before what is added, and so stands after it as well.
    return Insertion(stop, (end if blank_first else "") + apart.join(blocks) + ("" if blank_first else apart))


def _pad(anatomy: Anatomy, mapping: yaml.MappingNode) -> str:
    """Return the first resource's indentation; Refused if something else stands before it, be it on a line before."""
    first = mapping.value[0][0]
    pad = line_head(anatomy.text, first.start_mark.index)
    between = anatomy.text[anatomy.resources_key().end_mark.index : mapping.start_mark.index]
    is_anchored_below = anatomy.has_anchor(mapping) and LINE_END.search(between)
    if pad.strip(" ") or is_anchored_below:
        raise anatomy.refusal(first, "the first resource is not alone on a line of its own", "put it on one")
    return pad


def _unit(mapping: yaml.MappingNode, pad: str) -> str:
    for key, value in mapping.value:
        deeper = value.start_mark.column - key.start_mark.column
        if isinstance(value, yaml.MappingNode) and not value.flow_style and value.value:
            deeper = value.value[0][0].start_mark.column - key.start_mark.column
            if deeper > 0:
                return " " * int(deeper)
    return pad or "  "


def _list_indent(anatomy: Anatomy) -> str:
    """Return the spaces before a dash, counted from its key: those of the first list in the template."""
    for node in every_node(anatomy.source.root):
        if isinstance(node, yaml.MappingNode) and not node.flow_style:
            for key, value in node.value:
                if isinstance(value, yaml.SequenceNode) and _begins_with_dash(anatomy, key, value):
                    return " " * max(0, int(value.start_mark.column - key.start_mark.column))
    return "  "


def _begins_with_dash(anatomy: Anatomy, key: yaml.Node, items: yaml.SequenceNode) -> bool:
    return not items.flow_style and anatomy.is_within(items, key) and anatomy.raw(items).startswith("-")


def _are_apart(text: str, mapping: yaml.MappingNode) -> bool:
    if len(mapping.value) == 1:
        return False
    (first, _), (second, _) = mapping.value[:2]
    return ends_in_blank_line(text[first.end_mark.index : second.start_mark.index])


def _quotes(anatomy: Anatomy, mapping: yaml.MappingNode) -> Quotes:
    """Return the quotes of the first resource's key and of the first Type."""
    for _, value in mapping.value:
        if isinstance(value, yaml.MappingNode):
            for key, inner in value.value:
                if isinstance(key, yaml.ScalarNode) and key.value == "Type":
                    return quotes_of(anatomy.source, key, inner)
    usual = '"' if is_json(anatomy.source) else ""
    return Quotes(usual, usual, preferred_quote(anatomy.source))


def _in_flow(anatomy: Anatomy, mapping: yaml.MappingNode, resources: Mapping[str, Mapping[str, Data]]) -> Insertion:
    text, first = anatomy.text, mapping.value[0][0]
    outer = flow_space(anatomy, mapping, 0)
    writer = _writer(anatomy, mapping, outer.lstrip(_ENDS))
    after = outer if _is_line(outer) else writer.space
    quotes = quotes_of(anatomy.source, first, first)
    entries = [
        f"{quotes.key(name)}{writer.colon}{writer.text(data, outer.lstrip(_ENDS))}," for name, data in resources.items()
    ]
    opening = text.index("{", mapping.start_mark.index) + 1
    if "#" not in text[opening : first.start_mark.index]:
        return Insertion(first.start_mark.index, "".join(entry + after for entry in entries))
    # Comments stand before the first resource: the one beside the bracket is the mapping's, the others are its own.
    stop = line_stop(text, opening) if text[opening:].lstrip(" \t").startswith("#") else opening
    return Insertion(stop, "".join(outer + entry for entry in entries))


def _writer(anatomy: Anatomy, mapping: yaml.MappingNode, pad: str) -> FlowWriter:
    """Return what writes as the first resource or loop is written."""
    inner, colon = "", ": "
    for key, value in mapping.value:
        if isinstance(value, yaml.CollectionNode) and value.value and anatomy.is_within(value, key):
            pair = value.value[0] if isinstance(value, yaml.MappingNode) else (key, value)
            inner, colon = flow_space(anatomy, value, 0), colon_of(anatomy.text, *pair)
            break
    quotes, as_json = _quotes(anatomy, mapping), is_json(anatomy.source)
    if not _is_line(inner):
        return FlowWriter("", "", colon, inner, quotes, as_json)
    end = line_end(anatomy.text, mapping.start_mark.index)
    return FlowWriter(end, inner.lstrip(_ENDS).removeprefix(pad), colon, "", quotes, as_json)


def _is_line(space: str) -> bool:
    return space.startswith(("\n", "\r"))
