"""What the repository takes as an application's template, and what it tells of it.

Sources: the developer guide's "List of Supported AWS Resources" (tests/lint/repository_types.txt) and "Acknowledging
Application Capabilities". That macros are refused is what publishers report.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator
from typing import Any, Final
from unittest.mock import patch

from cfnlint.decode import decode_str
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from tests.examples.app_repository.refusal import bad_request
from tests.lint.test_publishable import ACCEPTED

Json = dict[str, Any]

SAM: Final = "AWS::Serverless-2016-10-31"
_ARTIFACTS: Final = ("CodeUri", "ContentUri", "DefinitionUri")
_IAM: Final = {"AWS::IAM::Group", "AWS::IAM::InstanceProfile", "AWS::IAM::Policy", "AWS::IAM::Role"}
_NAMES: Final = {"GroupName", "InstanceProfileName", "RoleName"}
_RESOURCE_POLICIES: Final = {
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::Events::EventBusPolicy",
    "AWS::IAM::Policy",
    "AWS::Lambda::LayerVersionPermission",
    "AWS::Lambda::Permission",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
}


def parsed(body: str) -> Json:
    """Return a template's content after all checks but those of its artifacts; raises RefusedError."""
    template, findings = decode_str(body)
    if findings or not isinstance(template, dict) or not template.get("Resources"):
        raise bad_request("TemplateBody is no template with Resources.")
    if template.get("Transform") != SAM or "Fn::Transform" in str(template):
        raise bad_request(f"TemplateBody may use no transform but {SAM}, and no macro.")
    _check_types(template)
    return dict(template)


def artifacts(template: Json) -> Iterator[tuple[Json, str]]:
    """Return the properties that name what `sam package` uploads: the mapping that holds each, and its key."""
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"].startswith("AWS::Serverless::"):
            yield from ((properties, key) for key in _ARTIFACTS if key in properties)


def capabilities(template: Json) -> list[str]:
    """Return what whoever deploys the application has to acknowledge."""
    translated = _translated(template)["Resources"].values()
    found = set()
    if iam := [resource for resource in translated if resource["Type"] in _IAM]:
        named = any(_NAMES & resource.get("Properties", {}).keys() for resource in iam)
        found.add("CAPABILITY_NAMED_IAM" if named else "CAPABILITY_IAM")
    if any(resource["Type"] in _RESOURCE_POLICIES for resource in translated):
        found.add("CAPABILITY_RESOURCE_POLICY")
    if any(resource["Type"] == "AWS::Serverless::Application" for resource in template["Resources"].values()):
        found.add("CAPABILITY_AUTO_EXPAND")
    return sorted(found)


def parameters(template: Json) -> list[Json]:
    """Return the parameters as the application's page shows them."""
    return [_parameter(template, name, properties) for name, properties in template.get("Parameters", {}).items()]


def _parameter(template: Json, name: str, properties: Json) -> Json:
    told = {
        key: properties[key]
        for key in ("AllowedPattern", "AllowedValues", "ConstraintDescription", "Description", "MaxLength", "MinLength")
        if key in properties
    }
    users = [user for user, resource in template["Resources"].items() if name in _references(resource)]
    return told | {
        "Name": name,
        "Type": properties["Type"],
        "DefaultValue": properties.get("Default", ""),
        "ReferencedByResources": users,
    }


def _references(value: Any) -> set[str]:
    """Return the names that a value refers to by `Ref`, or as a whole of `Fn::Sub`'s places."""
    if isinstance(value, list):
        return {name for one in value for name in _references(one)}
    if not isinstance(value, dict):
        return set()
    own = {value["Ref"]} if isinstance(value.get("Ref"), str) else set()
    if isinstance(value.get("Fn::Sub"), str):
        own |= {part.split("}")[0] for part in value["Fn::Sub"].split("${")[1:]}
    return own | {name for one in value.values() for name in _references(one)}


def _check_types(template: Json) -> None:
    """Refuse a type that is not on the list, in the template or in what the transform makes of it."""
    for resources in (template["Resources"], _translated(template)["Resources"]):
        for name, resource in resources.items():
            if resource["Type"] not in ACCEPTED:
                raise bad_request(f"The resource {name} is of the type {resource['Type']}, which is not supported.")


def _translated(template: Json) -> Json:
    """Return the template as CloudFormation sees it; its artifacts, which are looked at elsewhere, put aside."""
    packaged = copy.deepcopy(template)
    for resource in packaged["Resources"].values():
        for key in set(_ARTIFACTS) & resource.get("Properties", {}).keys():
            resource["Properties"][key] = "s3://bucket/key"
    with patch.dict(os.environ, AWS_DEFAULT_REGION="us-east-1"):  # asked for the partition
        try:
            return dict(Translator({}, Parser()).translate(packaged, {}))
        except InvalidDocumentException as error:
            raise bad_request(f"The SAM transform refuses TemplateBody: {error.message}") from error
