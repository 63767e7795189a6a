"""Values as JSON has them that nobody would send in good faith, and ways to spoil values that somebody would.

Inputs are plain JSON, so that they can be kept in a file and cut down. What JSON's own readers would choke on, deep
nesting and huge numbers, is written as a ``{"$deep": ...}`` or ``{"$power": ...}`` and made when it is used.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

TEXTS = [
    *("", " ", "*", "?", ":", "::::::", "/", ",", ",,", "-", "0", "null", "true", "Allow", "None", "arn:aws:logs:*"),
    *("\x00", "\n", "a\nb", "\t", "\x1b[31m", "\x7f", "\u2028", "\u202e", "\ufeff", "\u200b", "\u00a0", "\x85"),
    *("\ud800", "a\udfffb", "\U0001f4a5" * 70, "\u0130", "\u212a", "\u017f", "e\u0301", "\u0665", "\U000e0001" * 80),
    *("${aws:username}", "${*}", "%s%n", "{0}", "'", '"', "\\", "\\u0000", "<!--", "../..", "a: b: c.", "x" * 70),
    *("x" * 300, "word " * 80, "*?" * 60, "/aws/" + "*a" * 200, "x" * 5000),
]
_SCALARS: list[Any] = [None, True, False, 0, 1, -1, 5, 60, 61, 1.5, -0.0, 1e308, float("nan"), float("inf"), 2**63]
_EMPTY: list[Any] = [[], {}, [[]], {"": ""}, [None], {"a": None}]

_MOST = 5000
"""Digits and levels: these numbers may have been spoilt as well."""

Path = tuple[Any, ...]


def hostile(dice: random.Random) -> Any:
    """Return a value of any type and shape."""
    make = dice.choice(_MAKERS)
    return make(dice)


def text(dice: random.Random) -> str:
    """Return a text: one that has broken something somewhere, or a few characters."""
    if dice.random() < 0.7:
        return dice.choice(TEXTS)
    return "".join(dice.choice("aZ0*?:/,.-_# \u00e9\u4e00\ud83d$") for _ in range(dice.randrange(12)))


def _list(dice: random.Random) -> Any:
    return [hostile(dice) for _ in range(dice.randrange(4))]


def _object(dice: random.Random) -> Any:
    return {text(dice): hostile(dice) for _ in range(dice.randrange(3))}


def _huge(dice: random.Random) -> Any:
    if dice.random() < 0.5:
        return {"$deep": dice.choice([5, 100, 900, 3000]), "of": dice.choice(["list", "object"])}
    return {"$power": dice.choice([20, 4000, 5000])}


_MAKERS: list[Callable[[random.Random], Any]] = [
    *[text] * 5,
    *[lambda dice: dice.choice(_SCALARS)] * 2,
    *[lambda dice: copy.deepcopy(dice.choice(_EMPTY))] * 2,
    *(_list, _object, _huge),
]


def expanded(value: Any) -> Any:
    """Return the value with the deep nests and the huge numbers made that it asks for."""
    if isinstance(value, list):
        return [expanded(one) for one in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"$power"} and type(value["$power"]) is int:
        return 10 ** min(max(value["$power"], 0), _MOST)
    if set(value) == {"$deep", "of"} and type(value["$deep"]) is int:
        return _nested(min(value["$deep"], _MOST), value["of"])
    return {key: expanded(one) for key, one in value.items()}


def _nested(depth: int, kind: str) -> Any:
    found: Any = "end"
    for _ in range(depth):
        found = [found] if kind == "list" else {"a": found}
    return found


def paths(value: Any, so_far: Path = ()) -> Iterator[Path]:
    """Yield the way to each part of a value, the whole first."""
    yield so_far
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in steps:
        yield from paths(one, (*so_far, step))


def at(value: Any, path: Path) -> Any:
    """Return the part of a value that a path leads to."""
    for step in path:
        value = value[step]
    return value


def changed(value: Any, path: Path, new: Any) -> Any:
    """Return the value with another part at the path's end."""
    if not path:
        return new
    found = copy.copy(value)
    found[path[0]] = changed(value[path[0]], path[1:], new) if path[1:] else new
    return found


def without(value: Any, path: Path) -> Any:
    """Return the value without the part at the path's end, which must not be empty."""
    held = at(value, path[:-1])
    if isinstance(held, dict):
        return changed(value, path[:-1], {key: one for key, one in held.items() if key != path[-1]})
    return changed(value, path[:-1], [one for number, one in enumerate(held) if number != path[-1]])


def spoilt(dice: random.Random, value: Any) -> Any:
    """Return the value with one part of it changed, gone, moved, renamed or of another type."""
    ways = list(paths(value))
    path = dice.choice(ways)
    if not path:
        return value if dice.random() < 0.9 else hostile(dice)
    how = dice.choice(["replace", "replace", "replace", "leave out", "wrap", "unwrap", "rename", "copy"])
    if how == "leave out":
        return without(value, path)
    if how == "rename" and isinstance(path[-1], str):
        name = path[-1]
        other = dice.choice([name.lower(), name.upper(), "Not" + name, name + " ", text(dice)])
        return changed(without(value, path), (*path[:-1], other), at(value, path))
    held = at(value, path)
    parts: dict[str, Callable[[], Any]] = {
        "wrap": lambda: dice.choice([[held], {"a": held}]),
        "unwrap": lambda: dice.choice([held[0], held + held]) if isinstance(held, list) and held else hostile(dice),
        "copy": lambda: copy.deepcopy(at(value, dice.choice(ways))),
    }
    return changed(value, path, parts.get(how, lambda: hostile(dice))())
