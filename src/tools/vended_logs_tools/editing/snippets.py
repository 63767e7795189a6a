"""What brings the grant into a template, as plain data: one function a kind of provider."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import yaml

from vended_logs_tools.editing.anatomy import Anatomy
from vended_logs_tools.editing.writing import Data, GetAtt
from vended_logs_tools.errors import Refused
from vended_logs_tools.reading import sam
from vended_logs_tools.reading.construct import locate
from vended_logs_tools.rules.grants import CUSTOM_TYPE
from vended_logs_tools.template_model import MARKER, Template

Provider: TypeAlias = Literal["shared", "nested", "inline"]
PROVIDERS: Final[tuple[Provider, ...]] = get_args(Provider)
_RESOURCE: Final = "VendedLogsPolicy"
_FUNCTION: Final = "VendedLogsPolicyProvider"
SHARED_PARAMETER: Final = "/vended-logs-policy/service-token"
"""Where the app leaves its provider's ARN if it is deployed with ``ShareProvider=true``."""
_SHARED: Final = f"{{{{resolve:ssm:{SHARED_PARAMETER}}}}}"
_TIMEOUT: Final = 360
# What SAM would append to the function's own name, for a resource of its making.
_GENERATED: Final = ("", "Role", "EventInvokeConfig")
# What a Globals section may give to every function, and this one can do with. Anything else is another role, network,
# package or alias, a public URL, or what SAM will know of one day.
_HARMLESS: Final = frozenset(
    {
        *("Architectures", "CodeUri", "DeadLetterQueue", "Description", "Environment", "EphemeralStorage"),
        *("EventInvokeConfig", "Handler", "KmsKeyArn", "Layers", "LoggingConfig", "MemorySize", "PermissionsBoundary"),
        *("PropagateTags", "RecursiveLoop", "ReservedConcurrentExecutions", "RolePath", "Runtime"),
        *("RuntimeManagementConfig", "SnapStart", "SourceKMSKeyArn", "Tags", "Timeout", "Tracing"),
    }
)
_ACTIONS: Final = (
    "logs:DescribeResourcePolicies",
    "logs:PutResourcePolicy",
    "logs:DeleteResourcePolicy",
    "logs:DescribeLogGroups",
)


@dataclass(frozen=True, slots=True)
class Options:
    """What to add where nothing brings the grant yet."""

    provider: Provider = "shared"
    location: str = "./vended-logs-policy/template.yaml"
    """With ``nested``: the app's template, or ``<application ARN>@<version>`` in the repository for serverless apps."""
    code_uri: str = "./vended-logs-policy/src/lambda"
    """With ``inline``: the provider's folder."""


def resources(anatomy: Anatomy, template: Template, options: Options) -> Mapping[str, Mapping[str, Data]]:
    """Return the resources to add, by logical ids that are free; the last one brings the grant.

    Raises:
        Refused: the template cannot have a provider of that kind.
    """
    makers: Mapping[Provider, Callable[[Anatomy, Template, Options], Mapping[str, Mapping[str, Data]]]]
    makers = {"shared": _shared, "nested": _nested, "inline": _inline}
    return makers[options.provider](anatomy, template, options)


def _shared(_: Anatomy, template: Template, __: Options) -> Mapping[str, Mapping[str, Data]]:
    properties: Data = {"ServiceToken": _SHARED, "ServiceTimeout": _TIMEOUT}
    return {_free(template, _RESOURCE): {"Type": CUSTOM_TYPE, "Properties": properties}}


def _nested(anatomy: Anatomy, template: Template, options: Options) -> Mapping[str, Mapping[str, Data]]:
    _check_transform(anatomy, options)
    app: Mapping[str, Data] = {
        "Type": sam.APPLICATION,
        "Metadata": {MARKER: "provider"},
        "Properties": {"Location": _location(options.location)},
    }
    return {_free(template, _RESOURCE): app}


def _inline(anatomy: Anatomy, template: Template, options: Options) -> Mapping[str, Mapping[str, Data]]:
    _check_transform(anatomy, options)
    given = _globals(template)
    for name in given:
        if name not in _HARMLESS:
            mark = locate(anatomy.source.root, ("Globals", "Function", name))
            cause = f"Globals gives {name} to every function, the provider included"
            raise anatomy.refusal_at(mark, cause, "use --provider shared or nested")
    name = _free(template, _FUNCTION, _GENERATED)
    grant: Mapping[str, Data] = {
        "Type": CUSTOM_TYPE,
        # SAM makes this resource of the function's EventInvokeConfig: no event before that holds.
        "DependsOn": f"{name}EventInvokeConfig",
        "Properties": {"ServiceToken": GetAtt(name, "Arn"), "ServiceTimeout": _TIMEOUT},
    }
    return {name: _function(options, given), _free(template, _RESOURCE): grant}


def _function(options: Options, given: Collection[str]) -> Mapping[str, Data]:
    statement: Data = {"Effect": "Allow", "Action": _ACTIONS, "Resource": "*"}
    properties: dict[str, Data] = {
        "CodeUri": options.code_uri,
        "Handler": "vended_logs.handler.handler",
        "Runtime": "python3.13",
        "Architectures": ["arm64"],
        "MemorySize": 512,
        "Timeout": 300,
        "EventInvokeConfig": {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60},
        "Policies": [{"Version": "2012-10-17", "Statement": [statement]}],
    }
    # SAM joins the lists of Globals and of the function, and two architectures are one too many. The code runs on any.
    properties = {key: value for key, value in properties.items() if key != "Architectures" or key not in given}
    return {"Type": sam.FUNCTION, "Metadata": {"BuildMethod": "makefile"}, "Properties": properties}


def _location(location: str) -> Data:
    if not location.startswith("arn:"):
        return location
    application, _, version = location.partition("@")
    if not re.fullmatch(r"\d+\.\d+\.\d+(?:[-+][-+.A-Za-z0-9]+)?", version):
        raise Refused(
            f"--location {location}: an application needs its version: write {application}@1.0.0, for example"
        )
    return {"ApplicationId": application, "SemanticVersion": version}


def _check_transform(anatomy: Anatomy, options: Options) -> None:
    node = anatomy.section("Transform")
    named = node.value if isinstance(node, yaml.SequenceNode) else [node]
    if not any(isinstance(one, yaml.ScalarNode) and one.value == sam.TRANSFORM for one in named):
        cause = f"--provider {options.provider} needs Transform: {sam.TRANSFORM}"
        raise anatomy.refusal(node or anatomy.source.root, cause, "add it, or use --provider shared")


def _globals(template: Template) -> Collection[str]:
    """Return the names of what Globals gives to functions, merge keys and aliases resolved."""
    section = template.data.get("Globals")
    functions = section.get("Function") if isinstance(section, dict) else None
    return functions.keys() if isinstance(functions, dict) else ()


def _free(template: Template, name: str, endings: tuple[str, ...] = ("",)) -> str:
    """Return a logical id that is free, with a number if need be, and free with each of the endings as well."""
    # Those that loops make are taken too, and those of what is written and cannot be read as a resource.
    sections = [template.resources, *(template.data.get(title) for title in ("Resources", "Parameters", "Conditions"))]
    taken = {str(key) for section in sections if isinstance(section, Mapping) for key in section}
    number = 1
    while any(_numbered(name, number) + ending in taken for ending in endings):
        number += 1
    return _numbered(name, number)


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}{number}"
