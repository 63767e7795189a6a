"""examples/publishing: `make publish` with the real SAM CLI, and what becomes of the app in the repository."""

from __future__ import annotations

import io
import os
import re
import shlex
import tomllib
import zipfile
from typing import Any, Final

import yaml
from botocore.exceptions import ClientError

from tests.e2e.local_cloud import ROOT
from tests.examples.app_repository.fixtures import APP, COLLEAGUE, STRANGER, client
from tests.examples.app_repository.publisher import PACKAGED, REGION, Account, Publisher
from tests.examples.app_repository.repository import Application, Repository
from tests.examples.ledger import Ledger
from tests.lint import project
from tests.lint.test_publishable import ACCEPTED

Json = dict[str, Any]

EXAMPLE: Final = ROOT / "examples" / "publishing"


def version(publisher: Publisher) -> str:
    """Return the version that the copy of the project has."""
    template = (publisher.folder / "template.yaml").read_text(encoding="utf-8")
    found = re.search(r"SemanticVersion: (.*)", template)
    assert found
    return found[1]


def raise_version(publisher: Publisher, to: str) -> None:
    """Give the copy of the project another version, with an entry for it."""
    was = version(publisher)
    publisher.edit("template.yaml", f"SemanticVersion: {was}", f"SemanticVersion: {to}")
    publisher.edit("pyproject.toml", f'\nversion = "{was}"', f'\nversion = "{to}"')
    publisher.edit("CHANGELOG.md", f"## [{was}] - ", f"## [{to}] - 2026-02-28\n\n### Added\n\n- More.\n\n## [{was}] - ")
    project = tomllib.loads((publisher.folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    link = f"[{to}]: {project['urls']['Homepage']}/compare/v{was}...v{to}\n"
    publisher.edit("CHANGELOG.md", f"/v{was}...HEAD\n", f"/v{to}...HEAD\n{link}")
    for path in (publisher.folder / "examples").rglob("*.*"):
        if path.suffix in {".md", ".tf", ".yaml"}:
            text = path.read_text(encoding="utf-8")
            before = r"(SemanticVersion: |semantic_version = \"|vended-logs-policy/)"
            path.write_text(re.sub(before + re.escape(was), rf"\g<1>{to}", text), encoding="utf-8")
    assert publisher.make("plain-template").returncode == 0


def test_make_publish_publishes(publisher: Publisher, account: Account, repository: Repository) -> None:
    """`make publish` publishes the template's metadata, README-SAR.md, the licence, the version and the built code."""
    done = publisher.make("publish")
    assert done.returncode == 0, done.stdout
    assert "Publish Succeeded" in done.stdout
    assert repository.applications.keys() == {APP}
    application = repository.applications[APP]
    shown = project.template()["Metadata"]["AWS::ServerlessRepo::Application"]
    told = application.shown | {"SemanticVersion": version(publisher), "SourceCodeUrl": shown["SourceCodeUrl"]}
    assert told == {name: value for name, value in shown.items() if name not in {"LicenseUrl", "ReadmeUrl"}}
    assert application.readme == (ROOT / "README-SAR.md").read_bytes()
    assert application.licence == (ROOT / "LICENSE").read_bytes()
    packaged = yaml.safe_load((publisher.folder / PACKAGED).read_text(encoding="utf-8"))
    uploaded = packaged["Metadata"]["AWS::ServerlessRepo::Application"]
    for name in ("LicenseUrl", "ReadmeUrl"):
        assert re.fullmatch(rf"s3://{account.bucket}/vended-logs-policy/[0-9a-f]{{32}}", uploaded[name])
    check_version(application)


def check_version(application: Application) -> None:
    """Assert that the one published version is the template's: its types, its parameters and its code."""
    [published] = application.versions
    assert {one["Type"] for one in published.template["Resources"].values()} <= ACCEPTED
    assert published.told["RequiredCapabilities"] == ["CAPABILITY_IAM", "CAPABILITY_RESOURCE_POLICY"]
    parameters = {one["Name"]: one for one in published.told["ParameterDefinitions"]}
    assert parameters.keys() == project.template()["Parameters"].keys()
    assert parameters["WhenFull"]["DefaultValue"] == "Widen"
    assert "VendedLogsPolicy" in parameters["WhenFull"]["ReferencedByResources"]
    [code] = published.artifacts.values()
    assert "vended_logs/handler.py" in zipfile.ZipFile(io.BytesIO(code)).namelist()


def test_a_version_is_published_once(publisher: Publisher, repository: Repository) -> None:
    """A version that is there already fails `make publish` and changes nothing; a new one is published beside it."""
    assert publisher.make("publish").returncode == 0
    application = repository.applications[APP]
    before = (dict(application.shown), list(application.versions))
    publisher.edit("template.yaml", "loses no other grant", "loses no grant")
    again = publisher.make("publish", "the same version again")
    assert again.returncode != 0
    assert "Publish Failed" in again.stdout
    assert "because it already exists" in again.stdout
    assert (application.shown, application.versions) == before

    first = version(publisher)
    raise_version(publisher, "9.0.0")
    done = publisher.make("publish", "a new version")
    assert done.returncode == 0, done.stdout
    assert [one.number for one in application.versions] == [first, "9.0.0"]
    assert application.shown["Description"].endswith("loses no grant")


def test_a_release_is_run_again(publisher: Publisher, repository: Repository) -> None:
    """The workflow's question is answered with no before `make publish`, and with yes after it, for that version."""
    first = version(publisher)
    asked = publisher.asks()
    assert (asked.returncode, asked.stdout) == (0, "published=false\n")
    assert asked.stderr == f"Version {first} is not published yet.\n"
    assert publisher.make("publish").returncode == 0
    asked = publisher.asks()
    assert (asked.returncode, asked.stdout) == (0, "published=true\n")
    assert asked.stderr == f"Version {first} is published already, and stays as it is.\n"
    raise_version(publisher, "9.0.0")
    assert publisher.asks().stdout == "published=false\n"
    assert publisher.make("publish", "a new version").returncode == 0
    assert publisher.asks().stdout == "published=true\n"
    assert [one.number for one in repository.applications[APP].versions] == [first, "9.0.0"]


def test_a_repository_that_does_not_tell(publisher: Publisher) -> None:
    """Without credentials there is no answer that could be taken for one, but a sentence with its cure."""
    asked = publisher.asks(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull, AWS_REGION="us-east-1")
    assert (asked.returncode, asked.stdout) == (1, "")
    assert re.fullmatch(r"The repository does not tell what is published \(.+\): give credentials .+\.\n", asked.stderr)


def test_make_publish_checks_the_release_first(publisher: Publisher, account: Account, repository: Repository) -> None:
    """What release-check refuses, `make publish` does not even build."""
    publisher.edit("template.yaml", "SemanticVersion: ", "SemanticVersion: 1")
    done = publisher.make("publish", "versions that differ")
    assert done.returncode != 0
    assert "template.yaml has the SemanticVersion 1" in done.stdout
    assert not (publisher.folder / ".aws-sam").exists()
    assert account.keys() == set()
    assert repository.applications == {}


def test_make_publish_tells_what_the_repository_refuses(publisher: Publisher, repository: Repository) -> None:
    """A resource type that the repository does not take fails `make publish`, which names the resource and the type."""
    publisher.edit("template.yaml", "Resources:\n", "Resources:\n  Broad:\n    Type: AWS::Logs::ResourcePolicy\n")
    publisher.edit(
        "template.yaml",
        "    Type: AWS::Logs::ResourcePolicy\n",
        "    Type: AWS::Logs::ResourcePolicy\n    Properties: {PolicyName: broad, PolicyDocument: '{}'}\n",
    )
    assert publisher.make("plain-template").returncode == 0
    done = publisher.make("publish", "a type that is not supported")
    assert done.returncode != 0
    assert "The resource Broad is of the type AWS::Logs::ResourcePolicy, which is not supported." in done.stdout
    assert repository.applications == {}


def test_sam_publish_tells_what_is_not_in_s3(publisher: Publisher, account: Account, repository: Repository) -> None:
    """A template that is not packaged, a bucket that the repository may not read and a missing readme each fail."""
    unpackaged = publisher.sam("publish", "--template-file=template.yaml", when="not packaged")
    assert "Your SAM template contains invalid S3 URIs" in unpackaged.stdout

    for target in ("build", "package"):
        done = publisher.sam(target)
        assert done.returncode == 0, done.stdout
    s3 = account.client("s3")
    policy = s3.get_bucket_policy(Bucket=account.bucket)["Policy"]
    s3.put_bucket_policy(Bucket=account.bucket, Policy=policy.replace("serverlessrepo.", "another."))
    closed = publisher.sam("publish", when="a bucket that is closed")
    assert f"does not have read access to bucket '{account.bucket}'" in closed.stdout

    s3.put_bucket_policy(Bucket=account.bucket, Policy=policy)
    packaged = yaml.safe_load((publisher.folder / PACKAGED).read_text(encoding="utf-8"))
    readme = packaged["Metadata"]["AWS::ServerlessRepo::Application"]["ReadmeUrl"].split("/", 3)[3]
    s3.delete_object(Bucket=account.bucket, Key=readme)
    missing = publisher.sam("publish", when="no readme")
    assert f"key '{readme}'" in missing.stdout
    assert all(one.returncode != 0 for one in (unpackaged, closed, missing))
    assert repository.applications == {}


def commands() -> list[tuple[str, Json]]:
    """Return the names and the inputs of the `aws serverlessrepo` commands of the example's README, in its order."""
    text = (EXAMPLE / "README.md").read_text(encoding="utf-8").replace("\\\n", "").replace('"$app"', APP)
    found = [shlex.split(line) for line in text.splitlines() if line.startswith("aws serverlessrepo put-")]
    return [(words[2], {words[3]: words[4], words[5]: statements(words[6])}) for words in found]


def statements(shorthand: str) -> list[Json]:
    """Return what the AWS CLI makes of `Key=one,other,Key=...`, all of whose values are lists here."""
    if shorthand == "[]":
        return []
    return [{key: values.split(",") for key, values in re.findall(r"(\w+)=([^=]+)(?:,(?=\w+=)|$)", shorthand)}]


def can_have(asker: Any) -> bool:
    """Whether the app is shown to who asks."""
    try:
        asker.get_application(ApplicationId=APP)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"AccessDeniedException", "NotFoundException"}:
            raise
        return False
    return True


def test_readme_shares_the_app(publisher: Publisher, served: str, ledger: Ledger) -> None:
    """The README's commands share the app with the organisation, with everybody in all regions, and with nobody."""
    assert publisher.make("publish").returncode == 0
    askers = [client(served, *one) for one in ((COLLEAGUE, REGION), (STRANGER, REGION), (STRANGER, "eu-west-1"))]
    reached = [[can_have(asker) for asker in askers]]
    for name, request in commands():
        assert (name, request["--application-id"]) == ("put-application-policy", APP)
        client(served).put_application_policy(ApplicationId=APP, Statements=request["--statements"])
        reached.append([can_have(asker) for asker in askers])
    ledger.did("the README's put-application-policy, by boto3")
    private = [False, False, False]
    assert reached == [private, [True, False, False], [True, True, True], private]
