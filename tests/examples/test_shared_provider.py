"""examples/shared-provider: one provider a region, and stacks that find it by SSM parameters or by its exports."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from tests.e2e.account import BROAD_ENTRY, SHARED_POLICY, Account, full
from tests.e2e.deploying import read_template
from tests.e2e.local_cloud import ROOT, LocalCloud
from tests.e2e.managed_policy_model import ATTACHED
from tests.examples.checking import rules_found
from tests.examples.ledger import Ledger
from tests.examples.sam import Sam
from tests.examples.stacks import Stacks

EXAMPLE: Final = ROOT / "examples" / "shared-provider"
BY_PARAMETER: Final = EXAMPLE / "orders.yaml"
BY_EXPORT: Final = EXAMPLE / "refunds.yaml"
PROVIDER: Final = "vended-logs-policy"


@pytest.fixture
def stacks(cloud: LocalCloud, ledger: Ledger) -> Stacks:
    """The region with a full log policy, and the provider in it."""
    Account(cloud).put(SHARED_POLICY, *full())
    made = Stacks(cloud, ledger)
    assert made.deploy(PROVIDER, ROOT / "template.yaml", ShareProvider="true").status == "CREATE_COMPLETE"
    return made


def with_level(template: Path, machine: str, level: str) -> Mapping[str, Any]:
    """Return an app with another log level."""
    changed = read_template(template)
    changed["Resources"][machine]["Properties"]["Logging"]["Level"] = level
    return changed


def test_several_stacks_share_one_provider(stacks: Stacks, cloud: LocalCloud) -> None:
    """Four stacks at once need no function of their own, and when one is deleted the others' grant stands."""
    made = stacks.at_once(
        {"orders": BY_PARAMETER, "orders-eu": BY_PARAMETER, "refunds": BY_EXPORT, "refunds-eu": BY_EXPORT}
    )
    assert [stack.status for stack in made] == ["CREATE_COMPLETE"] * 4
    assert len(cloud.client("lambda").list_functions()["Functions"]) == 1

    assert stacks.delete("orders").status == "DELETE_COMPLETE"
    assert Account(cloud).entries() == [BROAD_ENTRY]
    assert stacks.deploy("refunds", with_level(BY_EXPORT, "Refund", "ALL")).status == "UPDATE_COMPLETE"
    assert stacks.deploy("orders-eu", with_level(BY_PARAMETER, "TakeOrder", "ALL")).status == "UPDATE_COMPLETE"


def test_the_commands_of_its_page(stacks: Stacks, cloud: LocalCloud, ledger: Ledger, tmp_path: Path) -> None:
    """`sam deploy` needs nothing more than the page says to deploy either app."""
    sam = Sam(tmp_path, cloud, ledger, "shared-provider")
    for name in ("orders", "refunds"):
        sam.run("deploy", f"--config-env={name}")
        assert stacks.status(name) == "CREATE_COMPLETE"


def test_an_import_keeps_the_provider(stacks: Stacks, cloud: LocalCloud) -> None:
    """The provider cannot be deleted while a stack imports from it, and can be once that stack is gone."""
    assert stacks.deploy("refunds", BY_EXPORT).status == "CREATE_COMPLETE"
    refused = cloud.client("cloudformation").exceptions.ClientError
    with pytest.raises(refused, match="vended-logs-policy-ServiceToken is imported by stack refunds"):
        stacks.delete(PROVIDER)
    assert stacks.delete("refunds").status == "DELETE_COMPLETE"
    assert stacks.delete(PROVIDER).status == "DELETE_COMPLETE"


def test_a_provider_that_is_deleted_first(stacks: Stacks, cloud: LocalCloud) -> None:
    """It is half gone, kept by its policy; a stack that retains its resource can be deleted still, another is stuck."""
    careless = read_template(BY_PARAMETER)
    assert careless["Resources"]["VendedLogsPolicy"].pop("DeletionPolicy") == "Retain"
    made = stacks.at_once({"orders": BY_PARAMETER, "careless": careless})
    assert [one.status for one in made] == ["CREATE_COMPLETE"] * 2

    half_gone = stacks.delete(PROVIDER)
    assert half_gone.status == "DELETE_FAILED"
    assert ATTACHED in half_gone.reason("LogDeliveryPolicy")
    assert cloud.client("lambda").list_functions()["Functions"] == []

    assert stacks.delete("orders").status == "DELETE_COMPLETE"
    stuck = stacks.delete("careless")
    assert stuck.status == "DELETE_FAILED"
    assert "not found" in stuck.reason("VendedLogsPolicy")
    # Freed as the page says, and then the rest of the provider goes too.
    assert stacks.delete("careless", "VendedLogsPolicy").status == "DELETE_COMPLETE"
    assert stacks.delete(PROVIDER).status == "DELETE_COMPLETE"
    assert Account(cloud).entries() == [BROAD_ENTRY]


def test_nothing_is_found_fault_with(ledger: Ledger) -> None:
    """Our rules are content with both templates."""
    assert rules_found(BY_PARAMETER, ledger) == []
    assert rules_found(BY_EXPORT, ledger) == []
