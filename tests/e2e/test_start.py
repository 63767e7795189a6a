"""A provider that cannot start still answers, so that a stack fails in seconds and rolls back to its end."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.e2e.account import BROAD_ENTRY
from tests.e2e.apps import POLICY, combined, policy, provider
from tests.e2e.deploying import Deployer, provider_package
from tests.e2e.local_cloud import ROOT
from tests.e2e.scene import Scene, on_both_engines

QUICK = {"SettleSeconds": "0"}


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The provider's package with a module that was cut off."""
    target = tmp_path / "broken.zip"
    with zipfile.ZipFile(provider_package()) as whole, zipfile.ZipFile(target, "w") as archive:
        for name in whole.namelist():
            cut_off = b"def cut_off(" if name == "vended_logs/gateway.py" else b""
            archive.writestr(name, cut_off or whole.read(name))
    return target


@on_both_engines
def test_a_package_that_is_broken(scene: Scene, broken: Path) -> None:
    """The stack event says what is wrong, within seconds, and the rollback's Delete succeeds."""
    deployer = Deployer(scene.cloud)
    deployer._package = broken  # noqa: SLF001 - nobody else wants another package
    stack = deployer.deploy("app", combined(policy(), provider()))

    assert stack.status == "ROLLBACK_COMPLETE"
    assert stack.reason(POLICY).endswith(
        "The provider function could not start, because of an error in the import (SyntaxError: '(' was never closed"
        " (gateway.py, line 1)): put the released package in its place, then deploy again."
    )
    assert scene.seconds_to_answer(0) < 10
    assert scene.account.texts() == {}
    assert {entry.data["PhysicalResourceId"] for entry in scene.answers()} == {"vended-logs-policy-create-failed"}


@on_both_engines
def test_reserved_concurrency_is_optional(scene: Scene) -> None:
    """The published app deploys with executions reserved, and without them again."""
    template = ROOT / "template.yaml"
    for value, status in (("5", "CREATE_COMPLETE"), ("off", "UPDATE_COMPLETE")):
        stack = scene.deploy("ours", template, ReservedConcurrency=value, **QUICK)
        assert stack.status == status, stack.events
    assert BROAD_ENTRY in scene.account.entries()
