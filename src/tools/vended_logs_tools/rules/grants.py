"""What in a template brings the vended-logs grant, and when.

Sources: the type and the marker by which our resource is known; CloudFormation's reference for
AWS::Logs::ResourcePolicy, and for the ResourcePolicyDocument of AWS::Logs::LogGroup.
"""

from functools import cached_property
from pathlib import Path
from typing import Any, Final

from vended_logs_tools import template_model
from vended_logs_tools.errors import Unreadable
from vended_logs_tools.reading import sam
from vended_logs_tools.reading.formula import FALSE, TRUE, UNKNOWN, Formula, all_of, any_of, negate
from vended_logs_tools.reading.intrinsics import ABSENT, NO_VALUE, TRANSFORM, alternatives, function
from vended_logs_tools.rules.holes import HOLE, as_pattern, is_vague, may_match
from vended_logs_tools.rules.stand_ins import DEFAULT_PATTERN, LOG_DELIVERY
from vended_logs_tools.rules.texts import LOG_GROUP, Resolver, Texts
from vended_logs_tools.template_model import Resource, Template

CUSTOM_TYPE: Final = "Custom::VendedLogsPolicy"
NATIVE_TYPE: Final = "AWS::Logs::ResourcePolicy"
STACK: Final = "AWS::CloudFormation::Stack"

_NATIVE: Final = {NATIVE_TYPE: "PolicyDocument", LOG_GROUP: "ResourcePolicyDocument"}
_APPLICATION: Final = "applications/vended-logs-policy"
_LONG_CUSTOM_TYPE: Final = "AWS::CloudFormation::CustomResource"
_NESTED: Final = {sam.APPLICATION: "Location", STACK: "TemplateURL"}


def is_ours(resource: Resource) -> bool:
    """Return whether it is our custom resource, in either form."""
    custom = resource.kind.startswith("Custom::") or resource.kind == _LONG_CUSTOM_TYPE
    return resource.kind == CUSTOM_TYPE or (custom and resource.is_marked)


def is_marked_provider(resource: Resource) -> bool:
    """Return whether it is a nested app, stack or module that says of itself that it brings the grant."""
    return resource.is_marked and (resource.kind in _NESTED or resource.kind.endswith("::MODULE"))


def is_app(resource: Resource) -> bool:
    """Return whether it is a nested app or stack."""
    return resource.kind in _NESTED


