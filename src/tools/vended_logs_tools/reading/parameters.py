"""What the definition of a parameter, in plain data, lets its value be.

Source: CloudFormation User Guide, "Parameters".
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from vended_logs_tools.reading.expressions import text_of

# A pattern that is nothing but one text, or a choice of texts.
_CHOICE: Final = re.compile(r"\^?(?:\(([\w-]+(?:\|[\w-]+)*)\)|([\w-]+))\$?", re.ASCII)


def values(definition: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the values that it can have, ``None`` if that is any, and none at all if it cannot be resolved."""
    listed = definition.get("AllowedValues", _choice(definition.get("AllowedPattern")))
    if listed is None:
        return None
    texts = [text_of(value) for value in listed] if isinstance(listed, list) else [None]
    return () if None in texts else tuple(dict.fromkeys(text for text in texts if text is not None))


def may_be(definition: Mapping[str, Any], text: str) -> bool:
    """Return whether lengths and bounds let its value be a text, and whether a pattern does if the text is empty."""
    longest, least, most = (_number(definition.get(name)) for name in ("MaxLength", "MinValue", "MaxValue"))
    value = _number(text)
    is_out = value is not None and ((least is not None and value < least) or (most is not None and value > most))
    is_long = longest is not None and len(text) > longest
    return not (is_out or is_long or (not text and _is_never_empty(definition)))


def _is_never_empty(definition: Mapping[str, Any]) -> bool:
    pattern = definition.get("AllowedPattern")
    try:
        refused = isinstance(pattern, str) and re.fullmatch(pattern, "") is None
    except re.error:
        # Java's patterns are not quite Python's.
        refused = False
    return refused or str(definition.get("MinLength", "0")) not in ("0", "")


def _choice(pattern: object) -> list[str] | None:
    """Return the texts of a pattern that is nothing but a choice of texts, as ``^(true|false)$`` is; None of another.

    Other patterns are not tried on texts: one that a template brings along can take for ever.
    """
    found = _CHOICE.fullmatch(pattern) if isinstance(pattern, str) else None
    return (found[1] or found[2]).split("|") if found else None


def _number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None
