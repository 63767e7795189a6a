"""What can be read in the modules: their form, their types and names, the order, who may do what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.account import SHARED_POLICY
from tests.e2e.local_cloud import ROOT
from tests.examples.app_repository.template import capabilities, parsed
from tests.examples.ledger import Ledger
from tests.examples.terraform import schema
from tests.examples.terraform.account import PLACE
from tests.examples.terraform.reading import policy_document, read
from tests.examples.terraform.ways import EXAMPLE, GRANTS, MACHINE, OWN_POLICY, changed, each_way, without_depends_on
from tests.support.facts import ROLE_ACTIONS

ATTACHMENT: Final = "aws_iam_role_policy_attachment.log_delivery"


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
    facts = schema.facts()
    assert schema.faults(module, facts) == []
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
    found = "\n".join(schema.faults(module, schema.facts()))
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


def test_from_repository_acknowledges_what_the_app_asks(tmp_path: Path, ledger: Ledger) -> None:
    """What has to be acknowledged for the app in the repository is in the module, and nothing else."""
    module = read(EXAMPLE / "from-repository", tmp_path, ledger)
    asked = capabilities(parsed((ROOT / "template.yaml").read_text(encoding="utf-8")))
    assert sorted(module.block(GRANTS["from-repository"]).body["capabilities"]) == asked
