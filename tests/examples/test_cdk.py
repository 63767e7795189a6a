"""examples/cdk: an Aspect that makes every state machine that logs wait, in a TypeScript and in a Python app."""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.e2e.local_cloud import ROOT
from tests.e2e.scene import Scene
from tests.examples import node, shared_account
from tests.examples.checking import rules_found
from tests.examples.ledger import Ledger
from tests.examples.page import typed_with_ours
from vended_logs_tools.check import check
from vended_logs_tools.reading.source import read
from vended_logs_tools.report import as_text
from vended_logs_tools.template_model import of_source

EXAMPLE: Final = ROOT / "examples" / "cdk"
APPS: Final = {"typescript": "bin/app.ts", "python": "app.py"}
# The CLI would ask the network for notices, and note in the template which language the app is written in.
SYNTH: Final = ("cdk", "synth", "--quiet", "--no-notices", "--no-version-reporting")
SETTINGS: Final = {"CDK_DISABLE_CLI_TELEMETRY": "true", "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "true"}

Synthesise = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path) -> Callable[[str], Path]:
    """Returns a function that gives a copy of the app in a language, with the CDK's CLI."""
    typescript = node.project(EXAMPLE / "typescript", tmp_path)

    def of(language: str) -> Path:
        if language == "typescript":
            return typescript
        copy = node.copied(EXAMPLE / language, tmp_path)
        (copy / "node_modules").symlink_to(typescript / "node_modules")
        return copy

    return of


@pytest.fixture
def synth(project: Callable[[str], Path], ledger: Ledger) -> Synthesise:
    """Returns a function that synthesises the app in a language and gives its template."""

    def synthesised(language: str, *, waits: bool = True) -> Path:
        copy = project(language)
        if not waits:
            _forget_the_aspect(copy / APPS[language])
        node.run([*SYNTH, *_app(language)], copy, ledger, SETTINGS)
        ledger.uses("AWS CDK CLI", node.run(["cdk", "--version"], copy, ledger, SETTINGS).split()[0])
        ledger.uses("aws-cdk-lib", _library(language, copy, ledger))
        ledger.did(f"cdk synth ({language}), {'with' if waits else 'without'} the Aspect")
        return copy / "cdk.out" / "Orders.template.json"

    return synthesised


def _app(language: str) -> list[str]:
    """Return the option that has this interpreter run the app, rather than the python3 of PATH that cdk.json names."""
    return ["--app", f"{shlex.quote(sys.executable)} app.py"] if language == "python" else []


def _library(language: str, folder: Path, ledger: Ledger) -> str:
    if language == "python":
        told = "from importlib.metadata import version; print(version('aws-cdk-lib'))"
        return node.run([sys.executable, "-c", told], folder, ledger).strip()
    told = "console.log(require('aws-cdk-lib/package.json').version)"
    return node.run(["node", "-e", told], folder, ledger).strip()


def _forget_the_aspect(app: Path) -> None:
    text, removed = re.subn(r"(?m)^Aspects\.of\(app\)\.add\(.*\n", "", app.read_text(encoding="utf-8"))
    assert removed == 1
    app.write_text(text, encoding="utf-8")


def _deployable(template: Path) -> dict[str, Any]:
    """Return a template without the CDK's check that the account is bootstrapped, which the local cloud is not.

    The parameter and the rule are all that is taken out; nothing else refers to them.
    """
    document = dict(json.loads(template.read_text(encoding="utf-8")))
    assert list(document.pop("Parameters")) == ["BootstrapVersion"]
    assert list(document.pop("Rules")) == ["CheckBootstrapVersion"]
    assert "BootstrapVersion" not in json.dumps(document)
    return document


def test_both_languages_make_the_same_template(synth: Synthesise, ledger: Ledger) -> None:
    """The TypeScript and the Python app synthesise the same template, which is as our rules want it."""
    templates = [synth(language) for language in APPS]
    assert [rules_found(template, ledger) for template in templates] == [[], []]
    typescript, python = (json.loads(template.read_bytes()) for template in templates)
    assert typescript == python
    assert typescript["Resources"][shared_account.POLICY]["Properties"] == shared_account.ASKED


