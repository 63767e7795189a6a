"""What a scenario works with: an empty cloud, its log policies, and the journal of what happened in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.e2e import journal
from tests.e2e.account import Account
from tests.e2e.deploying import Deployer, Stack
from tests.e2e.local_cloud import LocalCloud

on_both_engines = pytest.mark.parametrize("scene", ["modelled", "plain"], indirect=True)
"""Runs a scenario that needs nothing of our model on the engine as it comes, too."""


class Scene:
    """One scenario's cloud, emptied when the scene is made."""

    def __init__(self, cloud: LocalCloud) -> None:
        cloud.reset()
        self.cloud = cloud
        self.account = Account(cloud)
        self._deployer = Deployer(cloud)

    def deploy(self, name: str, template: Path | Mapping[str, Any], **parameters: str) -> Stack:
        """Create or update a stack, whatever comes of it."""
        return self._deployer.deploy(name, template, **parameters)

    def delete(self, name: str) -> Stack:
        """Delete a stack."""
        return self._deployer.delete(name)

    def client(self, service: str) -> Any:
        """Return a boto3 client."""
        return self.cloud.client(service)

    def calls(self) -> list[str]:
        """Return the CloudWatch Logs actions that functions called, in order."""
        return journal.calls(self.cloud.journal)

    def events(self) -> list[journal.Entry]:
        """Return the events that CloudFormation sent to the provider, in order."""
        return journal.read(self.cloud.journal, "event")

    def answers(self) -> list[journal.Entry]:
        """Return the provider's answers, in order."""
        return journal.read(self.cloud.journal, "answer")

    def seconds_to_answer(self, number: int = -1) -> float:
        """Return how long the provider took to answer an event, by default the last."""
        return self.answers()[number].at - self.events()[number].at
