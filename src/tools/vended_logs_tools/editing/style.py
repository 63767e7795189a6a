"""How a template is written: quotes, spaces and line ends, so that what is added looks as if it had always been so."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

import yaml

from vended_logs_tools.editing.nodes import every_node
from vended_logs_tools.reading.source import Source

_PLAIN: Final = re.compile(r"[A-Za-z./][-A-Za-z0-9_./@]*(?::+[-A-Za-z0-9_./@]+)*")
_STRING: Final = "tag:yaml.org,2002:str"
_RESOLVER: Final = yaml.resolver.Resolver()


@dataclass(frozen=True, slots=True)
class Quotes:
    """The quotes of keys and of values ("" for none), and those for a value that cannot do without."""

    keys: str
    values: str
    needed: str

    def key(self, name: str) -> str:
        """Return a key as it is written in this template."""
        return write(name, self.keys, self.needed)

    def value(self, value: str) -> str:
        """Return a value as it is written in this template."""
        return write(value, self.values, self.needed)


def write(text: str, quote: str, needed: str) -> str:
    """Return a string as YAML: in the quotes given, or bare if that still means the same string."""
    if not quote and _PLAIN.fullmatch(text) and _is_string(text):
        return text
    if (quote or needed) == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text, ensure_ascii=False)


def _is_string(text: str) -> bool:
    """Tell whether a bare text is a string, and no number, date, null or truth value."""
    return bool(_RESOLVER.resolve(yaml.ScalarNode, text, (True, False)) == _STRING)  # type: ignore[no-untyped-call]  # PyYAML's types leave it out


def quotes_of(source: Source, key: yaml.Node, value: yaml.Node) -> Quotes:
    """Return the quotes to write with, beside an entry that shows how its like are written."""
    return Quotes(_quote(key), _quote(value), preferred_quote(source))


def preferred_quote(source: Source) -> str:
    """Return the quote character that a template has more of; a double quote if it has as many of both."""
    if is_json(source):
        return '"'
    counts = Counter(_quote(node) for node in every_node(source.root))
    return "'" if counts["'"] > counts['"'] else '"'


def is_json(source: Source) -> bool:
    """Tell whether a template is JSON, and not only YAML that looks like it."""
    if not isinstance(source.root, yaml.MappingNode) or not source.root.flow_style:
        return False
    try:
        json.loads(source.text)
    except (ValueError, RecursionError):
        return False
    return True


def colon_of(text: str, key: yaml.Node, value: yaml.Node) -> str:
    """Return what stands between a key and its value in flow style, such as ``": "``."""
    between = text[key.end_mark.index : value.start_mark.index]
    return between if between.strip(" \t") == ":" else ": "


def _quote(node: yaml.Node) -> str:
    style = node.style if isinstance(node, yaml.ScalarNode) else None
    return style if style in ("'", '"') else ""
