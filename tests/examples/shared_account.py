"""An account whose stacks find our provider by its SSM parameters, and whose log policy has become full since."""

from __future__ import annotations

from typing import Any, Final

from tests.e2e.account import BROAD_ENTRY, SHARED_POLICY, Statement, full
from tests.e2e.deploying import Stack
from tests.e2e.local_cloud import ROOT
from tests.e2e.scene import Scene
from tests.examples.ledger import Ledger
from tests.examples.stacks import Stacks

Template = dict[str, Any]

MACHINE_TYPE: Final = "AWS::StepFunctions::StateMachine"
POLICY: Final = "VendedLogsPolicy"
ASKED: Final = {"ServiceToken": "{{resolve:ssm:/vended-logs-policy/service-token}}", "ServiceTimeout": "360"}
"""The resource's properties where it asks the shared provider; without the last, a deploy may hang for an hour."""
SIZE_EXCEEDED: Final = "The CloudWatch Logs Resource Policy size was exceeded."


def share(scene: Scene) -> None:
    """Deploy the shared provider as the README says."""
    provider = scene.deploy("vended-logs-policy", ROOT / "template.yaml", ShareProvider="true")
    assert provider.status == "CREATE_COMPLETE"


def fill(scene: Scene, *others: Statement) -> None:
    """Deploy the shared provider, then put a full policy, with the `others`, in place of the one that it made."""
    share(scene)
    scene.account.put(SHARED_POLICY, *full(*others))


def fails(scene: Scene, ledger: Ledger, *templates: Template) -> None:
    """Deploy a machine that does not wait: it is refused for the size of the policy, which stays full.

    Where there are several templates, each is an update of the one before, and the last has the machine.
    """
    stacks = Stacks(scene.cloud, ledger)
    stack = [stacks.deploy("not-waiting", template) for template in templates][-1]
    assert stack.status.endswith("ROLLBACK_COMPLETE")
    assert SIZE_EXCEEDED in stack.reason(_machine_of(templates[-1]))
    assert BROAD_ENTRY not in scene.account.entries()
    assert stacks.delete("not-waiting").status == "DELETE_COMPLETE"


def succeeds(scene: Scene, ledger: Ledger, *templates: Template) -> None:
    """Deploy a machine that waits, as in `fails`: it is begun when the grant stands, which a deletion leaves."""
    stacks = Stacks(scene.cloud, ledger)
    stack = [stacks.deploy("waiting", template) for template in templates][-1]
    assert stack.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}, stack.events
    assert _first(stack, POLICY, "_COMPLETE") < _first(stack, _machine_of(templates[-1]), "_IN_PROGRESS")
    assert scene.account.entries() == [BROAD_ENTRY]
    assert stacks.delete("waiting").status == "DELETE_COMPLETE"
    assert scene.account.entries() == [BROAD_ENTRY]


def _first(stack: Stack, logical_id: str, ending: str) -> int:
    """Return the place of the first such event of a resource; the local cloud calls what an update adds updated."""
    of_it = (event.logical_id == logical_id and event.status.endswith(ending) for event in stack.events)
    return list(of_it).index(True)


def _machine_of(template: Template) -> str:
    resources: dict[str, Template] = template["Resources"]
    [name] = [name for name, resource in resources.items() if resource["Type"] == MACHINE_TYPE]
    return name
