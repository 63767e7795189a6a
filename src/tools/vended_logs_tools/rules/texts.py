"""What a value of a template comes to as text, with a hole for each part that is not known before it is deployed.

Account, region, partition and stack have stand-ins, so that what a template says of its own account can be compared.
A parameter is each of its AllowedValues, or its default and then, where it has another value, a hole.
"""

import itertools
import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from vended_logs_tools.reading.expressions import DYNAMIC_REFERENCE, mapping
from vended_logs_tools.reading.formula import FALSE, TRUE, Formula, all_of, any_of, negate
from vended_logs_tools.reading.intrinsics import (
    ABSENT,
    alternatives,
    attribute_parts,
    function,
    items,
    sub_parts,
    substituted,
    variables,
)
from vended_logs_tools.rules.holes import HOLE, WORD
from vended_logs_tools.rules.stand_ins import ACCOUNT, PARTITION, REGION, log_group_arn
from vended_logs_tools.template_model import Resource, Template

LOG_GROUP: Final = "AWS::Logs::LogGroup"

_PSEUDO: Final[Mapping[str, str]] = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::Partition": PARTITION,
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": WORD,
}
_MOST: Final = 64
_DEEPEST: Final = 50
_DYNAMIC: Final = re.compile(r"\{\{resolve:[^{}]*\}\}")
_MAP_KEYS: Final = 3
_SPLIT_PARTS: Final = 2

Texts = list[tuple[Formula, str]]
"""What a value may be, and when."""


