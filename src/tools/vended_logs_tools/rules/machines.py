"""State machines as templates write them: whether logging is on, and where it goes."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

from vended_logs_tools.reading import sam
from vended_logs_tools.reading.formula import FALSE, TRUE, UNKNOWN, Formula, all_of, any_of
from vended_logs_tools.reading.intrinsics import ABSENT, TRANSFORM, Alternative, alternatives, function, items
from vended_logs_tools.rules.holes import HOLE
from vended_logs_tools.rules.texts import Resolver, Texts
from vended_logs_tools.template_model import Resource, Template

_LOG_GROUP_ARN: Final = ("CloudWatchLogsLogGroup", "LogGroupArn")
# What YAML 1.1 makes of an unquoted OFF is false, and some programs write that back.
_OFF: Final = frozenset({"OFF", "FALSE"})


def logging_property(machine: Resource) -> str:
    """Return the property's name: SAM's or CloudFormation's."""
    return "Logging" if machine.kind == sam.STATE_MACHINE else "LoggingConfiguration"


class Logging:
    """The logging of one state machine."""

    def __init__(self, machine: Resource, template: Template, resolver: Resolver) -> None:
        """Take the machine, its template and what resolves the template's texts."""
        self.machine = machine
        self._template = template
        self._resolver = resolver
        self.name = logging_property(machine)

    @cached_property
    def is_on(self) -> Formula:
        """When logging is on: unless it is absent, or its Level is OFF."""
        ways = [all_of(one.formula, self._asks(one.value)) for one in self._configurations()]
        if self.machine.is_open and self.name not in self.machine.properties:
            ways.append(UNKNOWN)
        return all_of(self.machine.condition, any_of(*ways))

    @property
    def in_words(self) -> str:
        """That it is on, or can be, as findings say it."""
        return "logging is on" if self.is_on in (TRUE, self.machine.condition) else "logging can be on"

    @cached_property
    def destinations(self) -> tuple[tuple[Alternative, Texts], ...]:
        """The LogGroupArn of each destination as it is written, when logging goes there, and what texts it may be."""
        return tuple((one, self._resolver.texts(one.value, one.formula)) for one in self._destinations())

    def _destinations(self) -> Iterator[Alternative]:
        for one in self._configurations():
            on = all_of(self.machine.condition, one.formula, self._asks(one.value))
            if not isinstance(one.value, dict) or on == FALSE:
                continue
            listed = items(one.value.get("Destinations"), self._template.conditions, (*one.path, "Destinations"), on)
            for destination in listed:
                yield from self._arns(destination)

    def log_groups(self) -> Texts:
        """Return the names of the log groups that logging may go to, as texts with holes, and when it does."""
        return [(when, log_group_name(arn)) for _, texts in self.destinations for when, arn in texts]

    def _configurations(self) -> Iterator[Alternative]:
        path = (*self.machine.path, "Properties", self.name)
        if self.name in self.machine.properties:
            yield from alternatives(self.machine.properties[self.name], self._template.conditions, path)

    def _asks(self, configuration: Any) -> Formula:
        if configuration is ABSENT or configuration is None:
            return FALSE
        if not isinstance(configuration, dict) or function(configuration)[0] or TRANSFORM in configuration:
            return UNKNOWN
        if "Level" not in configuration:
            return TRUE if configuration.get("Destinations") else FALSE
        levels = alternatives(configuration["Level"], self._template.conditions)
        return any_of(*(all_of(one.formula, self._is_some_level(one.value)) for one in levels))

    def _is_some_level(self, level: Any) -> Formula:
        if level is ABSENT or level is None:
            return FALSE
        ways = [(when, _is_on(text)) for when, text in self._resolver.texts(level)]
        # One of the ways is the case, so that nobody need know which if all of them say the same.
        return TRUE if ways and all(on == TRUE for _, on in ways) else any_of(*(all_of(when, on) for when, on in ways))

    def _arns(self, destination: Alternative) -> Iterator[Alternative]:
        found = [destination]
        for key in _LOG_GROUP_ARN:
            found = [
                inner
                for one in found
                if isinstance(one.value, dict) and key in one.value
                for inner in alternatives(one.value[key], self._template.conditions, (*one.path, key), one.formula)
            ]
        yield from (one for one in found if one.value is not ABSENT and one.value is not None)


def log_group_name(arn: str) -> str:
    """Return the log group's name in an ARN, both texts with holes; a hole if it cannot be told."""
    _, found, rest = arn.partition(":log-group:")
    return rest.partition(":")[0] if found else HOLE


def _is_on(level: str) -> Formula:
    if HOLE in level:
        return UNKNOWN
    return FALSE if level.upper() in _OFF else TRUE
