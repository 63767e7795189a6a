"""Insertions into a text, and what has to be known of the text around them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from vended_logs_tools.reading.source import LINE_END

# Where YAML 1.1 sees a line end; the last three are none to an editor.
_BREAK: Final = re.compile("[\r\n\x85\u2028\u2029]")
_BLANK_LINE: Final = re.compile(r"(?:\r\n|\n|\r(?!\n))[ \t]*(?=[\r\n]|\Z)")


@dataclass(frozen=True, slots=True)
class Insertion:
    """A text to be put before the character at an index (the text's length: at its end)."""

    index: int
    text: str


def apply(text: str, insertions: Iterable[Insertion]) -> str:
    """Return the text with all insertions made; of several at one index, the first given comes first.

    Law: the text is a subsequence of what is returned.
    """
    parts: list[str] = []
    start = 0
    for insertion in sorted(insertions, key=lambda insertion: insertion.index):
        parts += text[start : insertion.index], insertion.text
        start = insertion.index
    return "".join([*parts, text[start:]])


def line_stop(text: str, index: int) -> int:
    """Return where the line of an index ends: the index of its line end, or the text's length."""
    found = _BREAK.search(text, index)
    return found.start() if found else len(text)


def line_end(text: str, index: int) -> str:
    """Return the line end in use at an index: that of its own line, else the last before it, else a newline."""
    found = LINE_END.search(text, index)
    if found:
        return found[0]
    before = LINE_END.findall(text, 0, index)
    return before[-1] if before else "\n"


def line_head(text: str, index: int) -> str:
    """Return what stands between the beginning of an index's line and the index."""
    start = max((text.rfind(end, 0, index) for end in ("\n", "\r", "\x85", "\u2028", "\u2029")), default=-1)
    return text[start + 1 : index]


def is_blank(text: str) -> bool:
    """Tell whether a text is spaces and tabs alone, or nothing."""
    return not text.strip(" \t")


def is_followed_by_blank_line(text: str, stop: int) -> bool:
    """Tell whether the line after the one that ends at ``stop`` is blank (and there)."""
    found = _BLANK_LINE.match(text, stop)
    return found is not None and found.end() < len(text)


def ends_in_blank_line(text: str) -> bool:
    """Tell whether a blank line stands among the blank lines and comments that a text ends with."""
    for line in reversed(LINE_END.split(text)[:-1]):
        if not line.strip():
            return True
        if not line.lstrip().startswith("#"):
            return False
    return False
