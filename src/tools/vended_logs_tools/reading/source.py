"""From a file's bytes to the nodes of its one YAML or JSON document, each with its place in the text.

JSON is read as the YAML that it is. Nothing is interpreted: tags, anchors, quotes and duplicate keys are still there.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import yaml

from vended_logs_tools.errors import Unreadable

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_OTHER_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
# The parser in C recurses, and has no limit of its own: this keeps its stack from running out.
_DEEPEST: Final = 2_000
_RUN_OF_DASHES: Final = re.compile(rf"(?:[-?][ \t]+){{{_DEEPEST}}}")
# One half of a surrogate pair: JSON writes characters beyond the first 65,536 so, and YAML does not know it.
_SURROGATE: Final = re.compile(r"((?<!\\)(?:\\\\)*)\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
# A JSON string, and the white space between it and a colon: YAML has no line break there.
_GAP: Final = re.compile(r'("(?:[^"\\]|\\.)*+")(?:(\s*[\n\r]\s*)(?=:))?', re.DOTALL)
# What Jinja and its kin leave in a file that is yet to become a template; in quotes it is CloudFormation's.
_RENDERED: Final = re.compile(r"""\{%|^[^#"'\n]*\{\{""", re.MULTILINE)
LINE_END: Final = re.compile(r"\r\n|\n|\r")

NULL: Final = "tag:yaml.org,2002:null"
MERGE: Final = "tag:yaml.org,2002:merge"
TEXT: Final = "tag:yaml.org,2002:str"
_COLLECTIONS: Final[dict[type[yaml.Node], str]] = {
    yaml.SequenceNode: "tag:yaml.org,2002:seq", yaml.MappingNode: "tag:yaml.org,2002:map",
}  # fmt: skip
_TELLING: Final = {**dict.fromkeys(("", "~", "null", "Null", "NULL"), NULL), "<<": MERGE}


class _Resolver:
    """Gives plain scalars the two tags that are asked for here; any other is a text, whatever YAML makes of it.

    Law: ``NULL`` and ``MERGE`` are given where PyYAML's own resolver gives them, which tries patterns on every scalar.
    """

    def resolve(self, kind: type[yaml.Node], value: str, implicit: tuple[bool, bool]) -> str:
        if kind is yaml.ScalarNode:
            return _TELLING.get(value, TEXT) if implicit[0] else TEXT
        return _COLLECTIONS[kind]

    def descend_resolver(self, parent: object, index: object) -> None:
        """Go down a path; no tag here hangs on one."""

    def ascend_resolver(self) -> None:
        """Go up again."""


# The parser in C, where PyYAML has it.
_LOADER: Final = type("_Loader", (_Resolver, getattr(yaml, "CSafeLoader", yaml.SafeLoader)), {})


@dataclass(frozen=True)
class Source:
    """A file's text and its root node. Marks of nodes count characters of ``text``, which has no byte order mark."""

    name: str
    """The file's name, as the user gave it."""
    text: str
    root: yaml.Node
    has_mark: bool = False
    """Whether the file begins with a byte order mark."""

    @property
    def data(self) -> bytes:
        """The file's bytes."""
        return encode(self.text, has_mark=self.has_mark)

    @cached_property
    def _lines(self) -> list[int]:
        """Where each line begins. YAML 1.1 also ends lines where no editor does, so that its marks do not tell."""
        return [0, *(found.end() for found in LINE_END.finditer(self.text))]

    def place(self, mark: yaml.Mark) -> tuple[int, int]:
        """Return the line and the column of a mark, both counted from 1, as an editor counts them."""
        line = bisect_right(self._lines, mark.index)
        return line, mark.index - self._lines[line - 1] + 1


def read(path: Path) -> Source:
    """Read a file.

    Raises:
        Unreadable: there is no such file, it may not be read, or it holds no single YAML or JSON document.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        cause = error.strerror or str(error)
        raise Unreadable(str(path), f"cannot be read ({cause}): give the path of a template") from error
    return parse(data, str(path))


def parse(data: bytes, name: str) -> Source:
    """Read a file's content.

    Raises:
        Unreadable: naming the file, and the line and column where there is one.
    """
    text = _decode(data, name)
    _check_depth(text, name)
    loader = _LOADER(_as_yaml(text) if _looks_like_json(text) else text)
    try:
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        raise _unreadable(name, error, text) from error
    except yaml.YAMLError as error:
        raise Unreadable(name, f"is not YAML or JSON ({_first_line(error)}): mend it first") from error
    finally:
        loader.dispose()
    if root is None:
        raise Unreadable(name, "is empty: give the path of a template")
    return Source(name, text, root, data.startswith(BYTE_ORDER_MARK))


def encode(text: str, *, has_mark: bool) -> bytes:
    """Return a text as the bytes of a file, with or without a byte order mark."""
    return (BYTE_ORDER_MARK if has_mark else b"") + text.encode()


def _decode(data: bytes, name: str) -> str:
    if data.startswith(_OTHER_MARKS):
        raise Unreadable(name, "is UTF-16: save it as UTF-8")
    try:
        return data.removeprefix(BYTE_ORDER_MARK).decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise Unreadable(name, "is not UTF-8: save it as UTF-8", line, column) from error


def _as_yaml(json: str) -> str:
    """Return JSON as YAML takes it too, every character where it was: but for three things the one is the other."""
    return _GAP.sub(_closed, _SURROGATE.sub(r"\1\\uFFFD", json.replace("\x7f", "\ufffd")))


def _closed(found: re.Match[str]) -> str:
    """Return a key and what follows it, without a line break before the colon."""
    return found[1] + " " * len(found[2]) if found[2] else found[0]


def _looks_like_json(text: str) -> bool:
    return text.lstrip()[:1] in ("{", "[")


def _check_depth(text: str, name: str) -> None:
    too_deep = text.count("-") + text.count("?") >= _DEEPEST and _RUN_OF_DASHES.search(text) is not None
    if text.count("[") + text.count("{") > _DEEPEST:
        depth = 0
        for bracket in re.finditer(r"[\[\]{}]", text):
            depth += 1 if bracket[0] in "[{" else -1
            too_deep = too_deep or depth > _DEEPEST
    if too_deep:
        raise Unreadable(name, f"is nested more than {_DEEPEST:,} levels deep: no template is")


def _unreadable(name: str, error: yaml.MarkedYAMLError, text: str) -> Unreadable:
    mark = error.problem_mark or error.context_mark
    problem = error.problem or error.context or "it cannot be parsed"
    if "expected a single document" in str(error):
        return Unreadable(name, "holds more than one YAML document: give each template a file of its own")
    where = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    cure = "render it first, and check what comes out" if _RENDERED.search(text) else "mend it first"
    return Unreadable(name, f"is not YAML or JSON ({problem}): {cure}", *where)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
