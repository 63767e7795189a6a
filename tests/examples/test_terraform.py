"""examples/terraform: four ways to the grant, read with HashiCorp's parser, and applied where Terraform is at hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from botocore.exceptions import ClientError

from tests.e2e.account import BROAD_ENTRY, SHARED_POLICY, foreign, full
from tests.e2e.local_cloud import ACCOUNT, REGION, ROOT
from tests.e2e.managed_policy_model import ATTACHED
from tests.e2e.scene import Scene
from tests.examples import node, terraform_cli, terraform_schema
from tests.examples.app_repository.template import capabilities, parsed
from tests.examples.checking import rules_found
from tests.examples.ledger import Ledger
from tests.examples.terraform_account import (
    attach,
    create_stack,
    make_machine,
    package_as_typed,
    packaged,
    published,
    refusal,
)
from tests.examples.terraform_cli import Terraform
from tests.examples.terraform_reading import Module, policy_document, read
from tests.examples.terraform_repository import repository
from tests.support.facts import ROLE_ACTIONS
from vended_logs.policy.coverage import in_force
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.grant import Grant, Scope
from vended_logs.policy.request import Request

EXAMPLE: Final = ROOT / "examples" / "terraform"
MACHINE: Final = "aws_sfn_state_machine.orders"
ATTACHMENT: Final = "aws_iam_role_policy_attachment.log_delivery"
GRANTS: Final = {
    "from-repository": "aws_serverlessapplicationrepository_cloudformation_stack.vended_logs",
    "from-template": "aws_cloudformation_stack.vended_logs",
    "from-shared-provider": "aws_cloudformation_stack.vended_logs",
    "native": "aws_cloudwatch_log_resource_policy.vended_logs",
}
SIZE_EXCEEDED: Final = "The CloudWatch Logs Resource Policy size was exceeded."
OWN_POLICY: Final = "vended-logs"
PLACE: Final = {
    "data.aws_partition.current.partition": "aws",
    "data.aws_region.current.id": REGION,
    "data.aws_caller_identity.current.account_id": ACCOUNT,
}

each_way = pytest.mark.parametrize("way", GRANTS)


def test_each_file_is_formatted_as_terraform_formats(tmp_path: Path, ledger: Ledger) -> None:
    """HashiCorp's formatter leaves every file as it is, and would not if one were formatted in another way."""
    for way in GRANTS:
        module = read(EXAMPLE / way, tmp_path, ledger)
        assert module.formatted == module.texts
    crooked = tmp_path / "crooked"
    crooked.mkdir()
    text = module.texts["machine.tf"]
    (crooked / "machine.tf").write_text(text.replace("  name     = ", "  name = "), encoding="utf-8")
    found = read(crooked, tmp_path, ledger)
    assert found.texts != found.formatted
    assert found.formatted == {"machine.tf": text}
    ledger.did(f"hclwrite, the formatter of terraform fmt: {len(GRANTS)} modules unchanged")


@each_way
def test_the_provider_knows_what_is_used(way: str, tmp_path: Path, ledger: Ledger) -> None:
    """Types, arguments and attributes are the AWS provider's, what it requires is given, and every name is declared."""
    module = read(EXAMPLE / way, tmp_path, ledger)
    facts = terraform_schema.facts()
    assert terraform_schema.faults(module, facts) == []
    assert module.undeclared() == set()
    ledger.did(f"{way}: held against the schema of {facts['provider']}")


@pytest.mark.parametrize(
    ("instead", "fault"),
    [
        (("log_destination ", "log_target "), "logging_configuration: log_target cannot be set"),
        (('  name     = "orders"\n', ""), ""),
        (("role_arn = aws_iam_role.orders.arn", ""), "role_arn is missing"),
        (("aws_cloudwatch_log_group.orders.arn", "aws_cloudwatch_log_group.orders.address"), "does not exist"),
        (("aws_sfn_state_machine", "aws_sfn_machine"), "no such type"),
        (("  role       = ", "  id         = "), "role is missing"),
    ],
    ids=["argument", "optional argument", "required argument", "attribute", "type", "of another type"],
)
def test_what_the_provider_does_not_know_is_found(
    instead: tuple[str, str], fault: str, tmp_path: Path, ledger: Ledger
) -> None:
    """A misspelt type, argument or attribute is found, and a required one that is missing; others may be missing."""
    module = read(changed("native", tmp_path, instead), tmp_path, ledger)
    found = "\n".join(terraform_schema.faults(module, terraform_schema.facts()))
    assert (fault in found) if fault else not found


def test_a_name_that_is_declared_nowhere_is_found(tmp_path: Path, ledger: Ledger) -> None:
    """A reference to a resource, a variable or a local that no file declares is found."""
    folder = changed("native", tmp_path, ("aws_iam_role.orders.arn", "aws_iam_role.order.arn"))
    (folder / "more.tf").write_text('output "more" {\n  value = "${var.more} ${local.more}"\n}\n', encoding="utf-8")
    assert read(folder, tmp_path, ledger).undeclared() == {"aws_iam_role.order", "var.more", "local.more"}


