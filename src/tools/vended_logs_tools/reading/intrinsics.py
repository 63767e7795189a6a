"""Intrinsic functions in a template's data: what they refer to, and what they may come to.

Sources: CloudFormation's "Intrinsic function reference"; a literal ``${!Name}`` in Fn::Sub is no reference.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from vended_logs_tools.reading.conditions import Conditions
from vended_logs_tools.reading.construct import Path
from vended_logs_tools.reading.expressions import SUB_VARIABLE, call
from vended_logs_tools.reading.formula import TRUE, UNKNOWN, Formula, all_of, negate


class Absent:
    """The type of ABSENT: what ``!Ref AWS::NoValue`` leaves."""

    def __repr__(self) -> str:
        """Name it."""
        return "ABSENT"


ABSENT: Final = Absent()
TRANSFORM: Final = "Fn::Transform"
UNSEEN: Final = "\0"
"""The target of a reference to whatever a macro may put there; no name that a template can have."""
NO_VALUE: Final = {"Ref": "AWS::NoValue"}
_BRANCHES: Final = 3


class Alternative(NamedTuple):
    """What a value may be, and when."""

    formula: Formula
    value: Any
    path: Path


class Reference(NamedTuple):
    """That a value names something of the template, and when it does."""

    target: str
    """A logical id or a parameter's name, as written; or UNSEEN."""
    formula: Formula


def function(value: Any) -> tuple[str, Any]:
    """Return a function's long name and its argument; an empty name for what is no function."""
    if isinstance(value, dict) and len(value) != 1:  # as most mappings are
        return "", None
    name, argument = call(value)
    return (name, argument) if name == "Ref" or name.startswith("Fn::") else ("", None)


def alternatives(value: Any, conditions: Conditions, path: Path = (), when: Formula = TRUE) -> Iterator[Alternative]:
    """Yield what a value comes to on each branch of the Fn::If that it begins with; ABSENT for no value."""
    if isinstance(value, str):  # as most values are
        yield Alternative(when, value, path)
        return
    name, argument = function(value)
    if name == "Fn::If" and isinstance(argument, list) and len(argument) == _BRANCHES:
        holds = condition(argument[0], conditions)
        for index, branch in enumerate((holds, negate(holds)), start=1):
            inner = (*path, name, index)
            yield from alternatives(argument[index], conditions, inner, all_of(when, branch))
    else:
        yield Alternative(when, ABSENT if value == NO_VALUE else value, path)


def items(value: Any, conditions: Conditions, path: Path = (), when: Formula = TRUE) -> Iterator[Alternative]:
    """Yield what a list may hold, Fn::If around it and in it resolved; a single value counts as a list of one."""
    for whole in alternatives(value, conditions, path, when):
        if isinstance(whole.value, list):
            for index, item in enumerate(whole.value):
                if isinstance(item, str):
                    yield Alternative(whole.formula, item, (*whole.path, index))
                    continue
                for one in alternatives(item, conditions, (*whole.path, index), whole.formula):
                    if isinstance(one.value, list):
                        yield from items(one.value, conditions, one.path, one.formula)
                    elif one.value is not ABSENT:
                        yield one
        elif whole.value is not ABSENT and whole.value is not None:
            yield whole


def condition(name: Any, conditions: Conditions) -> Formula:
    """Return when the first argument of an Fn::If holds."""
    return conditions.named(name) if isinstance(name, str) else UNKNOWN


def references(value: Any, conditions: Conditions, when: Formula = TRUE) -> Iterator[Reference]:
    """Yield everything that a value refers to, by Ref, Fn::GetAtt and Fn::Sub."""
    if isinstance(value, list):
        for item in value:
            if not isinstance(item, str):
                yield from references(item, conditions, when)
    elif isinstance(value, dict):
        name, argument = function(value)
        if name:
            yield from _of_function(name, argument, conditions, when)
        else:
            for key, item in value.items():
                yield from _unseen(key, when)
                if not isinstance(item, str):
                    yield from references(item, conditions, when)


def _unseen(key: Any, when: Formula) -> tuple[Reference, ...]:
    return (Reference(UNSEEN, all_of(when, UNKNOWN)),) if key == TRANSFORM else ()


def _of_function(name: str, argument: Any, conditions: Conditions, when: Formula) -> Iterator[Reference]:
    if name == "Ref":
        if isinstance(argument, str):
            yield Reference(argument, when)
    elif name == "Fn::GetAtt":
        yield from _of_attribute(argument, conditions, when)
    elif name == "Fn::Sub":
        text, given = sub_parts(argument)
        for variable in variables(text):
            if variable not in given:
                yield Reference(variable.partition(".")[0], when)
        yield from references(list(given.values()), conditions, when)
    elif name == "Fn::If":
        for one in alternatives({name: argument}, conditions, (), when):
            if function(one.value)[0] != name:  # one that is malformed yields itself
                yield from references(one.value, conditions, one.formula)
    else:
        yield from _unseen(name, when)
        yield from references(argument, conditions, when)


def _of_attribute(argument: Any, conditions: Conditions, when: Formula) -> Iterator[Reference]:
    target, attribute = attribute_parts(argument)
    if isinstance(target, str):
        yield Reference(target, when)
    yield from references(attribute, conditions, when)


def attribute_parts(argument: Any) -> tuple[Any, Any]:
    """Return the logical id and the attribute that Fn::GetAtt is given, as a list or as ``id.attribute``."""
    if isinstance(argument, str):
        target, _, attribute = argument.partition(".")
        return target, attribute
    if isinstance(argument, list) and argument:
        rest = argument[1:]
        return argument[0], rest[0] if len(rest) == 1 else ".".join(map(str, rest))
    return None, None


def sub_parts(argument: Any) -> tuple[str, dict[str, Any]]:
    """Return the text of an Fn::Sub and the variables that it is given."""
    if isinstance(argument, str):
        return argument, {}
    if isinstance(argument, list) and argument and isinstance(argument[0], str):
        given = argument[1] if len(argument) > 1 else {}
        return argument[0], given if isinstance(given, dict) else {}
    return "", {}


def variables(text: str) -> Iterator[str]:
    """Yield the names that ``${...}`` stands for in a text of Fn::Sub."""
    for literal, name in SUB_VARIABLE.findall(text):
        if not literal:
            yield name.strip()


def substituted(text: str, values: dict[str, str]) -> str:
    """Return a text of Fn::Sub with its variables replaced, literals written out."""
    return SUB_VARIABLE.sub(lambda found: f"${{{found[2]}}}" if found[1] else values[found[2].strip()], text)
