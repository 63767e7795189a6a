"""Insertions that make a resource depend on others."""

import re
from collections.abc import Sequence

import yaml

from vended_logs_tools.editing.anatomy import Anatomy, Entry
from vended_logs_tools.editing.insertion import Insertion, is_blank, line_end, line_head, line_stop
from vended_logs_tools.editing.style import Quotes, colon_of, quotes_of
from vended_logs_tools.reading.construct import Path
from vended_logs_tools.reading.source import NULL

KEY = "DependsOn"
# What a bare name may hold in block style only, such as the ${Name} of a loop.
_FLOW_ONLY = re.compile(r"[][{},]")
_BY_HAND = "write the DependsOn by hand"


def insertions(anatomy: Anatomy, path: Path, names: Sequence[str]) -> list[Insertion]:
    """Return what to insert for the resource at a path to depend on ``names`` as well, which it does not yet.

    Raises:
        Refused: the resource or its DependsOn is written in a way that insertion alone cannot extend.
    """
    resource, logical_id = anatomy.body(path), str(path[-1])
    kind = anatomy.entry(resource, "Type")
    if kind is None:
        raise anatomy.refusal(resource, f"{logical_id} has no Type of its own", _BY_HAND)
    quotes = quotes_of(anatomy.source, *kind)
    there = anatomy.entry(resource, KEY)
    if there is None:
        return _beside(anatomy, resource, kind, names, quotes)
    anatomy.check_in_place(there, f"DependsOn of {logical_id}")
    value = there[1]
    if isinstance(value, yaml.SequenceNode):
        _check_items(anatomy, value, logical_id)
        return _in_list(anatomy, value, names, quotes)
    if not isinstance(value, yaml.ScalarNode):
        raise anatomy.refusal(
            value, f"DependsOn of {logical_id} is neither a name nor a list", "mend the template first"
        )
    if value.tag == NULL:
        return [_for_null(anatomy, there, names, quotes)]
    _check_name(anatomy, value, logical_id)
    if _FLOW_ONLY.search(anatomy.raw(value)) and not (value.style or resource.flow_style):
        return _as_block_list(anatomy, there, names)
    return _as_list(anatomy, there, names)


def _beside(
    anatomy: Anatomy, resource: yaml.MappingNode, kind: Entry, names: Sequence[str], quotes: Quotes
) -> list[Insertion]:
    text, (key, value) = anatomy.text, kind
    if resource.flow_style:
        colon = colon_of(text, key, value)
        return _beside_in_flow(anatomy, resource, kind, f"{quotes.key(KEY)}{colon}{_written(names, quotes, colon)}")
    entry = f"{quotes.key(KEY)}: {_written(names, quotes, ': ')}"
    head = line_head(text, key.start_mark.index).replace("-", " ")
    # The end of a block scalar or an alias is not where its line ends: such an entry is preceded, not followed.
    if anatomy.is_within(value, key) and not (isinstance(value, yaml.ScalarNode) and value.style in ("|", ">")):
        stop = line_stop(text, value.end_mark.index)
        return [Insertion(stop, line_end(text, stop) + head + entry)]
    return [Insertion(key.start_mark.index, entry + line_end(text, key.end_mark.index) + head)]


def _beside_in_flow(anatomy: Anatomy, mapping: yaml.MappingNode, kind: Entry, entry: str) -> list[Insertion]:
    text, (key, value) = anatomy.text, kind
    place = [other for other, _ in mapping.value].index(key)
    own = flow_space(anatomy, mapping, place)
    if not anatomy.is_within(value, key):
        return [Insertion(key.start_mark.index, f"{entry},{own or _space(colon_of(text, key, value))}")]
    if place + 1 == len(mapping.value):
        return _at_end(anatomy, mapping, value, own or _space(colon_of(text, key, value)), [entry])
    stop, following = value.end_mark.index, mapping.value[place + 1][0].start_mark.index
    space = own if own.startswith(("\n", "\r")) else flow_space(anatomy, mapping, place + 1)
    if "#" in text[stop:following]:  # a comment after the type stays with it
        return [Insertion(following, f"{entry},{space}")]
    return [Insertion(stop, f",{space}{entry}")]


def _at_end(
    anatomy: Anatomy, collection: yaml.CollectionNode, last: yaml.Node, space: str, parts: Sequence[str]
) -> list[Insertion]:
    """Return parts to follow the last one of a flow collection, after its comment if it has one."""
    stop = last.end_mark.index
    rest = anatomy.text[stop : collection.end_mark.index - 1]
    if "#" not in rest or not space.startswith(("\n", "\r")):
        return [Insertion(stop, "".join(f",{space}{part}" for part in parts))]
    first = [] if rest.lstrip().startswith(",") else [Insertion(stop, ",")]
    return [*first, Insertion(line_stop(anatomy.text, stop), space + f",{space}".join(parts))]


def flow_space(anatomy: Anatomy, collection: yaml.CollectionNode, place: int) -> str:
    """Return the white space before an entry or item of a flow collection, comments left out."""
    part = collection.value[place]
    begin = (part[0] if isinstance(part, tuple) else part).start_mark.index
    text = anatomy.text[:begin]
    space = text[len(text.rstrip(" \t\r\n")) :]
    # Of several lines the last one is kept, with its line end.
    found = re.search(r"(?:\r\n|\n|\r)[ \t]*\Z", space)
    return found[0] if found else space


