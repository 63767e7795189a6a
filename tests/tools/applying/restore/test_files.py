"""The files that a restoration takes, and those that it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tools.applying.restore.backups import saved
from tests.tools.applying.terminal import Terminal, delivery, document
from vended_logs.policy.grant import Scope


def described(folder: Path, **policies: str) -> Path:
    """Write what `aws logs describe-resource-policies` prints."""
    path = folder / "described.json"
    listed = [{"policyName": name, "policyDocument": text, "lastUpdatedTime": 1} for name, text in policies.items()]
    path.write_text(json.dumps({"resourcePolicies": listed}), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "elsewhere",
    [
        Scope("aws", "us-west-2", "999999999999"),
        Scope("aws", "eu-west-1", "123456789012"),
        Scope("aws-cn", "us-west-2", "123456789012"),
    ],
)
def test_a_backup_of_elsewhere_is_refused(terminal: Terminal, kept: Path, elsewhere: Scope) -> None:
    """Another account, region or partition: 2, both named, and no call."""
    file = saved(kept, elsewhere, shared=document(delivery("/a")))
    assert terminal.restore(file, yes=True) == 2
    assert elsewhere.account in terminal.complained[0]
    assert elsewhere.region in terminal.complained[0]
    assert terminal.logs.calls == []


def test_the_plain_output_of_the_aws_cli_is_taken(terminal: Terminal, kept: Path) -> None:
    """It does not say where it is from, so it is said where it would go, whether or not anybody is asked."""
    file = described(kept, mine=document(delivery("/a")))
    assert terminal.restore(file, dry_run=True) == 0
    assert terminal.restore(file, yes=True) == 0
    assert terminal.entries("mine") == ["/a:log-stream:*"]
    said = "The file does not say where it is from; this is account 123456789012 in us-west-2."
    assert terminal.prose.count(said) == 2


def test_the_output_of_another_account_is_refused(terminal: Terminal, kept: Path) -> None:
    """If the log groups that it names are all elsewhere, it is not of this account."""
    text = document(delivery("/a")).replace("123456789012", "999999999999")
    assert terminal.restore(described(kept, mine=text), yes=True) == 2
    assert "names log groups of account 999999999999 in us-west-2" in terminal.complained[0]
    assert terminal.logs.calls == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no backup (it is not JSON)"),
        (b"\xff\xfe", "is no backup (it is not JSON)"),
        (b"[" * 100_000, "is no backup (it is not JSON)"),
        (b"[]", "is no backup (it has no resourcePolicies)"),
        (b'{"resourcePolicies": 1}', "is no backup (it has no resourcePolicies)"),
        (b'{"resourcePolicies": [1]}', "holds a policy without policyName or policyDocument"),
        (b'{"resourcePolicies": [{"policyName": "x"}]}', "holds a policy without policyName or policyDocument"),
        (b'{"resourcePolicies": [{"policyName": "", "policyDocument": "{}"}]}', "holds a policy without policyName"),
        (
            b'{"resourcePolicies": [{"policyName": "x", "policyDocument": "{}"}]}',
            "the policy 'x' cannot be read in full",
        ),
        (b'{"format": "vended-logs-backup", "version": 2, "resourcePolicies": []}', "of another format or version"),
        (b'{"format": "other", "version": 1, "resourcePolicies": []}', "of another format or version"),
        (b'{"format": "vended-logs-backup", "version": 1, "resourcePolicies": []}', "does not say of which account"),
    ],
)
def test_what_is_no_backup_is_one_sentence(terminal: Terminal, kept: Path, content: bytes, said: str) -> None:
    """The exit code is 2, one line says why, and nothing is called."""
    file = kept / "x.json"
    file.write_bytes(content)
    assert terminal.restore(file) == 2
    [line] = terminal.complained
    assert line.startswith(f"vended-logs: {file}")
    assert said in line
    assert terminal.logs.calls == []


def test_a_missing_file_is_one_sentence(terminal: Terminal, kept: Path) -> None:
    """The exit code is 2, and the line has what the system says."""
    assert terminal.restore(kept / "missing.json") == 2
    assert "cannot be read (No such file or directory)" in terminal.complained[0]


def test_a_policy_twice_in_a_file_is_refused(terminal: Terminal, kept: Path) -> None:
    """Which of the two is meant cannot be known."""
    one = {"policyName": "x", "policyDocument": document(delivery("/a"))}
    file = kept / "x.json"
    file.write_text(json.dumps({"resourcePolicies": [one, one]}), encoding="utf-8")
    assert terminal.restore(file) == 2
    assert "holds the policy 'x' twice" in terminal.complained[0]


def test_the_policy_of_a_log_group_is_left_out_and_named(terminal: Terminal, kept: Path) -> None:
    """It is no account-level policy, though the same call lists it."""
    own = {"policyName": "own", "policyDocument": document(delivery("/g")), "policyScope": "RESOURCE"}
    account = {"policyName": "x", "policyDocument": document(delivery("/a")), "policyScope": "ACCOUNT"}
    file = kept / "x.json"
    file.write_text(json.dumps({"resourcePolicies": [own, account]}), encoding="utf-8")
    assert terminal.restore(file) == 0
    assert list(terminal.logs.policies) == ["x"]
    assert "own: the policy of one log group, and no account-level policy: left out" in terminal.prose
