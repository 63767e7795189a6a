"""A second reader of policy documents, which shares no code with the one it judges.

Source: IAM User Guide, "Grammar of the IAM JSON policy language". Stricter in one thing than a reader of JSON would be:
a list or object without members, where a Principal or an operator of a Condition is to be, has no known meaning.
"""

from __future__ import annotations

import json
from typing import Any

Normal = tuple[Any, Any, tuple[frozenset[tuple[str, Any]], ...]]
_PAIRS = ("Principal", "Action", "Resource")


class _Unreadable(Exception):
    """The document cannot be read in full."""


class _Spelt(str):
    """A number as it was written."""

    __slots__ = ()


def normalised(text: str) -> Normal | None:
    """Return Version, Id and statements with every list a set, or None if the text cannot be read in full."""
    try:
        found = json.loads(
            text, object_pairs_hook=_once, parse_int=_Spelt, parse_float=_Spelt, parse_constant=_no_number
        )
        _demand(isinstance(found, dict) and set(found) <= {"Version", "Id", "Statement"} and "Statement" in found)
        json.dumps(found, ensure_ascii=False).encode("utf-8")
        listed = found["Statement"] if isinstance(found["Statement"], list) else [found["Statement"]]
        version, name = found.get("Version", ""), found.get("Id", "")
        _demand(_is_text(version) and _is_text(name))
        _demand("Version" not in found or version in ("2012-10-17", "2008-10-17"))
        return version, (name if "Id" in found else None), tuple(map(_statement, listed))
    except (_Unreadable, ValueError, RecursionError):
        return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    _demand(len({key for key, _ in pairs}) == len(pairs))
    return dict(pairs)


def _no_number(_name: str) -> None:
    raise _Unreadable


def _demand(holds: object) -> None:
    if not holds:
        raise _Unreadable


def _is_text(value: object) -> bool:
    return isinstance(value, str) and not isinstance(value, _Spelt)


def _statement(found: Any) -> frozenset[tuple[str, Any]]:
    _demand(isinstance(found, dict))
    read: dict[str, Any] = {}
    for key, value in found.items():
        if key in ("Sid", "Effect"):
            _demand(_is_text(value))
            read[key] = value
        elif key == "Condition":
            read[key] = _condition(value)
        else:
            _demand(key.removeprefix("Not") in _PAIRS)
            read[key] = _principals(value) if key.endswith("Principal") else frozenset(_texts(value))
    _demand(read.get("Effect") in ("Allow", "Deny"))
    _demand(not any(name in read and f"Not{name}" in read for name in _PAIRS))
    if not read.get("Condition"):
        read.pop("Condition", None)
    return frozenset(read.items())


def _texts(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    _demand(all(map(_is_text, listed)))
    return listed


def _principals(value: Any) -> frozenset[tuple[str, str]]:
    if _is_text(value):
        _demand(value == "*")
        return frozenset({("*", "")})
    _demand(isinstance(value, dict) and value and all(":" not in kind for kind in value))
    _demand(all(_texts(names) for names in value.values()))
    return frozenset((kind, name) for kind, names in value.items() for name in _texts(names))


def _condition(value: Any) -> frozenset[tuple[str, str, frozenset[str]]]:
    _demand(isinstance(value, dict))
    read = set()
    for operator, keys in value.items():
        _demand(isinstance(keys, dict) and keys)
        _demand(len({key.lower() for key in keys}) == len(keys))
        for key, values in keys.items():
            listed = values if isinstance(values, list) else [values]
            _demand(all(isinstance(one, str | bool) for one in listed))
            spelt = (str(one).lower() if isinstance(one, bool) else str(one) for one in listed)
            read.add((operator, key, frozenset(spelt)))
    return frozenset(read)
