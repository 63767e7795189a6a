"""What the modules make of the account, on the local cloud, without Terraform."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from botocore.exceptions import ClientError

from tests.e2e.account import BROAD_ENTRY, SHARED_POLICY, foreign, full
from tests.e2e.managed_policy_model import ATTACHED
from tests.e2e.scene import Scene
from tests.examples import shared_account
from tests.examples.checking import rules_found
from tests.examples.ledger import Ledger
from tests.examples.shared_account import SIZE_EXCEEDED
from tests.examples.terraform.account import PLACE, attach, create_stack, make_machine, package_as_typed, refusal
from tests.examples.terraform.reading import policy_document, read
from tests.examples.terraform.ways import EXAMPLE, GRANTS, OWN_POLICY, the_grant, without_capability
from vended_logs.policy.coverage import in_force
from vended_logs.policy.document import ResourcePolicy

ASKING: Final = EXAMPLE / "from-shared-provider" / "grant.yaml"
"""The stack that asks a shared provider."""


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


def test_the_stack_that_asks_a_shared_provider(scene: Scene, tmp_path: Path, ledger: Ledger) -> None:
    """With the policy full no machine can be made; after the stack of grant.yaml one can, and its end takes nothing."""
    assert rules_found(ASKING, ledger) == []
    shared_account.fill(scene, foreign())
    module = read(EXAMPLE / "from-shared-provider", tmp_path, ledger)
    assert SIZE_EXCEEDED in str(refusal(scene, module))
    assert create_stack(scene, module, TemplateBody=ASKING.read_text(encoding="utf-8"))["Outcome"] == "Compacted"
    make_machine(scene, module)
    assert scene.deploy("orders-vended-logs", ASKING, Refresh="2").outputs["Outcome"] == "AlreadyGranted"
    assert scene.delete("orders-vended-logs").status == "DELETE_COMPLETE"
    assert scene.account.entries() == [BROAD_ENTRY, foreign()["Resource"]]
    ledger.did("grant.yaml: created, updated and deleted on the local cloud")


def test_a_shared_provider_goes_last(scene: Scene, tmp_path: Path, ledger: Ledger) -> None:
    """While a role has the policy that the module attaches, the provider goes half, and the module's stack is stuck."""
    module = read(EXAMPLE / "from-shared-provider", tmp_path, ledger)
    shared_account.share(scene)
    create_stack(scene, module, TemplateBody=ASKING.read_text(encoding="utf-8"))
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
