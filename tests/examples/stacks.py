"""Stacks on the local cloud, each operation told to the ledger once it is over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from tests.e2e.deploying import Deployer, Stack
from tests.e2e.local_cloud import ENGINE_VERSION, REGION, LocalCloud
from tests.examples.ledger import Ledger

_WORDS: Final = {
    "CREATE_COMPLETE": "created",
    "UPDATE_COMPLETE": "updated",
    "DELETE_COMPLETE": "deleted",
    "DELETE_FAILED": "not deleted",
    "ROLLBACK_COMPLETE": "failed and rolled back",
    "UPDATE_ROLLBACK_COMPLETE": "update failed and rolled back",
}


class Stacks:
    """What is deployed to one region of a local cloud; another than the usual one is told with each stack."""

    def __init__(self, cloud: LocalCloud, ledger: Ledger, region: str = REGION) -> None:
        self._deployer = Deployer(cloud, region=region)
        self._formation = cloud.client("cloudformation", region)
        self._where = "" if region == REGION else f" in {region}"
        self._ledger = ledger
        ledger.uses("ministack", ENGINE_VERSION)

    def deploy(self, name: str, template: Path | Mapping[str, Any], **parameters: str) -> Stack:
        """Create or update a stack, whatever comes of it."""
        return self._told(self._deployer.deploy(name, template, **parameters))

    def delete(self, name: str, *retained: str) -> Stack:
        """Delete a stack, whatever comes of it; what is `retained` is left as it is, by logical id."""
        return self._told(self._deployer.delete(name, *retained), name)

    def status(self, name: str) -> str | None:
        """Return a stack's status, None if there is no such stack."""
        return self._deployer.status(name)

    def reasons(self, name: str) -> str:
        """Return all reasons that a stack's events give."""
        events = self._formation.describe_stack_events(StackName=name)["StackEvents"]
        return "\n".join(event.get("ResourceStatusReason", "") for event in events)

    def at_once(self, templates: Mapping[str, Path | Mapping[str, Any]]) -> list[Stack]:
        """Create stacks at the same time, by name, and return them in the order given."""
        tasks: list[Callable[[], Stack]] = [
            lambda name=name, template=template: self._deployer.deploy(name, template)  # type: ignore[misc]  # mypy cannot infer a lambda that has defaults
            for name, template in templates.items()
        ]
        with ThreadPoolExecutor(len(tasks)) as pool:
            made = list(pool.map(lambda task: task(), tasks))
        outcomes = {_in_words(one.status): [each.name for each in made if each.status == one.status] for one in made}
        self._ledger.did("at once " + "; ".join(f"{', '.join(names)} {words}" for words, names in outcomes.items()))
        return made

    def _told(self, stack: Stack, name: str | None = None) -> Stack:
        self._ledger.did(f"{name or stack.name} {_in_words(stack.status)}{self._where}")
        return stack


def _in_words(status: str) -> str:
    return _WORDS.get(status, status)