class Resolver:
    """Resolves values of one template."""

    def __init__(self, template: Template) -> None:
        """Take the template whose parameters, mappings and resources are looked up."""
        self._template = template
        self._depth = 0
        self._functions: Mapping[str, Callable[[Any], Texts]] = {
            "Ref": self._ref,
            "Fn::GetAtt": self._attribute,
            "Fn::Sub": self._sub,
            "Fn::Join": self._join,
            "Fn::Select": self._select,
            "Fn::FindInMap": self._find_in_map,
            "Fn::ToJsonString": self._json,
        }

    def texts(self, value: Any, when: Formula = TRUE) -> Texts:
        """Return what a value may come to; at most 64 alternatives, else one hole. What is absent is left out."""
        if isinstance(value, str):  # as most values are
            return [(when, _known(value))]
        found: Texts = []
        self._depth += 1
        for one in alternatives(value, self._template.conditions, (), when):
            if one.value is not ABSENT:
                found += [(all_of(one.formula, formula), text) for formula, text in self._plain(one.value)]
        self._depth -= 1
        return found if len(found) <= _MOST else [(when, HOLE)]

    def log_group_name(self, resource: Resource) -> Texts:
        """Return a log group's name; CloudFormation makes one of stack, logical id and random text if it has none."""
        generated: Texts = [(TRUE, f"{WORD}-{resource.logical_id}-{WORD}")]
        if "LogGroupName" not in resource.properties:
            return [(TRUE, HOLE)] if resource.is_open else generated
        found: Texts = []
        for one in alternatives(resource.properties["LogGroupName"], self._template.conditions):
            texts = generated if one.value is ABSENT else self.texts(one.value)
            found += [(all_of(one.formula, formula), text) for formula, text in texts]
        return found

    def _plain(self, value: Any) -> Texts:
        name, argument = function(value)
        if name:
            known = self._functions.get(name)
            if known and self._depth < _DEEPEST:
                return known(argument)
            return [(TRUE, HOLE)]
        if isinstance(value, bool):
            return [(TRUE, str(value).lower())]
        if isinstance(value, str | int | float):
            return [(TRUE, _known(str(value)))]
        return [(TRUE, HOLE)]

    def _ref(self, name: Any) -> Texts:
        if not isinstance(name, str):
            return [(TRUE, HOLE)]
        resource = self._template.resources.get(name)
        if resource is not None:
            return self.log_group_name(resource) if resource.kind == LOG_GROUP else [(TRUE, HOLE)]
        if name in _PSEUDO:
            return [(TRUE, _PSEUDO[name])]
        return self._parameter(name)

    def _parameter(self, name: str) -> Texts:
        parameter = self._template.parameters.get(name)
        if not isinstance(parameter, dict) or str(parameter.get("Type", "")).startswith("AWS::SSM::Parameter"):
            return [(TRUE, HOLE)]
        allowed = parameter.get("AllowedValues")
        if isinstance(allowed, list) and 0 < len(allowed) <= _MOST:
            return [(self._is(name, value), text) for value in allowed for _, text in self._plain(value)]
        default = parameter.get("Default")
        if default is None or isinstance(default, dict | list):
            return [(TRUE, HOLE)]
        is_default = self._is(name, default)
        return [*((is_default, text) for _, text in self._plain(default)), (negate(is_default), HOLE)]

    def _is(self, parameter: str, value: object) -> Formula:
        return self._template.conditions.equals({"Ref": parameter}, value)

    def _attribute(self, argument: Any) -> Texts:
        target, attribute = attribute_parts(argument)
        resource = self._template.resources.get(target) if isinstance(target, str) else None
        if resource is not None and resource.kind == LOG_GROUP and attribute == "Arn":
            return [(when, log_group_arn(name)) for when, name in self.log_group_name(resource)]
        return [(TRUE, HOLE)]

    def _sub(self, argument: Any) -> Texts:
        text, given = sub_parts(argument)
        if not text:
            return [(TRUE, "" if argument == "" else HOLE)]
        names = list(dict.fromkeys(variables(text)))
        choices = [self.texts(given[name]) if name in given else self._variable(name) for name in names]
        found: Texts = []
        for chosen in self._product(choices):
            values = dict(zip(names, (value for _, value in chosen), strict=True))
            found.append((all_of(*(when for when, _ in chosen)), _known(substituted(text, values))))
        return found or [(TRUE, HOLE)]

    def _variable(self, name: str) -> Texts:
        return self._attribute(name) if "." in name else self._ref(name)

    def _join(self, argument: Any) -> Texts:
        if not isinstance(argument, list) or len(argument) != _SPLIT_PARTS or not isinstance(argument[0], str):
            return [(TRUE, HOLE)]
        return [(when, argument[0].join(parts)) for when, parts in self._lists(argument[1])]

    def _lists(self, value: Any) -> list[tuple[Formula, list[str]]]:
        """Return the lists of texts that a value may be; one hole in a list for what is not known."""
        name, argument = function(value)
        if name == "Fn::Split" and isinstance(argument, list) and len(argument) == _SPLIT_PARTS:
            return [(when, _split(text, argument[0])) for when, text in self.texts(argument[1])]
        if name == "Ref":
            return [(when, _split(text, ",")) for when, text in self.texts(value)]
        if not isinstance(value, list):
            return [(TRUE, [HOLE])]
        parts = [one for one in value if one != {"Ref": "AWS::NoValue"}]
        return [
            (all_of(*(when for when, _ in chosen)), [text for _, text in chosen])
            for chosen in self._product([self.texts(part) for part in parts])
        ] or [(TRUE, [HOLE])]

    def _select(self, argument: Any) -> Texts:
        if not isinstance(argument, list) or len(argument) != _SPLIT_PARTS or not str(argument[0]).isdigit():
            return [(TRUE, HOLE)]
        index = int(argument[0])
        return [
            (when, texts[index] if index < len(texts) and not any(HOLE in text for text in texts[:index]) else HOLE)
            for when, texts in self._lists(argument[1])
        ]

    def _find_in_map(self, argument: Any) -> Texts:
        if not isinstance(argument, list) or len(argument) < _MAP_KEYS or not isinstance(argument[0], str):
            return [(TRUE, HOLE)]
        found: list[tuple[Formula, str]] = []
        for first, row in mapping(mapping(self._template.data.get("Mappings")).get(argument[0])).items():
            for second, value in mapping(row).items():
                when = all_of(*map(self._template.conditions.equals, argument[1:_MAP_KEYS], (first, second)))
                if when != FALSE:
                    found += [(when, text) for _, text in self._plain(value)]
        otherwise = mapping(argument[_MAP_KEYS]) if len(argument) > _MAP_KEYS else {}
        if "DefaultValue" in otherwise:
            found += self.texts(otherwise["DefaultValue"], negate(any_of(*(when for when, _ in found))))
        return found or [(TRUE, HOLE)]

    def _json(self, argument: Any) -> Texts:
        # As it is: a hole that is escaped is none.
        return [(TRUE, json.dumps(self._deep(argument), ensure_ascii=False))]

    def _deep(self, value: Any) -> Any:
        """Return data with every function resolved that has one text; a hole for one that may be several."""
        if function(value)[0]:
            ways = self.texts(value)
            return ways[0][1] if len(ways) == 1 and ways[0][0] == TRUE else HOLE
        if isinstance(value, dict):
            return {key: self._deep(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._deep(item) for item in value]
        return value

    def listed(self, value: Any, default: str) -> Texts:
        """Return what a list, or a comma-separated text, may hold; the default where the property is left out."""
        found: Texts = []
        for whole in alternatives(value, self._template.conditions):
            given = default if whole.value is ABSENT or whole.value is None else whole.value
            for one in items(given, self._template.conditions, when=whole.formula):
                for when, text in self.texts(one.value, one.formula):
                    found += [(when, part.strip()) for part in text.split(",")]
        return found

    def _product(self, choices: list[Texts]) -> list[tuple[tuple[Formula, str], ...]]:
        """Return every way to choose; where there are too many, the widest choices are taken for unknown."""
        while math.prod(map(len, choices)) > _MOST:
            widest = max(range(len(choices)), key=lambda index: len(choices[index]))
            choices = [[(TRUE, HOLE)] if index == widest else choice for index, choice in enumerate(choices)]
        return list(itertools.product(*choices))


def _known(text: str) -> str:
    """Return a text with a hole for each reference to what is looked up elsewhere."""
    return _DYNAMIC.sub(HOLE, text) if DYNAMIC_REFERENCE in text else text


def _split(text: str, separator: Any) -> list[str]:
    return text.split(separator) if isinstance(separator, str) and separator and HOLE not in separator else [HOLE]