def _space(colon: str) -> str:
    """Return the space after a comma: none in minified text, where there is none after a colon."""
    return " " if colon.endswith(" ") else ""


def _written(names: Sequence[str], quotes: Quotes, colon: str) -> str:
    values = [quotes.value(name) for name in names]
    comma = f",{_space(colon)}"
    return values[0] if len(values) == 1 else f"[{comma.join(values)}]"


def _for_null(anatomy: Anatomy, entry: Entry, names: Sequence[str], quotes: Quotes) -> Insertion:
    key, value = entry
    if anatomy.raw(value):
        raise anatomy.refusal(value, "DependsOn is null, and a word cannot be taken away", "remove it first")
    colon = anatomy.text.find(":", key.end_mark.index, value.start_mark.index + 1)
    if colon < 0:
        raise anatomy.refusal(key, "DependsOn has no value and no colon", "write a colon after it first")
    return Insertion(colon + 1, " " + _written(names, quotes, ": "))


def _as_list(anatomy: Anatomy, entry: Entry, names: Sequence[str]) -> list[Insertion]:
    key, value = entry
    quotes = quotes_of(anatomy.source, key, value)
    comma = f",{_space(colon_of(anatomy.text, key, value))}"
    more = "".join(comma + quotes.value(name) for name in names)
    return [Insertion(value.start_mark.index, "["), Insertion(value.end_mark.index, more + "]")]


def _as_block_list(anatomy: Anatomy, entry: Entry, names: Sequence[str]) -> list[Insertion]:
    text, (key, value) = anatomy.text, entry
    begin, head = value.start_mark.index, line_head(text, value.start_mark.index)
    stop = line_stop(text, value.end_mark.index)
    if is_blank(head):
        first, dash = Insertion(begin, "- "), head + "- "
    else:  # the space after the colon becomes the one after the dash
        colon = text.index(":", key.end_mark.index) + 1
        pad = line_end(text, stop) + line_head(text, key.start_mark.index) + "  -"
        first, dash = Insertion(colon, pad), pad.lstrip("\r\n") + text[colon:begin]
    own = quotes_of(anatomy.source, key, value)
    return [first, Insertion(stop, "".join(line_end(text, stop) + dash + own.value(name) for name in names))]


def _in_list(anatomy: Anatomy, items: yaml.SequenceNode, names: Sequence[str], quotes: Quotes) -> list[Insertion]:
    text = anatomy.text
    if not items.value:
        inside = text.index("[", items.start_mark.index) + 1
        return [Insertion(inside, (" " if text[inside] in " \t" else "") + ", ".join(map(quotes.value, names)))]
    last = items.value[-1]
    written = [quotes_of(anatomy.source, last, last).value(name) for name in names]
    if items.flow_style:
        comma = _comma(anatomy, items)
        return (
            [Insertion(last.end_mark.index, "".join(comma + name for name in written))]
            if not comma.startswith(",")
            else _at_end(anatomy, items, last, comma.removeprefix(","), written)
        )
    head = line_head(text, last.start_mark.index)
    if not re.fullmatch(r"[ \t]*-[ \t]+", head):
        raise anatomy.refusal(last, "the last item of DependsOn does not follow its dash", _BY_HAND)
    stop = line_stop(text, last.end_mark.index)
    return [Insertion(stop, "".join(line_end(text, stop) + head + name for name in written))]


def _comma(anatomy: Anatomy, items: yaml.SequenceNode) -> str:
    """Return what stands between the items of a flow list: a comma, and white space before or after it."""
    space = flow_space(anatomy, items, len(items.value) - 1)
    if len(items.value) > 1:
        between = anatomy.text[items.value[-2].end_mark.index : items.value[-1].start_mark.index]
        return between if between.strip() == "," else f",{space}"
    if space.startswith(("\n", "\r")):
        return f",{space}"
    return "," if anatomy.text[items.start_mark.index - 1] == ":" else ", "


def _check_items(anatomy: Anatomy, items: yaml.SequenceNode, logical_id: str) -> None:
    for item in items.value:
        if not isinstance(item, yaml.ScalarNode) or item.tag == NULL:
            raise anatomy.refusal(item, f"DependsOn of {logical_id} lists something other than names", "mend it first")
        if not items.start_mark.index <= item.start_mark.index < items.end_mark.index:
            raise anatomy.refusal(items, f"DependsOn of {logical_id} has an alias (*)", f"write it out, or {_BY_HAND}")
        _check_name(anatomy, item, logical_id)


def _check_name(anatomy: Anatomy, name: yaml.ScalarNode, logical_id: str) -> None:
    if name.style in ("|", ">"):
        raise anatomy.refusal(name, f"DependsOn of {logical_id} is a block scalar ({name.style})", "put it on one line")
    if anatomy.has_tag(name):
        raise anatomy.refusal(name, f"DependsOn of {logical_id} has a tag (!)", "mend the template first")
