"""What the SAM transform does to a template, as far as it decides which resource waits for which.

Sources: the AWS SAM specification ("Globals section", "Generated CloudFormation resources"). The tests hold all of it
against the transform's own output.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from vended_logs_tools.reading.intrinsics import function

TRANSFORM: Final = "AWS::Serverless-2016-10-31"
_PREFIX: Final = "AWS::Serverless::"
FUNCTION: Final = "AWS::Serverless::Function"
STATE_MACHINE: Final = "AWS::Serverless::StateMachine"
APPLICATION: Final = "AWS::Serverless::Application"

_VERSION: Final = ("VersionDescription", "AutoPublishCodeSha256", "AutoPublishAliasAllProperties")
_ALIAS: Final = (*_VERSION, "AutoPublishAlias", "ProvisionedConcurrencyConfig", "DeploymentPreference")
_API: Final = "AWS::Serverless::Api"
_HTTP_API: Final = "AWS::Serverless::HttpApi"
_STAGE: Final = {
    _API: frozenset(
        ["AccessLogSetting", "CacheClusterEnabled", "CacheClusterSize", "CanarySetting", "MethodSettings", "Tags"]
    )
    | {"TracingEnabled", "Variables", "Domain"},
    _HTTP_API: frozenset(["AccessLogSettings", "DefaultRouteSettings", "RouteSettings", "StageVariables", "Domain"]),
}

_PARTS: Final[Mapping[str, Mapping[str, Collection[str]]]] = {
    FUNCTION: {
        "Version": _VERSION,
        "Alias": _ALIAS,
        "EventInvokeConfig": (*_ALIAS, "EventInvokeConfig"),
        "Url": (*_ALIAS, "FunctionUrlConfig"),
        "": ("Events",),
    },
    STATE_MACHINE: {"Version": _ALIAS, "Alias": _ALIAS, "": ("Events", "UseAliasAsEventTarget")},
    **{kind: {"": names} for kind, names in _STAGE.items()},
}
"""What the transform makes beside the resource that keeps the logical id: by what follows that id in the other's, the
properties that end up there."""

_ROLE: Final = ("Policies", "PermissionsBoundary", "RolePath", "AssumeRolePolicyDocument")
# A stage whose name is not written out has no logical id that anyone could name.
_DROPPED: Final = frozenset({"PropagateTags", "StageName"})
_GENERATES_ROLE: Final = frozenset({FUNCTION, STATE_MACHINE})
# The property in which an event names the resource that the transform makes wait for the function.
_EVENT_SUBJECTS: Final = {"S3": "Bucket", "Cognito": "UserPool", "Api": "RestApiId", "HttpApi": "ApiId"}
_IMPLICIT_APIS: Final = {"Api": "ServerlessRestApi", "HttpApi": "ServerlessHttpApi"}


def is_serverless(kind: str) -> bool:
    """Return whether a resource type is one that the transform translates."""
    return kind.startswith(_PREFIX)


def merged(kind: str, properties: Mapping[str, Any], globals_: Any) -> dict[str, Any]:
    """Return a resource's properties with those of the Globals section: maps merged, lists joined, else its own."""
    section = globals_.get(kind.removeprefix(_PREFIX)) if isinstance(globals_, dict) and is_serverless(kind) else None
    return _merge(section, dict(properties)) if isinstance(section, dict) else dict(properties)


def _merge(general: Any, own: Any) -> Any:
    if isinstance(general, dict) and isinstance(own, dict):
        if function(general)[0] or function(own)[0]:
            return own
        return {**general, **{key: _merge(general[key], own[key]) if key in general else own[key] for key in own}}
    if isinstance(general, list) and isinstance(own, list):
        return [*general, *own]
    return own


def kept(kind: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties that stay on the resource that keeps the logical id, or on the role that it waits for."""
    if not is_serverless(kind):
        return dict(properties)
    gone = {*_DROPPED, *(name for names in _PARTS.get(kind, {}).values() for name in names)}
    if kind in _GENERATES_ROLE and properties.get("Role"):
        gone |= set(_ROLE)
    found = {name: value for name, value in properties.items() if name not in gone}
    if kind in _STAGE and isinstance(found.get("Auth"), dict):
        found["Auth"] = {name: value for name, value in found["Auth"].items() if name != "UsagePlan"}
    return found | (_role_of_destinations(properties) if generates_role(kind, properties) else {})


def generated(kind: str, suffix: str, properties: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    """Return the properties that end up on what the transform makes beside a resource, and whether that waits for it.

    The suffix is what follows the resource's logical id in the other's: ``Role`` for the role, which does not wait.
    """
    if suffix == "Role" and generates_role(kind, properties):
        own = {name: properties[name] for name in (*_ROLE, "DeadLetterQueue") if name in properties}
        return own | _role_of_destinations(properties), False
    parts = _PARTS.get(kind, {})
    names = next((names for start, names in parts.items() if suffix.startswith(start)), ())
    return {name: properties[name] for name in names if name in properties}, True


def _role_of_destinations(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the role that the transform makes may send to when an invocation ends."""
    config = properties.get("EventInvokeConfig")
    return {"DestinationConfig": config.get("DestinationConfig")} if isinstance(config, dict) else {}


def generates_role(kind: str, properties: Mapping[str, Any]) -> bool:
    """Return whether the transform makes a role, of the same name followed by ``Role``."""
    return kind in _GENERATES_ROLE and not properties.get("Role")


def subjects_of_events(kind: str, properties: Mapping[str, Any]) -> Iterator[str]:
    """Yield the logical ids of what the transform makes wait for this resource because of its events."""
    events = properties.get("Events")
    if kind not in _GENERATES_ROLE or not isinstance(events, dict):
        return
    for event in events.values():
        if not isinstance(event, dict) or str(event.get("Type")) not in _EVENT_SUBJECTS:
            continue
        details = event.get("Properties")
        subject = details.get(_EVENT_SUBJECTS[event["Type"]]) if isinstance(details, dict) else None
        name, target = function(subject)
        if name == "Ref" and isinstance(target, str):
            yield target
        elif subject is None and event["Type"] in _IMPLICIT_APIS:
            yield _IMPLICIT_APIS[event["Type"]]


def takes_from_events(kind: str, properties: Mapping[str, Any]) -> bool:
    """Return whether events make this resource wait for functions: an API that brings its own definition does not."""
    return kind not in _STAGE or not (properties.get("DefinitionBody") or properties.get("DefinitionUri"))
