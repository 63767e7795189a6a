"""What in a template brings the vended-logs grant, and when.

Sources: the type and the marker by which our resource is known; CloudFormation's reference for
AWS::Logs::ResourcePolicy, and for the ResourcePolicyDocument of AWS::Logs::LogGroup.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from vended_logs.errors import UnreadableDocument
from vended_logs.policy.coverage import in_force
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.grant import LOG_DELIVERY
from vended_logs.policy.request import DEFAULT_PATTERN, Request
from vended_logs.policy.wildcard import arn_overlaps
from vended_logs_tools import template_model
from vended_logs_tools.errors import Unreadable
from vended_logs_tools.reading import sam
from vended_logs_tools.reading.formula import FALSE, TRUE, UNKNOWN, Formula, all_of, any_of
from vended_logs_tools.reading.intrinsics import ABSENT, TRANSFORM, alternatives, function
from vended_logs_tools.rules.texts import HOLE, LOG_GROUP, SCOPE, Resolver, as_pattern, is_vague
from vended_logs_tools.template_model import Resource, Template

CUSTOM_TYPE: Final = "Custom::VendedLogsPolicy"
NATIVE_TYPE: Final = "AWS::Logs::ResourcePolicy"
STACK: Final = "AWS::CloudFormation::Stack"

_NATIVE: Final = frozenset({NATIVE_TYPE, LOG_GROUP})
_APPLICATION: Final = "applications/vended-logs-policy"
_LONG_CUSTOM_TYPE: Final = "AWS::CloudFormation::CustomResource"
_NESTED: Final = {sam.APPLICATION: "Location", STACK: "TemplateURL"}
_DEFAULT: Final = Request(scope=SCOPE, policy_name="any").grants[0]
_ACCOUNT: Final = re.compile(r"(?<![0-9A-Za-z])[0-9]{12}(?![0-9A-Za-z])")
_RESOURCES: Final = re.compile(r'"Resource": *(?:"[^"]*"|\[[^\]]*\])')
_ARN_HEAD: Final = re.compile(r"arn:aws[a-z-]*:logs:[a-z0-9-]+:")


def is_ours(resource: Resource) -> bool:
    """Return whether it is our custom resource, in either form."""
    custom = resource.kind.startswith("Custom::") or resource.kind == _LONG_CUSTOM_TYPE
    return resource.kind == CUSTOM_TYPE or (custom and resource.is_marked)


def is_marked_provider(resource: Resource) -> bool:
    """Return whether it is a nested app, stack or module that says of itself that it brings the grant."""
    return resource.is_marked and (resource.kind in _NESTED or resource.kind.endswith("::MODULE"))


class Grants:
    """Judges the resources of one template."""

    def __init__(self, template: Template, resolver: Resolver) -> None:
        """Take a template and what resolves its texts."""
        self._template = template
        self._resolver = resolver

    def given(self, resource: Resource, log_groups: Iterable[str] = ()) -> Formula:
        """Return when a resource brings the grant: the broad one, or one for all of these log groups.

        Log groups are names as texts with holes.
        """
        if is_ours(resource):
            return self._ours(resource)
        if is_marked_provider(resource):
            return TRUE
        if resource.kind in _NESTED:
            return self._nested(resource)
        if resource.kind == NATIVE_TYPE:
            return self._native(resource.properties.get("PolicyDocument"), tuple(log_groups))
        if resource.kind == LOG_GROUP and "ResourcePolicyDocument" in resource.properties:
            return self._of_log_group(resource, tuple(log_groups))
        return FALSE

    def patterns(self) -> tuple[str, ...] | None:
        """Return the log group patterns that our resources and apps grant, the default if there are none of ours.

        None if some are not known.
        """
        found: list[str] = []
        others = (one for one in self._template.resources.values() if one.kind not in _NATIVE)
        ours = [one for one in others if self.given(one) != FALSE]
        for provider in ours:
            given = provider.properties if is_ours(provider) else provider.properties.get("Parameters", {})
            known = isinstance(given, dict) and not function(given)[0]
            patterns = self._resolver.strings(given.get("LogGroupPatterns", DEFAULT_PATTERN)) if known else None
            if patterns is None:
                return None
            found += patterns
        return tuple(dict.fromkeys(found)) if ours else (DEFAULT_PATTERN,)

    def is_granted_natively(self, log_group: str) -> bool:
        """Return whether a native resource of the template may grant a log group, named by a text with holes."""
        natives = (one for one in self._template.resources.values() if one.kind in _NATIVE)
        return any(self.given(one, (log_group,)) != FALSE for one in natives)

    def _ours(self, resource: Resource) -> Formula:
        principals = self._resolver.strings(resource.properties.get("Principals", LOG_DELIVERY))
        return FALSE if principals is not None and LOG_DELIVERY not in principals else TRUE

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

    def _of_log_group(self, resource: Resource, log_groups: tuple[str, ...]) -> Formula:
        names = {name for _, name in self._resolver.log_group_name(resource)}
        if not log_groups or not names.issuperset(log_groups):
            return FALSE
        return self._native(resource.properties["ResourcePolicyDocument"], log_groups)

    def _native(self, document: Any, log_groups: tuple[str, ...]) -> Formula:
        found = []
        for one in alternatives(document, self._template.conditions):
            if one.value is ABSENT:
                continue
            if isinstance(one.value, dict) and not function(one.value)[0]:
                texts = self._resolver.texts({"Fn::ToJsonString": one.value}, one.formula)
            else:
                texts = self._resolver.texts(one.value, one.formula)
            found += [all_of(when, _document_gives(text, log_groups)) for when, text in texts]
        return any_of(*found)


def _by_id(application: str) -> Formula:
    if application.endswith(_APPLICATION):
        return TRUE
    return UNKNOWN if application.endswith(HOLE) else FALSE


def _document_gives(text: str, log_groups: tuple[str, ...]) -> Formula:
    """Return whether a policy document gives log delivery the broad grant, or one for all of the log groups."""
    here = _ACCOUNT.sub(SCOPE.account, _ARN_HEAD.sub(f"arn:{SCOPE.partition}:logs:{SCOPE.region}:", text))
    policy, widest = _parsed(here), _parsed(as_pattern(here))
    if policy is None or widest is None:
        return UNKNOWN
    if _gives(policy, SCOPE.log_group_arn(DEFAULT_PATTERN)) or (
        log_groups and _gives(policy, *map(_streams, log_groups))
    ):
        return TRUE
    if is_vague(_RESOURCES.sub("", here)):
        return UNKNOWN
    # What is not known of a resource, or of a log group, may be just what is needed.
    wanted = [_streams(as_pattern(name)) for name in log_groups]
    vague = is_vague(here) or any(map(is_vague, log_groups))
    return UNKNOWN if vague and wanted and all(_may_give(widest, arn) for arn in wanted) else FALSE


def _streams(log_group: str) -> str:
    """Return what log delivery writes to: the log group's streams."""
    return f"arn:{SCOPE.partition}:logs:{SCOPE.region}:{SCOPE.account}:log-group:{log_group}:log-stream:*"


def _parsed(text: str) -> ResourcePolicy | None:
    try:
        return ResourcePolicy.parse("any", text)
    except UnreadableDocument:
        return None


def _gives(policy: ResourcePolicy, *resources: str) -> bool:
    return in_force((policy,), replace(_DEFAULT, resources=resources))


def _may_give(policy: ResourcePolicy, wanted: str) -> bool:
    return any(
        arn_overlaps(resource, wanted) and _gives(policy, resource)
        for statement in policy.document.statements
        if statement.resource is not None
        for resource in statement.resource.values
    )
