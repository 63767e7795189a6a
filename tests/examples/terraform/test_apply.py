"""What Terraform itself says of the modules and does with them, where it is at hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.account import BROAD_ENTRY, SHARED_POLICY, foreign, full
from tests.e2e.deploying import provider_package
from tests.e2e.local_cloud import REGION
from tests.e2e.scene import Scene
from tests.examples import shared_account
from tests.examples.app_repository.fixtures import APP, EVERYBODY, FOUND_BY, client, release
from tests.examples.app_repository.publisher import Account
from tests.examples.app_repository.repository import Repository
from tests.examples.ledger import Ledger
from tests.examples.shared_account import SIZE_EXCEEDED
from tests.examples.terraform import cli, schema
from tests.examples.terraform.account import published
from tests.examples.terraform.cli import Terraform
from tests.examples.terraform.reading import read
from tests.examples.terraform.ways import EXAMPLE, GRANTS, MACHINE, OWN_POLICY, changed, each_way, the_grant
from vended_logs.policy.coverage import in_force
from vended_logs.policy.document import ResourcePolicy


def made(way: str | Path, folder: Path, ledger: Ledger, scene: Scene | None = None, **settings: str) -> Terraform:
    """Return Terraform in a copy of a module; skips the test where there is none."""
    cli.needed()
    return Terraform(EXAMPLE / way, folder, ledger, scene.cloud if scene else None, **settings)


def test_terraform_itself_finds_nothing_to_format(ledger: Ledger) -> None:
    """`terraform fmt -check` would change no file."""
    assert cli.formatted(EXAMPLE, ledger) == ""


@each_way
def test_terraform_itself_finds_the_configuration_valid(way: str, tmp_path: Path, ledger: Ledger) -> None:
    """`terraform validate` accepts it, and Terraform's own graph has the order that we read from the files."""
    terraform = made(way, tmp_path, ledger)
    assert json.loads(terraform.run("validate", "-json"))["diagnostics"] == []
    module = read(EXAMPLE / way, tmp_path, ledger)
    assert terraform.graph() == {
        name: found
        for name in (block.name for block in module.blocks if block.kind in ("resource", "data"))
        if (found := {other for other in module.awaits(name) if "aws_" in other})
    }
    ledger.did(f"{way}: terraform validate, terraform graph")


def test_the_schema_is_what_the_provider_says(tmp_path: Path, ledger: Ledger) -> None:
    """The facts kept of the AWS provider are those that the provider itself tells, if it is of the same version."""
    terraform = made("native", tmp_path, ledger)
    facts = schema.facts()
    if facts["provider"] != f"hashicorp/aws {terraform.provider_version()}":
        pytest.skip(f"the facts are of {facts['provider']}, and this machine has {terraform.provider_version()}")
    modules = schema.modules(tmp_path, ledger)
    assert schema.asked(terraform, schema.types_of(modules)) == facts
    ledger.did("terraform providers schema: as kept")


def test_apply_from_the_template(scene: Scene, tmp_path: Path, ledger: Ledger) -> None:
    """With the policy full, the app's stack by its template's address, a role and its machine are made in one apply."""
    scene.account.put(SHARED_POLICY, *full(foreign()))
    address = published(scene)
    terraform = made("from-template", tmp_path, ledger, scene)
    terraform.apply("-var", f"template_url={address}")
    assert terraform.output("outcome") == "Compacted"
    assert scene.account.entries() == [BROAD_ENTRY, foreign()["Resource"]]
    terraform.assert_settled("-var", f"template_url={address}")


@pytest.fixture
def in_repository(scene: Scene, account: Account, repository: Repository, served: str) -> str:
    """Where a repository is that has the app for everybody, and that deploys it to the scene's account."""
    repository.open_region(REGION, scene.cloud.client)
    publisher = client(served)
    publisher.create_application(**release(account, provider_package().read_bytes()))
    publisher.put_application_policy(ApplicationId=APP, Statements=EVERYBODY)
    return served


