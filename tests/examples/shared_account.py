"""An account whose stacks find our provider by its SSM parameters, and whose log policy has become full since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tests.e2e.account import BROAD_ENTRY, SHARED_POLICY, full
from tests.e2e.deploying import Stack
from tests.e2e.local_cloud import ENGINE_VERSION, ROOT
from tests.e2e.scene import Scene
from tests.examples.ledger import Ledger

Template = dict[str, Any]

MACHINE_TYPE: Final = "AWS::StepFunctions::StateMachine"
POLICY: Final = "VendedLogsPolicy"
ASKED: Final = {"ServiceToken": "{{resolve:ssm:/vended-logs-policy/service-token}}", "ServiceTimeout": "360"}
"""The resource's properties where it asks the shared provider; without the last, a deploy may hang for an hour."""
_SIZE_EXCEEDED: Final = "The CloudWatch Logs Resource Policy size was exceeded."


def fill(scene: Scene) -> None:
    """Deploy the shared provider as the README says, then put a full policy in place of the one that it made."""
    provider = scene.deploy("vended-logs-policy", ROOT / "template.yaml", ShareProvider="true")
    assert provider.status == "CREATE_COMPLETE"
    scene.account.put(SHARED_POLICY, *full())


def fails(scene: Scene, ledger: Ledger, *templates: Template) -> None:
    """Deploy a machine that does not wait: it is refused for the size of the policy, which stays full.

    Where there are several templates, each is an update of the one before, and the last has the machine.
    """
    stack = _deployed(scene, "not-waiting", templates, ledger)
    assert stack.status.endswith("ROLLBACK_COMPLETE")
    assert _SIZE_EXCEEDED in stack.reason(_machine_of(templates[-1]))
    assert BROAD_ENTRY not in scene.account.entries()
    assert scene.delete("not-waiting").status == "DELETE_COMPLETE"


def succeeds(scene: Scene, ledger: Ledger, *templates: Template) -> None:
    """Deploy a machine that waits, as in `fails`: it is begun when the grant stands, which a deletion leaves."""
    stack = _deployed(scene, "waiting", templates, ledger)
    assert stack.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}, stack.events
    assert _first(stack, POLICY, "_COMPLETE") < _first(stack, _machine_of(templates[-1]), "_IN_PROGRESS")
    assert scene.account.entries() == [BROAD_ENTRY]
    assert scene.delete("waiting").status == "DELETE_COMPLETE"
    assert scene.account.entries() == [BROAD_ENTRY]


def _deployed(scene: Scene, name: str, templates: Sequence[Template], ledger: Ledger) -> Stack:
    stack = [scene.deploy(name, template) for template in templates][-1]
    ledger.uses("ministack", ENGINE_VERSION)
    ledger.did(f"deployed {name}: {stack.status}")
    return stack


def _first(stack: Stack, logical_id: str, ending: str) -> int:
    """Return the place of the first such event of a resource; the local cloud calls what an update adds updated."""
    of_it = (event.logical_id == logical_id and event.status.endswith(ending) for event in stack.events)
    return list(of_it).index(True)


def _machine_of(template: Template) -> str:
    resources: dict[str, Template] = template["Resources"]
    [name] = [name for name, resource in resources.items() if resource["Type"] == MACHINE_TYPE]
    return name