@each_way
def test_the_machine_waits_for_the_grant(way: str, tmp_path: Path, ledger: Ledger) -> None:
    """The machine comes after the grant and after its role's permissions: by depends_on, and not without it."""
    module = read(EXAMPLE / way, tmp_path, ledger)
    assert {GRANTS[way], ATTACHMENT} <= module.awaits(MACHINE)
    assert not {GRANTS[way], ATTACHMENT} & without_depends_on(module).awaits(MACHINE)
    ledger.did(f"{way}: the machine waits, by depends_on alone")


@each_way
def test_the_log_destination_is_a_log_group_of_vended_logs(way: str, tmp_path: Path, ledger: Ledger) -> None:
    """The log group's name lies in the grant's pattern, and its ARN is given as Step Functions wants it, with `:*`."""
    module = read(EXAMPLE / way, tmp_path, ledger)
    assert module.block("aws_cloudwatch_log_group.orders").body["name"].startswith("/aws/vendedlogs/")
    (logging,) = module.block(MACHINE).body["logging_configuration"]
    assert logging["log_destination"] == "${aws_cloudwatch_log_group.orders.arn}:*"


def test_the_native_policy_is_the_grant(scene: Scene, tmp_path: Path, ledger: Ledger) -> None:
    """What native writes grants what our own resource grants, and with the shared policy full a machine can be made."""
    module = read(EXAMPLE / "native", tmp_path, ledger)
    text = policy_document(module, "vended_logs", PLACE)
    assert in_force([ResourcePolicy.parse(OWN_POLICY, text)], the_grant())
    scene.account.put(SHARED_POLICY, *full())
    assert SIZE_EXCEEDED in str(refusal(scene, module))
    scene.client("logs").put_resource_policy(policyName=OWN_POLICY, policyDocument=text)
    make_machine(scene, module)
    ledger.did("native: the policy's JSON judged by our core, and used on the local cloud")


def test_the_native_role_has_all_ten_actions(tmp_path: Path, ledger: Ledger) -> None:
    """The policy that native gives to the machine's role has the ten actions on every resource, and no more."""
    document = json.loads(policy_document(read(EXAMPLE / "native", tmp_path, ledger), "log_delivery", PLACE))
    (statement,) = document["Statement"]
    assert (set(statement["Action"]), statement["Resource"]) == (set(ROLE_ACTIONS), ["*"])


def test_nothing_touches_the_policy_that_aws_appends_to(tmp_path: Path, ledger: Ledger) -> None:
    """The native policy has a name of its own, keeps it, and is not deleted with the state that made it."""
    module = read(EXAMPLE / "native", tmp_path, ledger)
    (policy,) = module.of_type("aws_cloudwatch_log_resource_policy")
    assert policy.body["lifecycle"] == [{"prevent_destroy": True}]
    assert module.block("var.policy_name").body["default"] == OWN_POLICY
    assert all(SHARED_POLICY not in text for text in module.texts.values())


def test_the_stack_that_asks_a_shared_provider(scene: Scene, tmp_path: Path, ledger: Ledger) -> None:
    """With the policy full no machine can be made; after the stack of grant.yaml one can, and its end takes nothing."""
    template = EXAMPLE / "from-shared-provider" / "grant.yaml"
    assert rules_found(template, ledger) == []
    scene.deploy("vended-logs-policy", ROOT / "template.yaml", ShareProvider="true")
    scene.account.put(SHARED_POLICY, *full(foreign()))
    module = read(EXAMPLE / "from-shared-provider", tmp_path, ledger)
    assert SIZE_EXCEEDED in str(refusal(scene, module))
    assert create_stack(scene, module, TemplateBody=template.read_text(encoding="utf-8"))["Outcome"] == "Compacted"
    make_machine(scene, module)
    assert scene.deploy("orders-vended-logs", template, Refresh="2").outputs["Outcome"] == "AlreadyGranted"
    assert scene.delete("orders-vended-logs").status == "DELETE_COMPLETE"
    assert scene.account.entries() == [BROAD_ENTRY, foreign()["Resource"]]
    ledger.did("grant.yaml: created, updated and deleted on the local cloud")


def test_a_shared_provider_goes_last(scene: Scene, tmp_path: Path, ledger: Ledger) -> None:
    """While a role has the policy that the module attaches, the provider goes half, and the module's stack is stuck."""
    module = read(EXAMPLE / "from-shared-provider", tmp_path, ledger)
    scene.deploy("vended-logs-policy", ROOT / "template.yaml", ShareProvider="true")
    create_stack(
        scene, module, TemplateBody=(EXAMPLE / "from-shared-provider" / "grant.yaml").read_text(encoding="utf-8")
    )
    detach = attach(scene, module)
    half_gone = scene.delete("vended-logs-policy")
    assert (half_gone.status, ATTACHED in half_gone.reason("LogDeliveryPolicy")) == ("DELETE_FAILED", True)
    assert "not found" in scene.delete("orders-vended-logs").reason("VendedLogsPolicy")
    detach()
    assert scene.delete("vended-logs-policy").status == "DELETE_COMPLETE"
    ledger.did("from-shared-provider: the provider deleted too early")


