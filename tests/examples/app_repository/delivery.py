"""What those get who deploy an app: copies of its artifacts in the repository's bucket, and change sets."""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from tests.examples.app_repository import template
from tests.examples.app_repository.refusal import bad_request

Json = dict[str, Any]

BUCKET: Final = "awsserverlessrepo-changesets"
_PREFIX: Final = "serverlessrepo-"
"""What the name of each stack begins with."""
_KEPT: Final = "CAPABILITY_RESOURCE_POLICY"
"""What is acknowledged to the repository alone: CloudFormation does not know it."""
_MODELLED: Final = {"ApplicationId", "Capabilities", "ParameterOverrides", "SemanticVersion", "StackName", "Tags"}


@dataclass
class Version:
    """A published version; its artifacts were copied when it was published."""

    number: str
    template: Json
    artifacts: dict[str, bytes]
    told: Json


@dataclass(frozen=True)
class Region:
    """A region in which apps can be deployed; `clients` gives a boto3 client by its service and region."""

    name: str
    clients: Callable[[str, str], Any]

    def open(self) -> None:
        """Make the bucket."""
        settings = {"LocationConstraint": self.name}
        self.clients("s3", self.name).create_bucket(Bucket=BUCKET, CreateBucketConfiguration=settings)

    def deliver(self, version: Version) -> None:
        """Copy a version's artifacts, and its template, which names the copies."""
        s3, content = self.clients("s3", self.name), copy.deepcopy(version.template)
        for number, (mapping, key) in enumerate(template.artifacts(content)):
            name = f"{_folder(version)}/artifact-{number}"
            s3.put_object(Bucket=BUCKET, Key=name, Body=version.artifacts[mapping[key]])
            mapping[key] = f"s3://{BUCKET}/{name}"
        s3.put_object(Bucket=BUCKET, Key=f"{_folder(version)}/template.json", Body=json.dumps(content).encode())

    def url(self, version: Version) -> str:
        """Return where the region's CloudFormation can read a version's template."""
        return f"https://s3.{self.name}.amazonaws.com/{BUCKET}/{_folder(version)}/template.json"

    def change_set(self, version: Version, request: Json) -> Any:
        """Have CloudFormation make the change set that a request is for, and return its answer."""
        formation, name = self.clients("cloudformation", self.name), f"{_PREFIX}{request['StackName']}"
        told = {one: version.told[one] for one in ("ApplicationId", "SemanticVersion")}
        tags = [{"Key": f"serverlessrepo:{one[0].lower()}{one[1:]}", "Value": value} for one, value in told.items()]
        return formation.create_change_set(
            StackName=name,
            ChangeSetName=f"a{uuid.uuid4()}",
            ChangeSetType="UPDATE" if _is_there(formation, name) else "CREATE",
            TemplateURL=self.url(version),
            Parameters=[
                {"ParameterKey": one["Name"], "ParameterValue": one["Value"]}
                for one in request.get("ParameterOverrides", [])
            ],
            Capabilities=[one for one in request.get("Capabilities", []) if one != _KEPT],
            Tags=[*request.get("Tags", []), *tags],
        )


def check(version: Version, request: Json) -> None:
    """Check what a change set is asked for with; raises RefusedError."""
    if unmodelled := request.keys() - _MODELLED:
        raise bad_request(f"Not modelled: {', '.join(sorted(unmodelled))}.")
    given = set(request.get("Capabilities", []))
    if "CAPABILITY_NAMED_IAM" in given:
        given.add("CAPABILITY_IAM")  # the wider of the two
    if missing := set(version.told["RequiredCapabilities"]) - given:
        raise bad_request(f"Requires capabilities : [{', '.join(sorted(missing))}]")


def _is_there(formation: Any, name: str) -> bool:
    try:
        formation.describe_stacks(StackName=name)
    except ClientError:  # CloudFormation has no code of its own for what does not exist
        return False
    return True


def _folder(version: Version) -> str:
    account, _, name = version.told["ApplicationId"].split(":", 4)[4].partition(":applications/")
    return f"{account}/{name}/{version.number}"
