"""The published app as plain CloudFormation, for StackSets: with service-managed permissions they run no transform.

`python release/plain_template.py` (`make plain-template`) writes examples/stackset/member.yaml from template.yaml. The
code is taken from a bucket of the stack's own region, as Lambda asks for: CodeBucketPrefix, a hyphen and the region.
"""
# ruff: noqa: INP001 - a script, not part of a package

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import yaml
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

ROOT: Final = Path(__file__).resolve().parents[1]
SOURCE: Final = ROOT / "template.yaml"
TARGET: Final = ROOT / "examples" / "stackset" / "member.yaml"

_HEADER: Final = "# Written by `make plain-template` from template.yaml; do not edit.\n"
_APP_METADATA: Final = "AWS::ServerlessRepo::Application"
_CODE: Final = {
    "CodeBucketPrefix": {
        "Type": "String",
        "AllowedPattern": "^([a-z0-9][-a-z0-9]{1,45})$",
        "Description": "Beginning of the names of the code's buckets, one a region; a hyphen and the region follow.",
        "ConstraintDescription": "2 to 46 lower-case letters, digits and hyphens.",
    },
    "CodeKey": {
        "Type": "String",
        "MinLength": 1,
        "Description": "Key of the code's archive there; a new one for each version, so that updates take it.",
    },
}


def plain(template: str) -> str:
    """Return a SAM template of the app as YAML of plain CloudFormation, with parameters for where its code is."""
    document = yaml_parse(template)
    application = document["Metadata"].pop(_APP_METADATA)
    groups = document["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    groups.append({"Label": {"default": "Where the code is"}, "Parameters": list(_CODE)})
    document["Description"] = f"{document['Description']} ({application['Name']} {application['SemanticVersion']})"
    document["Parameters"].update(_CODE)
    document["Resources"]["Provider"]["Properties"]["CodeUri"] = {
        "Bucket": {"Fn::Sub": "${CodeBucketPrefix}-${AWS::Region}"},
        "Key": {"Ref": "CodeKey"},
    }
    return _HEADER + yaml.dump(_translated(document), Dumper=_Dumper, sort_keys=False, width=120, allow_unicode=True)


class _Dumper(yaml.SafeDumper):
    """Writes values that stand in several places in full: CloudFormation takes no aliases."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  PyYAML's name for it
        """Return that nothing is written as an alias."""
        return True


def _translated(document: dict[str, Any]) -> dict[str, Any]:
    # The transform asks for a region, to know the partition of ARNs that it writes; it writes none for this template.
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
    translated: dict[str, Any] = Translator({}, Parser()).translate(document, {})
    return translated


if __name__ == "__main__":
    TARGET.write_text(plain(SOURCE.read_text(encoding="utf-8")), encoding="utf-8")
