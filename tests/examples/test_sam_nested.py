"""examples/sam-nested: the app within an app, from its source and by its id, each twice in one region."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.e2e.account import BROAD_ENTRY, Account
from tests.e2e.local_cloud import REGION, ROOT, LocalCloud, local_cloud
from tests.examples.app_repository.fixtures import APP, EVERYBODY, FOUND_BY, STRANGER, client
from tests.examples.app_repository.publisher import Publisher
from tests.examples.app_repository.repository import Repository
from tests.examples.checking import rules_found
from tests.examples.ledger import Ledger
from tests.examples.sam import Sam
from tests.examples.stacks import Stacks

EXAMPLE: Final = ROOT / "examples" / "sam-nested"
ROLE_POLICY: Final = "      Policies:\n        - !GetAtt VendedLogs.Outputs.LogDeliveryPolicyArn\n"


def attached_policy(cloud: LocalCloud, stack: str) -> str:
    """Return the ARN of the managed policy that the role of a stack's machine has."""
    resources: Any = cloud.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    [role] = [one["PhysicalResourceId"] for one in resources if one["LogicalResourceId"] == "BillingRole"]
    [policy] = cloud.client("iam").list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    return str(policy["PolicyArn"])


def test_it_is_deployed_twice_and_deleted(
    tmp_path: Path, cloud: LocalCloud, full_account: Account, stacks: Stacks, ledger: Ledger
) -> None:
    """Two stacks with the app nested in them stand side by side, each its own, and the grant outlives both."""
    sam = Sam(tmp_path, cloud, ledger, "sam-nested")

    sam.run("build")
    sam.run("deploy")
    sam.run("deploy", "--stack-name=refunds")
    assert [stacks.status(name) for name in ("billing", "refunds")] == ["CREATE_COMPLETE"] * 2
    assert full_account.entries() == [BROAD_ENTRY]
    assert attached_policy(cloud, "billing") != attached_policy(cloud, "refunds")

    functions = cloud.client("lambda")
    for name, left in (("billing", 1), ("refunds", 0)):
        assert stacks.delete(name).status == "DELETE_COMPLETE"
        assert len(functions.list_functions()["Functions"]) == left
    assert full_account.entries() == [BROAD_ENTRY]


def test_without_the_apps_policy_the_role_is_refused(tmp_path: Path, cloud: LocalCloud, ledger: Ledger) -> None:
    """The grant alone does not do: without the app's managed policy in its role the machine is refused."""
    sam = Sam(tmp_path, cloud, ledger, "sam-nested")
    template = sam.folder / "template.yaml"
    text = template.read_text(encoding="utf-8")
    assert text.count(ROLE_POLICY) == 1
    template.write_text(text.replace(ROLE_POLICY, ""), encoding="utf-8")

    sam.run("build")
    said = " ".join(sam.fail("deploy", "--disable-rollback", when="without the role's policy").split())
    assert "not authorized to access the Log Destination" in said
    assert Account(cloud).entries() == [BROAD_ENTRY]


@pytest.fixture
def published(publisher: Publisher) -> Publisher:
    """A publisher who has published, privately."""
    assert publisher.make("publish").returncode == 0
    return publisher


@pytest.fixture
def cloud_that_asks(published: Publisher, repository: Repository, served: str) -> Iterator[LocalCloud]:
    """A cloud whose SAM transform asks the repository, in another region and as another account than its publisher."""
    asking = {FOUND_BY: served, "AWS_ACCESS_KEY_ID": STRANGER, "AWS_SECRET_ACCESS_KEY": "local"}
    with local_cloud(modelled=True, settings=asking) as cloud:
        repository.open_region(REGION, cloud.client)
        yield cloud


def test_by_its_id_it_is_deployed_twice_once_it_is_public(
    tmp_path: Path, cloud_that_asks: LocalCloud, served: str, ledger: Ledger
) -> None:
    """What was published privately nobody nests in another region; made public, it is nested twice by its id."""
    stacks = Stacks(cloud_that_asks, ledger)
    sam = Sam(tmp_path, cloud_that_asks, ledger, "sam-nested", **{FOUND_BY: served})
    from_repository = ("deploy", "--template=from-repository.yaml")
    assert f"{APP} is to be had in {REGION}" in " ".join(sam.fail(*from_repository, when="while private").split())

    client(served).put_application_policy(ApplicationId=APP, Statements=EVERYBODY)
    for name in ("billing", "refunds"):
        sam.run(*from_repository, f"--stack-name={name}")
        assert stacks.status(name) == "CREATE_COMPLETE"
    assert Account(cloud_that_asks).entries() == [BROAD_ENTRY]
    assert attached_policy(cloud_that_asks, "billing") != attached_policy(cloud_that_asks, "refunds")
    assert [stacks.delete(name).status for name in ("billing", "refunds")] == ["DELETE_COMPLETE"] * 2


def test_the_transform_has_to_be_acknowledged(tmp_path: Path, cloud: LocalCloud, ledger: Ledger) -> None:
    """Without CAPABILITY_AUTO_EXPAND, which its samconfig.toml gives, CloudFormation refuses the nested app."""
    sam = Sam(tmp_path, cloud, ledger, "sam-nested")
    sam.run("build")
    sam.fail("deploy", "--capabilities=CAPABILITY_IAM", when="without CAPABILITY_AUTO_EXPAND")
    assert "CAPABILITY_AUTO_EXPAND" in Stacks(cloud, ledger).reasons("billing")


def test_nothing_is_found_fault_with(ledger: Ledger) -> None:
    """Our rules are content with both forms: from the source, and from the repository."""
    assert rules_found(EXAMPLE / "template.yaml", ledger) == []
    assert rules_found(EXAMPLE / "from-repository.yaml", ledger) == []


def test_both_forms_differ_in_where_the_app_is_alone() -> None:
    """But for the description and the location, what is taken from the repository is what is taken from the source."""
    texts = [(EXAMPLE / name).read_text(encoding="utf-8") for name in ("template.yaml", "from-repository.yaml")]
    left = [
        [line for line in text.splitlines() if not line.startswith(("Description:", "      Location:"))]
        for text in texts
    ]
    removed = [line.strip().partition(":")[0] for line in left[1] if line not in left[0]]
    assert [line for line in left[0] if line not in left[1]] == []
    assert removed == [
        "# The account that published the app, and the region that it was published in.",
        "ApplicationId",
        "SemanticVersion",
    ]
