"""Loops over resources: ``Fn::ForEach`` of the AWS::LanguageExtensions transform, unrolled where the list is known.

Source: CloudFormation's reference, "Fn::ForEach": ``["Identifier", [values], {"OutputKey": fragment}]``.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from vended_logs_tools.reading.construct import Path

TRANSFORM: Final = "AWS::LanguageExtensions"
_PREFIX: Final = "Fn::ForEach::"
_PARTS: Final = 3
_MOST: Final = 5_000
"""Ten times the resources that CloudFormation lets a template have."""

Body = tuple[str, Mapping[str, Any], Path]
"""A resource's logical id, what stands there, and where."""


class Unrolled(NamedTuple):
    """The resources of a template."""

    bodies: tuple[Body, ...]
    is_partial: bool
    """Whether a loop runs over what cannot be known here."""


def is_loop(key: Any) -> bool:
    """Return whether a key begins a loop."""
    return isinstance(key, str) and key.startswith(_PREFIX)


def unroll(resources: Mapping[str, Any], data: Mapping[str, Any]) -> Unrolled:
    """Return the resources, each loop over a known list replaced by what it makes."""
    loop = _Loops(data)
    bodies = tuple(loop.bodies(resources, ("Resources",), {}))
    return Unrolled(bodies, loop.is_partial)


class _Loops:
    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data
        self._left = _MOST
        self.is_partial = False

    def bodies(self, resources: Mapping[Any, Any], path: Path, given: Mapping[str, str]) -> Iterator[Body]:
        for key, body in resources.items():
            if is_loop(key):
                yield from self._turns(body, (*path, key), given)
            elif isinstance(key, str) and isinstance(body, dict) and isinstance(body.get("Type"), str):
                self._left -= 1
                if self._left < 0:
                    self.is_partial = True
                    return
                yield _replaced(key, given), _replaced(body, given), (*path, key)

    def _turns(self, loop: object, path: Path, given: Mapping[str, str]) -> Iterator[Body]:
        if not isinstance(loop, list) or len(loop) != _PARTS or not isinstance(loop[0], str):
            self.is_partial = True
            return
        identifier, collection, fragment = loop
        values = self._values(_replaced(collection, given))
        if values is None or not isinstance(fragment, dict):
            self.is_partial = True
            return
        for value in values:
            yield from self.bodies(fragment, (*path, 2), {**given, identifier: value})

    def _values(self, collection: Any) -> list[str] | None:
        """Return a list's texts, or a parameter's default; None for what is not known."""
        if isinstance(collection, dict) and isinstance(collection.get("Ref"), str):
            parameters = self._data.get("Parameters")
            parameter = parameters.get(collection["Ref"]) if isinstance(parameters, dict) else None
            default = parameter.get("Default") if isinstance(parameter, dict) else None
            collection = [part.strip() for part in default.split(",")] if isinstance(default, str) else None
        if isinstance(collection, list) and all(isinstance(value, str) for value in collection):
            return collection
        return None


def _replaced(value: Any, given: Mapping[str, str]) -> Any:
    """Return a value with the loops' identifiers replaced, in keys too: ``${Name}``, ``&{Name}`` and a Ref to it."""
    if not given:
        return value
    if isinstance(value, str):
        return re.sub(r"([$&])\{(\w+)\}", lambda found: _one(found, given), value)
    if isinstance(value, list):
        return [_replaced(item, given) for item in value]
    if isinstance(value, dict):
        if value.keys() == {"Ref"} and isinstance(value["Ref"], str) and value["Ref"] in given:
            return given[value["Ref"]]
        return {_replaced(key, given): _replaced(item, given) for key, item in value.items()}
    return value


def _one(found: re.Match[str], given: Mapping[str, str]) -> str:
    value = given.get(found[2], found[0])
    return re.sub("[^A-Za-z0-9]", "", value) if found[1] == "&" and found[2] in given else value
