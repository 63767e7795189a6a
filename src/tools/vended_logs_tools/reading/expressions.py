"""Values of a template, as plain data, told apart: texts, calls of functions, and what only a deployment decides.

Source: CloudFormation User Guide, "Intrinsic function reference" and "Pseudo parameters reference".
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

# No condition that a person wrote comes near; aliases of aliases can make a small file a huge tree.
MOST_VALUES: Final = 20_000
_DEEPEST: Final = 100

PSEUDO: Final[Mapping[str, frozenset[str]]] = {
    "AWS::AccountId": frozenset({"AWS::AccountId"}),
    "AWS::NotificationARNs": frozenset({"AWS::NotificationARNs"}),
    "AWS::Partition": frozenset({"AWS::Region"}),
    "AWS::Region": frozenset({"AWS::Region"}),
    "AWS::StackId": frozenset({"AWS::Region", "AWS::AccountId", "AWS::StackName"}),
    "AWS::StackName": frozenset({"AWS::StackName"}),
    "AWS::URLSuffix": frozenset({"AWS::Region"}),
}
"""The pseudo parameters, each with those that decide it: a region has one partition and one suffix."""

_NOT_TO_BE_RESOLVED: Final = frozenset({"Fn::Transform", "Fn::ImportValue", "Fn::GetAtt", "Fn::GetStackOutput"})
DYNAMIC_REFERENCE: Final = "{{resolve:"
SUB_VARIABLE: Final = re.compile(r"\$\{(!?)([^{}]*)\}")
"""What Fn::Sub replaces, and ``${!Name}``, which it writes out: whether it is that, and the name."""


class Expression(NamedTuple):
    """A text that is not known before the deployment."""

    subject: str
    """What atoms about it are called; the same for the same expression."""
    mentions: frozenset[str]
    """The parameters, pseudo parameters among them, that decide it."""
    plain: bool = False
    """Whether it is one parameter's value as it is, so that its values are as free as the parameter's."""
    pieces: "tuple[str | Expression, ...]" = ()
    """What it is strung together of, if that is all there is to it."""


def mapping(value: object) -> Mapping[str, Any]:
    """Return a value if it is a mapping, else an empty one: what is malformed is as good as absent."""
    return value if isinstance(value, Mapping) else {}


def call(value: object) -> tuple[str, Any]:
    """Return the function that a value calls, long form, and its argument; an empty name if the value is no call."""
    # Nearly all that is asked about is a text or a dict, which is told faster than what is a Mapping.
    if isinstance(value, str) or (type(value) is not dict and not isinstance(value, Mapping)):
        return "", None
    if len(value) != 1:
        return "?", value
    [(function, argument)] = value.items()
    return str(function), argument


def text_of(value: object) -> str | None:
    """Return a scalar as CloudFormation compares it, ``None`` for what is no text or is looked up elsewhere."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return value if isinstance(value, str) and DYNAMIC_REFERENCE not in value else None


def strung(function: str, argument: object) -> list[Any] | None:
    """Return the values that Fn::Sub or Fn::Join strings together, in order; ``None`` for any other function."""
    match function, argument:
        case "Fn::Sub", str(text):
            return list(_substituted(text, {}))
        case "Fn::Sub", [str(text), Mapping() as variables]:
            return list(_substituted(text, variables))
        case "Fn::Join", [str(delimiter), [first, *rest]]:
            return [first, *(value for item in rest for value in (delimiter, item))]
    return None


def _substituted(text: str, variables: Mapping[str, Any]) -> Iterator[Any]:
    end = 0
    for found in SUB_VARIABLE.finditer(text):
        yield text[end : found.start()]
        name, end = found[2].strip(), found.end()
        yield f"${{{found[2]}}}" if found[1] else variables.get(name, {"Ref": name})
    yield text[end:]


def mentioned(value: object) -> frozenset[str] | None:
    """Return the names that decide what a value comes to; ``None`` if something else has a say."""
    names: set[str] = set()
    for function, argument in calls_in(value):
        if function in _NOT_TO_BE_RESOLVED:
            return None
        if function == "Ref":
            names.add(argument if isinstance(argument, str) else "")
        elif function == "Fn::Sub":
            inner = [piece for piece in strung(function, argument) or [{"Ref": ""}] if isinstance(piece, Mapping)]
            names.update(piece["Ref"] for piece in inner if isinstance(piece.get("Ref"), str))
    return frozenset().union(*(PSEUDO.get(name, {name}) for name in names))


def calls_in(value: object) -> Iterator[tuple[str, Any]]:
    """Yield every key of every mapping inside, with its value: functions and their arguments among them."""
    waiting: list[Any] = [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, Mapping):
            yield from ((str(key), item) for key, item in inner.items())
            waiting.extend(inner.values())
        elif isinstance(inner, list):
            waiting.extend(inner)


def manageable(value: object) -> bool:
    """Return whether a value is of a size and depth that may be walked as a tree, by recursion."""
    count = 0
    waiting: list[tuple[Any, int]] = [(value, 0)]
    while waiting:
        inner, depth = waiting.pop()
        count += 1
        if depth > _DEEPEST or count > MOST_VALUES:
            return False
        if isinstance(inner, Mapping):
            waiting.extend((part, depth + 1) for part in inner.values())
        elif isinstance(inner, list):
            waiting.extend((part, depth + 1) for part in inner)
    return True
