"""The function is pinned to what it needs: its properties, its role, its grant's conditions, its parts' digests."""

import re
import subprocess
import sys
from typing import Final

import pytest

from tests.lint.project import ROOT, Json
from vended_logs import properties
from vended_logs.policy.grant import Scope

SOURCES: Final = ("src/lambda", "src/tools")

NEEDED: Final = {
    "Architectures": ["arm64"],
    "BuildMethod": "makefile",
    "CodeUri": "src/lambda",
    "EventInvokeConfig": {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60},
    "Handler": "vended_logs.handler.handler",
    "LoggingConfig": {"LogGroup": {"Ref": "ProviderLogGroup"}},
    "MemorySize": 512,
    "Role": {"Fn::GetAtt": ["ProviderRole", "Arn"]},
    "Runtime": "python3.13",
    "Timeout": 300,
}
"""The function whole, but for its description, its variables and the concurrency that it may reserve."""


def test_the_function_has_what_it_needs_and_no_more(template: Json) -> None:
    """No VPC, no layers, no URL, no tracing, no other events: each property is one of those named here."""
    provider = template["Resources"]["Provider"]
    found = {**provider["Properties"], **provider["Metadata"]}
    beside = {"Description", "Environment", "ReservedConcurrentExecutions"}
    assert {name: value for name, value in found.items() if name not in beside} == NEEDED
    assert "Globals" not in template


def test_the_transform_adds_nothing_to_the_function(translated: Json) -> None:
    """Of the one function the transform makes the function and its retries: no role, no permission, no alias."""
    made = {name: one["Type"] for name, one in translated["Resources"].items() if name.startswith("Provider")}
    assert made == {
        "Provider": "AWS::Lambda::Function",
        "ProviderEventInvokeConfig": "AWS::Lambda::EventInvokeConfig",
        "ProviderLogGroup": "AWS::Logs::LogGroup",
        "ProviderRole": "AWS::IAM::Role",
    }
    function = translated["Resources"]["Provider"]["Properties"]
    assert not {"VpcConfig", "Layers", "TracingConfig", "FileSystemConfigs", "DeadLetterConfig"} & function.keys()


def test_the_function_s_variables_hold_no_secret(template: Json) -> None:
    """The variables are the provider's bounds and what names and levels its log."""
    variables = template["Resources"]["Provider"]["Properties"]["Environment"]["Variables"]
    assert variables == {
        "ALLOWED_PRINCIPALS": {"Ref": "AllowedPrincipals"},
        "ALLOWED_LOG_GROUP_PATTERNS": {"Ref": "AllowedLogGroupPatterns"},
        "ALLOWED_POLICY_NAMES": {"Ref": "AllowedPolicyNames"},
        "POWERTOOLS_SERVICE_NAME": "vended-logs-policy",
        "POWERTOOLS_METRICS_NAMESPACE": "VendedLogsPolicy",
        "POWERTOOLS_LOG_LEVEL": {"Ref": "LogLevel"},
    }


def test_concurrency_is_reserved_only_if_asked_for(template: Json, translated: Json) -> None:
    """Off unless a number is given, and the least of them serves what waits before an event is too old."""
    parameter = template["Parameters"]["ReservedConcurrency"]
    function = translated["Resources"]["Provider"]["Properties"]
    assert parameter["Default"] == "off"
    assert function["ReservedConcurrentExecutions"] == {
        "Fn::If": ["ReservesConcurrency", {"Ref": "ReservedConcurrency"}, {"Ref": "AWS::NoValue"}]
    }
    taken = [text for text in map(str, range(-1, 2000)) if re.fullmatch(parameter["AllowedPattern"], text)]
    assert taken == [str(number) for number in range(5, 101)]


def test_the_role_is_lambda_s_alone_and_has_inline_policies_only(template: Json) -> None:
    """Nobody but Lambda takes the role on, no managed policy widens it, and its two policies hold six actions."""
    role = template["Resources"]["ProviderRole"]["Properties"]
    assert role.keys() == {"AssumeRolePolicyDocument", "Policies"}
    assert role["AssumeRolePolicyDocument"]["Statement"] == [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ]
    actions = [action for one in role["Policies"] for action in one["PolicyDocument"]["Statement"][0]["Action"]]
    assert len(actions) == 6
    assert not [action for action in actions if "*" in action]
    assert {one["Type"] for one in template["Resources"].values() if "Policy" in one["Type"]} == {
        "AWS::IAM::ManagedPolicy"
    }


def test_the_grant_is_held_to_the_account_by_default(template: Json) -> None:
    """Neither the template nor the function grants without the conditions that AWS itself writes, unless told to."""
    request = properties.parse({}, Scope("aws", "us-west-2", "123456789012"))
    assert template["Parameters"]["SourceConditions"]["Default"] == "Account"
    assert [grant.statement().to_dict()["Condition"] for grant in request.grants] == [
        {
            "ArnLike": {"aws:SourceArn": "arn:aws:logs:us-west-2:123456789012:*"},
            "StringEquals": {"aws:SourceAccount": "123456789012"},
        }
    ]


def test_what_is_zipped_is_pinned_by_digest() -> None:
    """Each requirement of the function names one version and a SHA-256, and nothing else is in the file."""
    text = (ROOT / "src" / "lambda" / "requirements.txt").read_text(encoding="utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert [
        line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[\w.]+( +--hash=sha256:[0-9a-f]{64})+", line)
    ] == []
    assert len(lines) == 4


@pytest.mark.parametrize("option", ["--require-hashes", "--no-deps", "--only-binary=:all:"])
def test_the_build_takes_nothing_that_is_not_pinned(option: str) -> None:
    """The function's own Makefile installs with digests demanded, nothing beside the list, and runs no setup script."""
    makefile = (ROOT / "src" / "lambda" / "Makefile").read_text(encoding="utf-8").replace("\\\n", "")
    [install] = [line for line in makefile.splitlines() if "pip install" in line]
    assert option in install.split()
    assert "--requirement requirements.txt" in install


def test_bandit_finds_nothing() -> None:
    """The code of the function and of the tools is clean, and each exception says why beside it."""
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "bandit", "--quiet", "--recursive", *SOURCES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    for path in (path for source in SOURCES for path in (ROOT / source).rglob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        excepted = [number for number, line in enumerate(lines) if "nosec" in line]
        assert [lines[number] for number in excepted if not re.search(r"# nosec B\d+$", lines[number])] == []
        assert [lines[number] for number in excepted if not lines[number - 1].lstrip().startswith("# ")] == []