class Grants:
    """Judges the resources of one template."""

    def __init__(self, template: Template, resolver: Resolver) -> None:
        """Take a template and what resolves its texts."""
        self._template = template
        self._resolver = resolver
        self._known: dict[str, Formula] = {}

    def given(self, resource: Resource, log_groups: Texts | None = None) -> Formula:
        """Return when a resource brings the grant: the broad one, or one for each of these log groups.

        Log groups are names as texts with holes, each with when logging goes there.
        """
        document = _NATIVE.get(resource.kind)
        if document is None or document not in resource.properties or is_ours(resource) or is_marked_provider(resource):
            return self._whole(resource)
        each = [any_of(negate(when), self._native(resource, document, name)) for when, name in log_groups or ()]
        broad = self._native(resource, document, None) if resource.kind == NATIVE_TYPE else FALSE
        return any_of(broad, all_of(*each) if each else FALSE)

    def _whole(self, resource: Resource) -> Formula:
        """Return when a resource that is no native policy brings the grant, whatever log groups there are."""
        if resource.logical_id not in self._known:
            self._known[resource.logical_id] = self._judged(resource)
        return self._known[resource.logical_id]

    def _judged(self, resource: Resource) -> Formula:
        if is_ours(resource):
            return self._for_log_delivery(resource)
        if is_marked_provider(resource):
            return TRUE
        return self._nested(resource) if resource.kind in _NESTED else FALSE

    def covered(self, log_group: str) -> Formula:
        """Return when a log group, named by a text with holes, is within what the template grants.

        That is what our resources and apps grant where they are there, the default pattern where none of them is, and
        what native resources do.
        """
        ways = [all_of(one.condition, _some_covers(patterns, log_group)) for one, patterns in self._ours]
        without_ours = all_of(*(negate(one.condition) for one, _ in self._ours))
        ways += [all_of(one.condition, self._native(one, _NATIVE[one.kind], log_group)) for one in self._natives]
        return any_of(*ways, all_of(without_ours, _matched(DEFAULT_PATTERN, log_group)))

    def patterns(self) -> tuple[str, ...]:
        """Return the patterns that are granted, as they are shown to people."""
        found = (pattern for _, patterns in self._ours for _, pattern in patterns)
        return tuple(dict.fromkeys(pattern for pattern in found if not is_vague(pattern))) or (DEFAULT_PATTERN,)

    @cached_property
    def _ours(self) -> tuple[tuple[Resource, Texts], ...]:
        """What may bring the grant and has patterns, with these: our resources, and apps."""
        others = (one for one in self._template.resources.values() if one.kind not in _NATIVE)
        ours = (one for one in others if self.given(one) != FALSE)
        return tuple((one, self._resolver.listed(_patterns(one), DEFAULT_PATTERN)) for one in ours)

    @cached_property
    def _natives(self) -> tuple[Resource, ...]:
        """What has a resource policy written out, of the account or of a log group's own."""
        natives = (one for one in self._template.resources.values() if one.kind in _NATIVE)
        return tuple(one for one in natives if _NATIVE[one.kind] in one.properties)

    def _for_log_delivery(self, resource: Resource) -> Formula:
        principals = self._resolver.listed(resource.properties.get("Principals"), LOG_DELIVERY)
        return any_of(*(all_of(when, _is_log_delivery(principal)) for when, principal in principals))

    def _nested(self, resource: Resource) -> Formula:
        """A nested app is ours by its id in the repository, or because the local template that it names holds ours."""
        location = resource.properties.get(_NESTED[resource.kind], {TRANSFORM: {}} if resource.is_open else "")
        found = []
        for one in alternatives(location, self._template.conditions):
            by_id = isinstance(one.value, dict) and "ApplicationId" in one.value
            judge = _by_id if by_id else self._by_template
            texts = self._resolver.texts(one.value["ApplicationId"] if by_id else one.value, one.formula)
            found += [all_of(when, judge(text)) for when, text in texts]
        return any_of(*found)

    def _by_template(self, location: str) -> Formula:
        if is_vague(location):
            return UNKNOWN
        if "://" in location or not location or not self._template.name:
            return FALSE
        file = Path(self._template.name).parent / location
        if not file.is_file():
            return FALSE
        try:
            nested = template_model.read(file)
        except Unreadable:
            return UNKNOWN
        ours = [one.condition for one in nested.resources.values() if is_ours(one) or is_marked_provider(one)]
        if TRUE in ours:
            return TRUE
        return UNKNOWN if ours or nested.is_opaque or nested.has_hidden_resources else FALSE

    def _native(self, resource: Resource, document: str, log_group: str | None) -> Formula:
        """Return when a native policy gives the broad grant, or the one for a log group."""
        if resource.kind == LOG_GROUP and all(name != log_group for _, name in self._resolver.log_group_name(resource)):
            return FALSE
        # The policy core: loaded for templates that have a policy, and no others.
        from vended_logs_tools.rules.documents import gives  # noqa: PLC0415  loaded for templates with a policy alone

        found = []
        for one in alternatives(resource.properties[document], self._template.conditions):
            if one.value is ABSENT:
                continue
            is_written_out = isinstance(one.value, dict) and not function(one.value)[0]
            value = {"Fn::ToJsonString": one.value} if is_written_out else one.value
            texts = self._resolver.texts(value, one.formula)
            found += [all_of(when, gives(text, log_group)) for when, text in texts]
        return any_of(*found)


def _patterns(provider: Resource) -> Any:
    """Return what stands for the patterns of our resource, or of an app; what cannot be seen is left unresolved."""
    given = provider.properties if is_ours(provider) else provider.properties.get("Parameters", {})
    is_written_out = isinstance(given, dict) and not function(given)[0] and TRANSFORM not in given
    if given == NO_VALUE:
        return None
    return given.get("LogGroupPatterns") if is_written_out else {TRANSFORM: {}}


def _some_covers(patterns: Texts, log_group: str) -> Formula:
    return any_of(*(all_of(when, _matched(pattern, log_group)) for when, pattern in patterns))


def _matched(pattern: str, log_group: str) -> Formula:
    if may_match(as_pattern(pattern), log_group):
        return UNKNOWN if is_vague(pattern) else TRUE
    return FALSE


def _is_log_delivery(principal: str) -> Formula:
    if is_vague(principal):
        return UNKNOWN
    return TRUE if principal == LOG_DELIVERY else FALSE


def _by_id(application: str) -> Formula:
    if application.endswith(_APPLICATION):
        return TRUE
    return UNKNOWN if application.endswith(HOLE) else FALSE
