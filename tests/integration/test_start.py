"""What the function answers when it cannot start at all."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.integration.processes import SOURCE, run
from tests.support.answers import Answers
from tests.support.function import event
from vended_logs.deletion import DEFAULT_POLICY_NAME, FAILED_CREATE_ID
from vended_logs.policy import request

STANDING = (
    "__init__", "answer", "deletion", "errors", "handler", "identifiers", "redaction", "stand_in", "surroundings",
    "tls", "transport",
)  # fmt: skip
"""What answers when all else is broken."""
BENEATH = ("provider.py", "custom_resource.py", "gateway.py", "policy/plan.py")
NO_MODULE = (
    "The provider function could not start, because its package has no module {}: build it with sam build, which puts"
    " in all that it needs, then deploy again."
)
BROKEN = (
    "The provider function could not start, because of an error in the import ({}): put the released package in its"
    " place, then deploy again."
)
SPEAKING_OF_A_VARIABLE = """
import crhelper, os
os.environ["HTTP_PROXY"] = "non sense"
def fail(_): raise ValueError("bad address: non sense")
crhelper.__getattr__ = fail
del crhelper.CfnResource
"""
REVOCABLE = {"OnDelete": "RemoveWhenUnused"}

BROKEN_STARTS = {
    "no crhelper": ("sys.modules['crhelper'] = None", NO_MODULE.format("crhelper")),
    "no Powertools": ("sys.modules['aws_lambda_powertools'] = None", NO_MODULE.format("aws_lambda_powertools")),
    "no boto3": ("sys.modules['boto3'] = None", NO_MODULE.format("boto3")),
    "no module of ours": ("sys.modules['vended_logs.gateway'] = None", NO_MODULE.format("vended_logs.gateway")),
    "another crhelper": (
        "import types; sys.modules['crhelper'] = types.ModuleType('crhelper')",
        BROKEN.format("ImportError: cannot import name 'CfnResource' from 'crhelper' (unknown location)"),
    ),
    "an exit": (
        "import crhelper; crhelper.__getattr__ = sys.exit; del crhelper.CfnResource",
        BROKEN.format("SystemExit: CfnResource"),
    ),
    "a variable": (
        SPEAKING_OF_A_VARIABLE,
        BROKEN.format("ValueError: bad address: non sense").replace(
            "put the released package in its place", "mend or remove its environment variable HTTP_PROXY"
        ),
    ),
}
"""What breaks the start, and the sentence that tells of it."""


@pytest.mark.parametrize("how", BROKEN_STARTS)
def test_a_start_that_fails_is_answered(answers: Answers, environment: dict[str, str], how: str) -> None:
    """Whatever cannot be imported, a Create is answered FAILED with an id, the cause and the cure."""
    sabotage, reason = BROKEN_STARTS[how]
    done = run(event("Create", answers.url), environment, before=sabotage)

    assert answers.only == {
        "Status": "FAILED",
        "PhysicalResourceId": FAILED_CREATE_ID,
        "StackId": event("Create", "")["StackId"],
        "RequestId": "unique id for this request",
        "LogicalResourceId": "VendedLogsPolicy",
        "Reason": reason,
        "NoEcho": False,
        "Data": {},
    }
    assert done.returncode == 0
    assert "could not start" in done.stderr


@pytest.mark.parametrize("module", BENEATH)
def test_a_module_that_is_no_python_is_answered(
    answers: Answers, environment: dict[str, str], tmp_path: Path, module: str
) -> None:
    """A module of ours that was cut off while it was copied costs the grant, not the answer."""
    source = tmp_path / "source"
    shutil.copytree(SOURCE, source, ignore=shutil.ignore_patterns("__pycache__"))
    with (source / "vended_logs" / module).open("a") as file:
        file.write("\ndef broken(")
    run(event("Update", answers.url), environment, source=source)

    assert (answers.only["Status"], answers.only["PhysicalResourceId"]) == ("FAILED", DEFAULT_POLICY_NAME)
    assert answers.only["Reason"].startswith("The provider function could not start, because of an error in the import")
    assert Path(module).name in answers.only["Reason"]
    assert answers.only["Reason"].endswith(": put the released package in its place, then deploy again.")


@pytest.mark.parametrize(
    ("properties", "physical_id", "status"),
    [
        ({}, DEFAULT_POLICY_NAME, "SUCCESS"),
        ({"OnDelete": "Retain"}, DEFAULT_POLICY_NAME, "SUCCESS"),
        (REVOCABLE, FAILED_CREATE_ID, "SUCCESS"),
        (REVOCABLE, "app-VendedLogsPolicy-1ABCDEF", "SUCCESS"),
        (REVOCABLE, DEFAULT_POLICY_NAME, "FAILED"),
        ({**REVOCABLE, "PolicyName": "mine"}, "mine", "FAILED"),
        ({**REVOCABLE, "PolicyName": "mine"}, DEFAULT_POLICY_NAME, "SUCCESS"),
    ],
)
def test_a_rollback_is_not_held_up_by_a_provider_that_cannot_start(
    answers: Answers, environment: dict[str, str], properties: dict[str, Any], physical_id: str, status: str
) -> None:
    """A Delete that takes nothing back succeeds without the provider; one that should take a grant back does not."""
    sent = event("Delete", answers.url, properties, PhysicalResourceId=physical_id)
    run(sent, environment, before="sys.modules['crhelper'] = None")

    assert (answers.only["Status"], answers.only["PhysicalResourceId"]) == (status, physical_id)
    assert answers.only["Reason"].endswith("then delete again." if status == "FAILED" else "")


def test_the_guard_raises_when_the_provider_cannot_start(environment: dict[str, str]) -> None:
    """Nobody waits for the guard's answer, so the failure shows among the function's errors."""
    sent = {"source": "vended-logs-policy.guard", "ResourceProperties": {}}
    done = run(sent, environment, before="sys.modules['crhelper'] = None")

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "vended_logs.stand_in.CannotStart: The provider function could not start, because its package has no module"
        " crhelper: build it with sam build, which puts in all that it needs, then try again."
    )


def test_a_provider_that_cannot_start_answers_nobody_but_over_https(
    answers: Answers, environment: dict[str, str]
) -> None:
    """The rule on whom to answer holds for the stand-in too."""
    done = run(
        event("Create", answers.url.replace("https", "http")), environment, before="sys.modules['crhelper'] = None"
    )

    assert (answers.bodies, done.returncode) == ([], 0)
    assert "not HTTPS" in done.stderr


@pytest.mark.parametrize("name", STANDING)
def test_what_stands_in_is_understood_by_older_pythons(name: str) -> None:
    """On a runtime too old for the provider, what says so parses, and no annotation of today is evaluated there."""
    parsed = ast.parse((SOURCE / "vended_logs" / f"{name}.py").read_text(encoding="utf-8"), feature_version=(3, 8))
    annotations = [
        annotation
        for node in ast.walk(parsed)
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None))
    ]
    of_today = [one for one in annotations if isinstance(one, ast.BinOp | ast.Subscript)]
    futures = [alias.name for node in parsed.body if isinstance(node, ast.ImportFrom) for alias in node.names]

    assert not of_today or "annotations" in futures


def test_both_rules_on_deleting_speak_of_the_same_policy() -> None:
    """The policy that a Delete without a PolicyName means is the one that a Create without it means."""
    assert DEFAULT_POLICY_NAME == request.DEFAULT_POLICY_NAME