def test_what_the_page_packages_is_what_from_template_deploys(scene: Scene, tmp_path: Path, ledger: Ledger) -> None:
    """The page's `sam` commands work as typed, and the stack takes their template with what the module acknowledges."""
    address = package_as_typed(scene, EXAMPLE / "README.md", tmp_path, ledger)
    module = read(EXAMPLE / "from-template", tmp_path, ledger)
    for less in module.block(GRANTS["from-template"]).body["capabilities"]:
        with pytest.raises(ClientError, match=f"Requires capabilities.*{less}"):
            create_stack(scene, without_capability(module, less), TemplateURL=address)
    assert create_stack(scene, module, TemplateURL=address)["Outcome"] == "Created"
    ledger.did("from-template: its stack, and without each capability")


def test_from_repository_acknowledges_what_the_app_asks(tmp_path: Path, ledger: Ledger) -> None:
    """What has to be acknowledged for the app in the repository is in the module, and nothing else."""
    module = read(EXAMPLE / "from-repository", tmp_path, ledger)
    asked = capabilities(parsed((ROOT / "template.yaml").read_text(encoding="utf-8")))
    assert sorted(module.block(GRANTS["from-repository"]).body["capabilities"]) == asked


# ---- where Terraform is at hand


def test_terraform_itself_finds_nothing_to_format(ledger: Ledger) -> None:
    """`terraform fmt -check` would change no file."""
    assert terraform_cli.formatted(EXAMPLE, ledger) == ""


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
    facts = terraform_schema.facts()
    if facts["provider"] != f"hashicorp/aws {terraform.provider_version()}":
        pytest.skip(f"the facts are of {facts['provider']}, and this machine has {terraform.provider_version()}")
    modules = terraform_schema.modules(tmp_path, ledger)
    assert terraform_schema.asked(terraform, terraform_schema.types_of(modules)) == facts
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


def test_apply_from_the_repository(scene: Scene, tmp_path: Path, ledger: Ledger) -> None:
    """The same by the app's id in a repository, which is our stand-in; all else is as above."""
    terraform_cli.needed()
    scene.account.put(SHARED_POLICY, *full(foreign()))
    with repository(scene.cloud, packaged(scene), "0.1.0") as found:
        endpoint = {"AWS_ENDPOINT_URL_SERVERLESSAPPLICATIONREPOSITORY": found.endpoint}
        terraform = Terraform(EXAMPLE / "from-repository", tmp_path, ledger, scene.cloud, **endpoint)
        terraform.apply()
        terraform.assert_settled()
        assert terraform.output("outcome") == "Compacted"
    assert [one["semanticVersion"] for one in found.asked] == ["0.1.0"]
    names = {stack["StackName"] for stack in scene.client("cloudformation").describe_stacks()["Stacks"]}
    assert names == {"serverlessrepo-vended-logs-policy"}


def test_apply_with_a_shared_provider(scene: Scene, tmp_path: Path, ledger: Ledger) -> None:
    """One state more in an account with a provider: it waits for the grant, and its end leaves the grant to others."""
    scene.deploy("vended-logs-policy", ROOT / "template.yaml", ShareProvider="true")
    scene.account.put(SHARED_POLICY, *full(foreign()))
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
    scene.deploy("vended-logs-policy", ROOT / "template.yaml", ShareProvider="true")
    scene.account.put(SHARED_POLICY, *full(foreign()))
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


# ---- what they are made of


def changed(way: str, folder: Path, *instead: tuple[str, str]) -> Path:
    """Return a copy of a module with something in it replaced, which has to be there."""
    copy = folder / "changed" / way
    node.copied(EXAMPLE / way, copy.parent)
    for before, after in instead:
        holders = [path for path in copy.glob("*.tf") if before in path.read_text(encoding="utf-8")]
        assert holders, before
        for path in holders:
            path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    return copy


def without_capability(module: Module, capability: str) -> Module:
    """Return the module with a stack that acknowledges one thing less."""
    block = module.block(GRANTS["from-template"])
    less = [one for one in block.body["capabilities"] if one != capability]
    changed_block = replace(block, body={**block.body, "capabilities": less})
    return replace(module, blocks=tuple(changed_block if one is block else one for one in module.blocks))


def without_depends_on(module: Module) -> Module:
    """Return the module with no block that names what it depends on."""
    blocks = [block for block in module.blocks if "depends_on" not in block.body]
    bare = [
        replace(
            block, references=tuple(one for one in block.references if f"${{{one}}}" not in block.body["depends_on"])
        )
        for block in module.blocks
        if "depends_on" in block.body
    ]
    assert bare
    return replace(module, blocks=(*blocks, *bare))


def made(way: str | Path, folder: Path, ledger: Ledger, scene: Scene | None = None) -> Terraform:
    """Return Terraform in a copy of a module; skips the test where there is none."""
    terraform_cli.needed()
    return Terraform(EXAMPLE / way, folder, ledger, scene.cloud if scene else None)


def the_grant() -> Grant:
    """Return the grant that our resource asks for by default."""
    (grant,) = Request(scope=Scope("aws", REGION, ACCOUNT)).grants
    return grant
