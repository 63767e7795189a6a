"""Somebody who publishes: an AWS account (moto's) that the SAM CLI knows, a copy of the project, and `make`."""

from __future__ import annotations

import json
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import boto3
from moto.server import ThreadedMotoServer

from tests.e2e.local_cloud import ACCOUNT, INHERITED, forget_inherited_settings
from tests.e2e.sam.checkout import check_out
from tests.e2e.sam.sam_cli import KEPT, SAM
from tests.examples.ledger import Ledger
from tests.support import programs
from tests.support.programs import Done

REGION: Final = "us-east-1"
PACKAGED: Final = ".aws-sam/packaged.yaml"
_MANAGED: Final = "aws-sam-cli-managed-default"
"""The stack with the bucket that `resolve_s3 = true` uses, as the SAM CLI names it."""
_BUCKET_TEMPLATE: Final = "from samcli.lib.bootstrap import bootstrap; print(bootstrap._get_stack_template())"
_RUN_SECONDS: Final = 300


@dataclass(frozen=True)
class Account:
    """A publisher's account: all services at one endpoint, and in its S3 the bucket of the SAM CLI."""

    endpoint: str
    bucket: str

    def client(self, service: str) -> Any:
        """Return a boto3 client."""
        return _client(service, self.endpoint)

    def keys(self) -> set[str]:
        """Return what has been uploaded."""
        listed = self.client("s3").list_objects_v2(Bucket=self.bucket)
        return {one["Key"] for one in listed.get("Contents", [])}


@contextmanager
def account() -> Iterator[Account]:
    """Run an AWS account as one finds it that the SAM CLI has been used in before.

    Its bucket, and what the policy of that allows, are those of the installed SAM CLI. moto's CloudFormation makes the
    bucket; the policy is put here, since moto has no such resource.
    """
    forget_inherited_settings()
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    try:
        urllib.request.urlopen(urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST"), timeout=30).close()  # noqa: S310  our own server
        yield Account(endpoint, _managed_bucket(endpoint))
    finally:
        server.stop()


class Publisher:
    """A copy of the project, and an AWS profile that leads to an account and to a repository."""

    def __init__(self, scratch: Path, account: Account, repository: str, ledger: Ledger) -> None:
        self.folder = scratch / "project"
        self._ledger = ledger
        self._environment = _environment(scratch, account, repository)
        check_out(self.folder)
        ledger.uses("SAM CLI", self._run(str(SAM), "--version").stdout.split()[-1])
        ledger.uses("moto", version("moto"))

    def make(self, target: str, when: str = "") -> Done:
        """Run `make`, whatever comes of it; `when` tells the table what is special."""
        return self._told(self._run("make", target), f"make {target}", when)

    def sam(self, verb: str, *arguments: str, when: str = "") -> Done:
        """Run the SAM CLI, whatever comes of it; `when` tells the table what is special."""
        return self._told(self._run(str(SAM), verb, *arguments), f"sam {verb}", when)

    def asks(self, **settings: str) -> Done:
        """Run what a release's workflow asks the repository by, whatever comes of it; its errors come apart."""
        command = [".venv/bin/python", "-m", "release.published"]
        done = programs.run(command, self.folder, self._environment | settings, _RUN_SECONDS, errors_apart=True)
        self._ledger.did("release.published: " + (done.stdout.strip() or "told why not"))
        return done

    def _told(self, done: Done, command: str, when: str) -> Done:
        result = f"{command}, {when}" if when else command
        self._ledger.did(result if done.returncode == 0 else f"{result}: refused")
        return done

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text, which is there, throughout a file of the copy."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} has no {old!r}."
        path.write_text(text.replace(old, new), encoding="utf-8")

    def _run(self, *command: str) -> Done:
        return programs.run(command, self.folder, self._environment, _RUN_SECONDS)


def _client(service: str, endpoint: str) -> Any:
    make: Any = boto3.client  # its overloads want a literal name
    return make(
        service,
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key="local",  # noqa: S106  any will do
    )


def _managed_bucket(endpoint: str) -> str:
    template = json.loads(_managed_template())
    policy = template["Resources"].pop("SamCliSourceBucketBucketPolicy")["Properties"]["PolicyDocument"]
    stacks = _client("cloudformation", endpoint)
    tags = [{"Key": "ManagedStackSource", "Value": "AwsSamCli"}]
    stacks.create_stack(StackName=_MANAGED, TemplateBody=json.dumps(template), Tags=tags)
    [output] = stacks.describe_stacks(StackName=_MANAGED)["Stacks"][0]["Outputs"]
    bucket = str(output["OutputValue"])
    # Without the Deny of what comes without TLS: moto looks at no condition, and would refuse everybody.
    policy["Statement"] = [one for one in policy["Statement"] if one["Effect"] == "Allow"]
    known = {"AWS::Partition": "aws", "AWS::AccountId": ACCOUNT, "SamCliSourceBucket": bucket}
    _client("s3", endpoint).put_bucket_policy(Bucket=bucket, Policy=json.dumps(_resolved(policy, known)))
    return bucket


@cache
def _managed_template() -> str:
    assert SAM.exists(), "The SAM CLI is not installed in .venv-sam: run make test-sam."
    command = [str(SAM.with_name("python")), "-c", _BUCKET_TEMPLATE]
    with tempfile.TemporaryDirectory() as home:  # else the SAM CLI leaves a file in the caller's
        done = subprocess.run(command, env={"HOME": home}, capture_output=True, text=True, check=True)
    return str(done.stdout)


def _resolved(value: Any, known: Mapping[str, str]) -> Any:
    """Return a value with its `Ref`s and `Fn::Join`s resolved."""
    if isinstance(value, list):
        return [_resolved(one, known) for one in value]
    if not isinstance(value, dict):
        return value
    if "Ref" in value:
        return known[value["Ref"]]
    if "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return separator.join(_resolved(parts, known))
    return {key: _resolved(one, known) for key, one in value.items()}


def _environment(scratch: Path, account: Account, repository: str) -> dict[str, str]:
    kept = {name: value for name, value in INHERITED.items() if name.upper().startswith(KEPT)}
    return kept | {
        "PATH": INHERITED["PATH"],
        "HOME": str(_home(scratch / "home")),
        "AWS_CONFIG_FILE": str(_profile(scratch / "aws.ini", account, repository)),
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": ",".join(["127.0.0.1", kept.get("NO_PROXY", "")]),
    }


def _home(folder: Path) -> Path:
    """Make an empty home but for pip's settings, which may say where its index is."""
    for name in (".config/pip", ".pip"):
        if (source := Path.home() / name).is_dir():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).symlink_to(source)
    folder.mkdir(exist_ok=True)
    return folder


def _profile(path: Path, account: Account, repository: str) -> Path:
    path.write_text(
        f"[default]\nregion = {REGION}\naws_access_key_id = {ACCOUNT}\naws_secret_access_key = local\n"
        f"endpoint_url = {account.endpoint}\nservices = here\n"
        f"[services here]\nserverlessapplicationrepository =\n  endpoint_url = {repository}\n",
        encoding="utf-8",
    )
    return path
