"""examples/stackset: what each account and region of an organisation gets, in three regions of the local cloud.

The engine has no StackSets: the template of the stack set is read, and its order and parameters are carried out here.
"""

import json
import os
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any, Final

import pytest

from release import plain_template
from tests.e2e.account import BROAD_ENTRY, SHARED_POLICY, Account, Statement, full
from tests.e2e.deploying import provider_package, read_template
from tests.e2e.local_cloud import REGION, ROOT, LocalCloud
from tests.examples.checking import rules_found
from tests.examples.leading import leading_to
from tests.examples.ledger import Ledger
from tests.examples.stacks import Stacks
from tests.support.programs import Done, run

EXAMPLE: Final = ROOT / "examples" / "stackset"
WITHOUT: Final = ROOT / "examples" / "sam-drop-in" / "before" / "template.yaml"
CONSUMER: Final = ROOT / "examples" / "shared-provider" / "orders.yaml"
REGIONS: Final = ("eu-west-1", "us-east-1", REGION)
"""Of one account."""
UPLOAD: Final = ("--prefix=acme-vended-logs", "--organization=o-abcdefghij")


@pytest.fixture
def stack_set() -> dict[str, Any]:
    """The properties of the stack set."""
    return dict(read_template(EXAMPLE / "template.yaml")["Resources"]["Providers"]["Properties"])


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The example's script, in a project whose function is built."""
    copy = tmp_path / "examples" / "stackset"
    shutil.copytree(EXAMPLE, copy)
    with zipfile.ZipFile(provider_package()) as package:
        package.extractall(tmp_path / ".aws-sam" / "build" / "Provider")
    return copy / "upload.py"


def upload(script: Path, cloud: LocalCloud, *regions: str) -> Done:
    """Run the script as its reader would."""
    settings = {"PATH": os.environ["PATH"], **leading_to(cloud)}
    return run([sys.executable, str(script), *UPLOAD, *regions], script.parent, settings, 120, errors_apart=True)


def told_by(done: Done) -> dict[str, str]:
    """Return the parameters that the script printed."""
    assert done.returncode == 0, done.stderr
    return dict(pair.split("=", 1) for pair in done.stdout.split())


def full_in(region: str) -> list[Statement]:
    """Return what fills the policy of a region with that region's log groups."""
    assert len(region) == len(REGION)  # else it would not be as full
    filled: list[Statement] = json.loads(json.dumps(full()).replace(REGION, region))
    return filled


def in_member(stack_set: dict[str, Any], told: dict[str, str]) -> dict[str, str]:
    """Return the parameters that the stack set gives each stack, its own parameters filled in."""
    given = {one["ParameterKey"]: one["ParameterValue"] for one in stack_set["Parameters"]}
    return {key: told[value["Ref"]] if isinstance(value, dict) else value for key, value in given.items()}


def test_three_regions_in_order(script: Path, stack_set: dict[str, Any], cloud: LocalCloud, ledger: Ledger) -> None:
    """In each region nothing can be deployed before its provider, from its own bucket, and all after."""
    told = told_by(upload(script, cloud, *REGIONS))
    ledger.did(f"upload.py to {', '.join(REGIONS)}")

    for region in told["Regions"].split(","):
        account, stacks = Account(cloud, region), Stacks(cloud, ledger, region)
        account.put(SHARED_POLICY, *full_in(region))
        assert stacks.deploy("before", WITHOUT).status == "ROLLBACK_COMPLETE"
        member = stacks.deploy("member", EXAMPLE / "member.yaml", **in_member(stack_set, told))
        assert member.status == "CREATE_COMPLETE"
        assert account.entries() == [BROAD_ENTRY.replace(REGION, region)]
        assert stacks.deploy("orders", CONSUMER).status == "CREATE_COMPLETE"


