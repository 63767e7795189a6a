"""examples/serverless-framework: a state machine of the plugin serverless-step-functions that waits for the grant."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.e2e.deploying import read_template
from tests.e2e.local_cloud import ROOT
from tests.e2e.scene import Scene
from tests.examples import node, shared_account
from tests.examples.checking import rules_found
from tests.examples.ledger import Ledger
from tests.examples.page import typed_with_ours
from vended_logs_tools.check import check
from vended_logs_tools.reading.source import read
from vended_logs_tools.template_model import of_source

EXAMPLE: Final = ROOT / "examples" / "serverless-framework"
MACHINE: Final = "OrdersStepFunctionsStateMachine"
CREATION: Final = "cloudformation-template-create-stack.json"
PLUGIN: Final = "serverless-step-functions"
SETTINGS: Final = {"SLS_TELEMETRY_DISABLED": "1", "SLS_NOTIFICATIONS_MODE": "off"}
# Parts of serverless.yml, as regular expressions.
WAITING: Final = r"(?m)^ +dependsOn: VendedLogsPolicy\n"
RESOURCE: Final = r"(?ms)^    VendedLogsPolicy:\n.*?(?=^    \S)"
STATEMENTS: Final = r'(?ms)^ +iamRoleStatements:\n.*? Resource: "\*"\n'
DESTINATION_NAME: Final = r"(?m)^ +LogGroupName: .*\n"

Package = Callable[..., Path]


@pytest.fixture
def package(tmp_path: Path, ledger: Ledger) -> Package:
    """Returns a function that packages the service, without the parts named, and gives the template to be deployed."""
    project = node.project(EXAMPLE, tmp_path)

    def packaged(*left_out: str) -> Path:
        text = (EXAMPLE / "serverless.yml").read_text(encoding="utf-8")
        for part in left_out:
            text, removed = re.subn(part, "", text)
            assert removed == 1
        (project / "serverless.yml").write_text(text, encoding="utf-8")
        node.run(["osls", "package"], project, ledger, SETTINGS)
        ledger.uses("osls", node.run(["osls", "--version"], project, ledger, SETTINGS).split()[-1])
        plugin = node.run(["node", "-p", f"require('{PLUGIN}/package.json').version"], project, ledger)
        ledger.uses(PLUGIN, plugin.strip())
        ledger.did("osls package")
        return project / ".serverless" / "cloudformation-template-update-stack.json"

    return packaged


def machine_of(template: Path) -> dict[str, Any]:
    """Return the state machine of a packaged template."""
    machine: dict[str, Any] = read_template(template)["Resources"][MACHINE]
    return machine


def test_our_rules_find_nothing(package: Package, ledger: Ledger) -> None:
    """The packaged template is as our rules want it, and the machine's level and all that we ask for are in it."""
    template = package()
    assert rules_found(template, ledger) == []
    asked = read_template(template)["Resources"][shared_account.POLICY]["Properties"]
    assert {name: str(value) for name, value in asked.items()} == shared_account.ASKED
    assert machine_of(template)["Properties"]["LoggingConfiguration"]["Level"] == "ALL"


def test_what_the_plugin_adds(package: Package, ledger: Ledger) -> None:
    """The machine waits for our resource and for its role, which has the plugin's eight actions and our two."""
    template = package()
    assert machine_of(template)["DependsOn"] == [f"{MACHINE}Role", "VendedLogsPolicy"]
    [policy] = read_template(template)["Resources"][f"{MACHINE}Role"]["Properties"]["Policies"]
    theirs, added = (statement["Action"] for statement in policy["PolicyDocument"]["Statement"])
    assert len(theirs) == 8
    assert added == ["logs:CreateLogStream", "logs:PutLogEvents"]
    ledger.did("both waited for, eight actions and two")


@pytest.mark.parametrize(
    ("left_out", "rule"),
    [(WAITING, "E9601"), (STATEMENTS, "E9602"), (DESTINATION_NAME, "W9604")],
    ids=["dependsOn", "iamRoleStatements", "LogGroupName"],
)
def test_each_part_is_needed(left_out: str, rule: str, package: Package, ledger: Ledger) -> None:
    """Without one of the parts that the README shows, our rules find what it is there for."""
    template = package(left_out)
    assert rules_found(template, ledger) == [rule]
    if rule == "E9601":
        [finding] = check(of_source(read(template)))
        quoted = f"```text\n{finding.rule} {finding.resource}: {finding.message}\n```"
        assert quoted in (EXAMPLE / "README.md").read_text(encoding="utf-8")


def test_the_page_has_everything_typed_where_it_works() -> None:
    """In one shell from the project's root, the framework's commands are typed in its folder; ours is on PATH there."""
    commands = typed_with_ours(EXAMPLE / "README.md")
    in_the_folder = ["npm ci", "npx osls package", "vended-logs check .serverless/", "npx osls deploy"]
    last = commands[-len(in_the_folder) :]
    assert all(command.startswith(word) for (_, command), word in zip(last, in_the_folder, strict=True))
    assert {folder for folder, _ in last} == {EXAMPLE}


def test_with_a_full_policy_waiting_makes_the_difference(scene: Scene, package: Package, ledger: Ledger) -> None:
    """Where the account's log policy is full, the service deploys, and fails without our resource or its dependsOn."""
    # As osls does it: a stack with nothing but the bucket for what it uploads, then an update of that.
    packaged = package()
    first, complete = read_template(packaged.with_name(CREATION)), read_template(packaged)
    lacking = [read_template(package(*left_out)) for left_out in ((WAITING, RESOURCE), (WAITING,))]
    shared_account.fill(scene)
    for template in lacking:
        shared_account.fails(scene, ledger, first, template)
    shared_account.succeeds(scene, ledger, first, complete)
