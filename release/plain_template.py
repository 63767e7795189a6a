"""The published app as plain CloudFormation, for StackSets: with service-managed permissions they run no transform.

`python -m release.plain_template` (`make plain-template`) writes examples/stackset/member.yaml from template.yaml. The
code is taken from a bucket of the stack's own region, as Lambda asks for: CodeBucketPrefix, a hyphen and the region.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import yaml
from samtranslator.metrics.metrics import Metrics
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from release.project import Project, Unreleasable

ROOT: Final = Path(__file__).resolve().parents[1]
SOURCE: Final = ROOT / "template.yaml"
NAME: Final = "examples/stackset/member.yaml"

_HEADER: Final = "# Written by `make plain-template` from template.yaml; do not edit.\n"
# What comes of looking for a part where there is none, or something else.
_NOT_THE_APP: Final = (AttributeError, KeyError, RecursionError, TypeError, ValueError, yaml.YAMLError)
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
    """Return a SAM template of the app as YAML of plain CloudFormation, with parameters for where its code is.

    Raises:
        Unreleasable: it is no SAM template, or lacks what that is made from.
    """
    try:
        document = _translated(_with_code_elsewhere(yaml_parse(template)))
    except InvalidDocumentException as error:
        causes = " ".join(cause.message for cause in error.causes)
        raise Unreleasable(f"template.yaml is refused by the SAM translator ({causes}): mend it first.") from error
    except _NOT_THE_APP as error:
        cause = f"{type(error).__name__}: {' '.join(str(error).split())}"
        said = f"template.yaml is not the app that {NAME} is made from ({cause})"
        raise Unreleasable(f"{said}: put back what is missing there.") from error
    return _HEADER + yaml.dump(document, Dumper=_Dumper, sort_keys=False, width=120, allow_unicode=True)


def _with_code_elsewhere(document: dict[str, Any]) -> dict[str, Any]:
    application = document["Metadata"].pop(_APP_METADATA)
    groups = document["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    groups.append({"Label": {"default": "Where the code is"}, "Parameters": list(_CODE)})
    document["Description"] = f"{document['Description']} ({application['Name']} {application['SemanticVersion']})"
    document["Parameters"].update(_CODE)
    document["Resources"]["Provider"]["Properties"]["CodeUri"] = {
        "Bucket": {"Fn::Sub": "${CodeBucketPrefix}-${AWS::Region}"},
        "Key": {"Ref": "CodeKey"},
    }
    return document


class _Dumper(yaml.SafeDumper):
    """Writes values that stand in several places in full: CloudFormation takes no aliases."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  PyYAML's name for it
        """Return that nothing is written as an alias."""
        return True


def _translated(document: dict[str, Any]) -> dict[str, Any]:
    # The transform asks a session for its region, to know the partition of ARNs that it writes; it writes none for this
    # template. A real session would read the AWS profile, and that is of no matter here.
    session, metrics = SimpleNamespace(region_name="us-east-1"), Metrics()
    try:
        translated: dict[str, Any] = Translator({}, Parser(), boto_session=session, metrics=metrics).translate(
            document, {}
        )
    finally:
        metrics.publish()  # to nobody: else it complains on the standard error that they were not
    return translated


def main() -> int:
    """Write the plain template of the project that this file is in."""
    project = Project(ROOT)
    try:
        made = plain(project.text(SOURCE.name))
    except Unreleasable as error:
        print(error, file=sys.stderr)  # noqa: T201  nothing else tells it
        return 1
    (ROOT / NAME).write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