def test_what_is_uploaded_is_what_accounts_get(script: Path, cloud: LocalCloud) -> None:
    """The template is where its URL says, the code in each region, and the organisation may read both."""
    told = told_by(upload(script, cloud, *REGIONS))
    bucket, _, key = told["TemplateUrl"].removeprefix(f"{cloud.endpoint}/").partition("/")
    storage = cloud.client("s3")
    assert storage.get_object(Bucket=bucket, Key=key)["Body"].read() == (EXAMPLE / "member.yaml").read_bytes()
    for region in REGIONS:
        bucket = f"{told['CodeBucketPrefix']}-{region}"
        [statement] = json.loads(storage.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
        assert statement["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}
        assert storage.head_object(Bucket=bucket, Key=told["CodeKey"])


def test_uploading_again_changes_nothing(script: Path, cloud: LocalCloud) -> None:
    """The same code has the same key, and what others have put into a bucket's policy stays."""
    first = told_by(upload(script, cloud, REGION))
    bucket, storage = f"{first['CodeBucketPrefix']}-{REGION}", cloud.client("s3")
    secure = {
        "Sid": "Secure",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    policy = json.loads(storage.get_bucket_policy(Bucket=bucket)["Policy"])
    with_others = policy | {"Statement": [secure, *policy["Statement"]]}
    storage.put_bucket_policy(Bucket=bucket, Policy=json.dumps(with_others))
    written = storage.head_object(Bucket=bucket, Key=first["CodeKey"])["LastModified"]

    assert told_by(upload(script, cloud, REGION)) == first
    assert json.loads(storage.get_bucket_policy(Bucket=bucket)["Policy"]) == with_others
    assert storage.head_object(Bucket=bucket, Key=first["CodeKey"])["LastModified"] == written


def test_nothing_is_uploaded_that_is_not_built(script: Path, cloud: LocalCloud) -> None:
    """Without a built function the script says what to do, and makes no bucket."""
    shutil.rmtree(script.parents[2] / ".aws-sam")
    done = upload(script, cloud, *REGIONS)
    assert done.returncode == 1
    assert "run `make build` first" in done.stderr
    assert cloud.client("s3").list_buckets()["Buckets"] == []


def test_the_stack_set_gives_what_its_stacks_take(stack_set: dict[str, Any]) -> None:
    """Each parameter that it gives is one of theirs, and each without a default is given."""
    parameters = read_template(EXAMPLE / "member.yaml")["Parameters"]
    given = {one["ParameterKey"]: one["ParameterValue"] for one in stack_set["Parameters"]}
    assert given.keys() <= parameters.keys()
    assert {name for name, one in parameters.items() if "Default" not in one} <= given.keys()
    assert given["ShareProvider"] in parameters["ShareProvider"]["AllowedValues"]


def test_it_asks_for_no_more_than_service_managed_stack_sets_do(stack_set: dict[str, Any]) -> None:
    """There is no transform in what they deploy, no nested stack, and no capability beyond roles without names."""
    member = read_template(EXAMPLE / "member.yaml")
    assert "Transform" not in member
    types = {resource["Type"] for resource in member["Resources"].values()}
    assert not [kind for kind in types if kind.startswith(("AWS::Serverless::", "AWS::CloudFormation::Stack"))]
    assert stack_set["PermissionModel"] == "SERVICE_MANAGED"
    assert stack_set["Capabilities"] == ["CAPABILITY_IAM"]


def test_its_rollout_is_the_one_that_is_described(stack_set: dict[str, Any]) -> None:
    """Region by region in the order given, a tenth of the accounts at a time, up to the first failure."""
    assert stack_set["OperationPreferences"] == {
        "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE",
        "RegionConcurrencyType": "SEQUENTIAL",
        "RegionOrder": {"Ref": "Regions"},
        "MaxConcurrentPercentage": 10,
        "FailureToleranceCount": 0,
    }
    assert stack_set["AutoDeployment"] == {"Enabled": True, "RetainStacksOnAccountRemoval": True}
    assert stack_set["ManagedExecution"] == {"Active": True}


def test_the_plain_template_is_current(ledger: Ledger) -> None:
    """What the published template comes to without its transform is in member.yaml, and pleases our rules."""
    made = plain_template.plain(plain_template.SOURCE.read_text(encoding="utf-8"))
    assert (EXAMPLE / "member.yaml").read_text(encoding="utf-8") == made
    assert rules_found(EXAMPLE / "member.yaml", ledger) == []