def test_apply_from_the_repository(scene: Scene, in_repository: str, tmp_path: Path, ledger: Ledger) -> None:
    """The same by the app's id, in the version that the module names, as the repository's tags on the stack tell."""
    scene.account.put(SHARED_POLICY, *full(foreign()))
    terraform = made("from-repository", tmp_path, ledger, scene, **{FOUND_BY: in_repository})
    terraform.apply()
    terraform.assert_settled()
    assert terraform.output("outcome") == "Compacted"
    (stack,) = scene.client("cloudformation").describe_stacks()["Stacks"]
    assert stack["StackName"] == "serverlessrepo-vended-logs-policy"
    tags = {tag["Key"]: tag["Value"] for tag in stack["Tags"]}
    assert tags == {"serverlessrepo:applicationId": APP, "serverlessrepo:semanticVersion": "0.1.0"}


def test_apply_with_a_shared_provider(scene: Scene, tmp_path: Path, ledger: Ledger) -> None:
    """One state more in an account with a provider: it waits for the grant, and its end leaves the grant to others."""
    shared_account.fill(scene, foreign())
    terraform = made("from-shared-provider", tmp_path, ledger, scene)
    # What a target needs is made too, and nothing else.
    terraform.apply(f"-target={MACHINE}")
    assert scene.account.entries() == [BROAD_ENTRY, foreign()["Resource"]]
    terraform.apply()
    assert terraform.output("outcome") == "Compacted"
    terraform.assert_settled()
    terraform.destroy()
    assert scene.account.entries() == [BROAD_ENTRY, foreign()["Resource"]]


@pytest.mark.parametrize("way", ["from-shared-provider", "native"])
def test_without_the_depends_on_the_machine_does_not_bring_the_grant(
    way: str, scene: Scene, tmp_path: Path, ledger: Ledger
) -> None:
    """Without the line that names the grant, Terraform makes the machine without it, and Step Functions refuses."""
    shared_account.fill(scene, foreign())
    before = scene.account.texts()
    terraform = made(changed(way, tmp_path, (f"    {GRANTS[way]},\n", "")), tmp_path, ledger, scene)
    assert SIZE_EXCEEDED in terraform.fail("apply", "-input=false", "-auto-approve", f"-target={MACHINE}")
    assert scene.account.texts() == before
    ledger.did(f"{way} without depends_on: terraform apply is refused")


def test_apply_native(scene: Scene, tmp_path: Path, ledger: Ledger) -> None:
    """A policy beside the full one is enough for the machine; that one stays full, and the state cannot delete ours."""
    scene.account.put(SHARED_POLICY, *full(foreign()))
    before = scene.account.texts()[SHARED_POLICY]
    terraform = made("native", tmp_path, ledger, scene)
    terraform.apply(f"-target={MACHINE}")
    terraform.apply()
    terraform.assert_settled()
    texts = scene.account.texts()
    assert in_force([ResourcePolicy.parse(OWN_POLICY, texts[OWN_POLICY])], the_grant())
    assert texts == {SHARED_POLICY: before, OWN_POLICY: texts[OWN_POLICY]}
    assert "prevent_destroy" in terraform.fail("destroy", "-input=false", "-auto-approve")
    terraform.run("state", "rm", GRANTS["native"])
    terraform.destroy()
    assert scene.account.texts() == texts


def test_what_native_cannot_see(scene: Scene, tmp_path: Path, ledger: Ledger) -> None:
    """A policy of the same name is overwritten without a word; the name that AWS uses is refused before that."""
    scene.account.put(OWN_POLICY, foreign())
    terraform = made("native", tmp_path, ledger, scene)
    assert "AWS appends to that policy itself" in terraform.fail("plan", "-var", f"policy_name={SHARED_POLICY}")
    terraform.apply()
    assert foreign()["Resource"] not in scene.account.entries(OWN_POLICY)
