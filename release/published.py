"""Whether the version of this project is in the AWS Serverless Application Repository already.

`python -m release.published` asks with the credentials and in the region of the environment, and prints
`published=true` or `published=false`, as a step of a workflow hands it on. So a release that failed half-way can be run
again: `make publish` refuses a version that is there, and a version that is there cannot be replaced.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from release.project import Project, Unreleasable, section

_METADATA: Final = "AWS::ServerlessRepo::Application"


def is_published(repository: Any, name: str, version: str) -> bool:  # noqa: ANN401  boto3's clients have no static type
    """Return whether an account has an application of that name in that version.

    `repository` is the client of a region. The account's own applications are listed, since asking for one that is not
    there may be answered as a denial. Raises what boto3 raises.
    """
    owned = repository.get_paginator("list_applications").paginate()
    ids = [one["ApplicationId"] for page in owned for one in page["Applications"] if one["Name"] == name]
    versions = repository.get_paginator("list_application_versions")
    return any(
        one["SemanticVersion"] == version
        for application in ids
        for page in versions.paginate(ApplicationId=application)
        for one in page["Versions"]
    )


def _asked(project: Project) -> bool:
    client: Any = boto3.client  # its overloads want a literal name
    name = section(project.template, "Metadata", _METADATA).get("Name")
    if not name:
        raise Unreleasable(f"template.yaml has no Name in its {_METADATA}: write one there.")
    try:
        return is_published(client("serverlessrepo"), str(name), project.version)
    except (BotoCoreError, ClientError) as error:
        cause = " ".join(str(error).split()).rstrip(".")
        raise Unreleasable(
            f"The repository does not tell what is published ({cause}): give credentials that may list applications and"
            " their versions there, and a region."
        ) from error


def main() -> int:
    """Print whether it is there, of the project that this file is in, and say it on the standard error too."""
    try:
        project = Project(Path(__file__).resolve().parents[1])
        there = _asked(project)
    except Unreleasable as error:
        print(error, file=sys.stderr)  # noqa: T201  this is what the module is for
        return 1
    print(f"published={str(there).lower()}")  # noqa: T201  as above
    told = "is published already, and stays as it is" if there else "is not published yet"
    print(f"Version {project.version} {told}.", file=sys.stderr)  # noqa: T201  as above
    return 0


if __name__ == "__main__":
    sys.exit(main())