@pytest.mark.parametrize("language", APPS)
def test_without_the_aspect_our_rules_find_that_the_machine_does_not_wait(
    language: str, synth: Synthesise, ledger: Ledger
) -> None:
    """Without the Aspect's line, the machine does not wait, and our rules say so, in the words of the README."""
    template = synth(language, waits=False)
    assert rules_found(template, ledger) == ["E9601"]
    told, _cure = as_text(check(of_source(read(template)))).replace(f"{template.parents[1]}/", "").splitlines()
    assert f"```text\n{told}\n```" in (EXAMPLE / "README.md").read_text(encoding="utf-8")


def test_without_the_statement_our_rules_find_the_two_actions(
    project: Callable[[str], Path], synth: Synthesise, ledger: Ledger
) -> None:
    """What the CDK grants by itself lacks two of the ten actions, which is why the example adds them."""
    stack = project("typescript") / "lib" / "orders-stack.ts"
    text, removed = re.subn(r"(?s)machine\.addToRolePolicy\(.*?\n    \);", "", stack.read_text(encoding="utf-8"))
    assert removed == 1
    stack.write_text(text, encoding="utf-8")
    assert rules_found(synth("typescript"), ledger) == ["E9602"]


def test_with_a_full_policy_the_aspect_makes_the_difference(scene: Scene, synth: Synthesise, ledger: Ledger) -> None:
    """Where the account's log policy is full, the stack deploys with the Aspect, and is rolled back without."""
    with_it = _deployable(synth("typescript"))
    without_it = _deployable(synth("typescript", waits=False))
    shared_account.fill(scene)
    shared_account.fails(scene, ledger, without_it)
    shared_account.succeeds(scene, ledger, with_it)


def test_the_tests_of_the_typescript_app(project: Callable[[str], Path], ledger: Ledger) -> None:
    """The app's own tests pass: several stacks, nested stacks, stages, machines without logging, the Aspect twice."""
    told = node.run(["npm", "test"], project("typescript"), ledger, SETTINGS)
    passed = re.search(r"^\S+ pass (\d+)$", told, re.MULTILINE)
    assert passed, told
    assert int(passed[1]) > 0
    ledger.did(f"npm test: {passed[1]} passed")


def test_the_tests_of_the_python_app(project: Callable[[str], Path], ledger: Ledger) -> None:
    """The app's own tests pass: several stacks, nested stacks, stages, machines without logging, the Aspect twice."""
    told = node.run([sys.executable, "-m", "pytest", "-q"], project("python"), ledger, SETTINGS)
    passed = re.search(r"^(\d+) passed", told, re.MULTILINE)
    assert passed, told
    ledger.did(f"pytest: {passed[1]} passed")


def test_another_construct_with_the_resources_id_is_told(
    project: Callable[[str], Path], synth: Synthesise, ledger: Ledger
) -> None:
    """With a log group that is called VendedLogsPolicy, `cdk synth` fails, and says what to do."""
    stack = project("typescript") / "lib" / "orders-stack.ts"
    text = stack.read_text(encoding="utf-8")
    assert text.count("'MachineLogs'") == 1
    stack.write_text(text.replace("'MachineLogs'", f"'{shared_account.POLICY}'"), encoding="utf-8")
    with pytest.raises(
        AssertionError, match="Orders/VendedLogsPolicy is no Custom::VendedLogsPolicy: give it another id"
    ):
        synth("typescript")
    ledger.did("cdk synth with the id taken: refused")


def test_the_page_has_everything_typed_where_it_works() -> None:
    """In one shell from the project's root, each language's commands are typed in its folder; ours is on PATH there."""
    commands = typed_with_ours(EXAMPLE / "README.md")
    own = {"npm": "typescript", "npx cdk": "typescript", "python3": "python", "pip": "python", "npx aws-cdk": "python"}
    for tool, language in own.items():
        assert {folder for folder, command in commands if command.startswith(tool)} == {EXAMPLE / language}
    checked = [folder for folder, command in commands if command.startswith("vended-logs check cdk.out/")]
    assert checked == [EXAMPLE / language for language in APPS]


def test_the_pins_are_those_that_are_tested() -> None:
    """The example names the releases of the CDK's library that these tests run with, the same for both languages."""
    pins = (EXAMPLE / "python" / "requirements.txt").read_text(encoding="utf-8").split()
    ours = (ROOT / "requirements" / "examples.txt").read_text(encoding="utf-8").split()
    assert set(pins) <= set(ours)
    packages = json.loads((EXAMPLE / "typescript" / "package.json").read_bytes())["dependencies"]
    assert [f"{name}=={version}" for name, version in packages.items()] == pins
