"""The statement that a key's policy lacks, in each partition, and the commands that put it."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from tests.tools.diagnosis.key_policies import CALL, CONTEXT, GROUP, KEY, MACHINE, diagnosed, using
from vended_logs.policy.grant import Scope
from vended_logs_tools.account.keys import KeyPolicy
from vended_logs_tools.diagnosis.finding import Diagnosis, Weight
from vended_logs_tools.diagnosis.key import Use, diagnose_policy, of_log_group, of_state_machine


@pytest.mark.parametrize(
    ("partition", "region", "name"),
    [
        ("aws", "eu-west-1", "logs.eu-west-1.amazonaws.com"),
        ("aws-us-gov", "us-gov-west-1", "logs.us-gov-west-1.amazonaws.com"),
        ("aws-cn", "cn-north-1", "logs.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_cure_in_each_partition(partition: str, region: str, name: str) -> None:
    """The statement names CloudWatch Logs as the partition does, log delivery by its one name, and ARNs of its own."""
    scope = Scope(partition, region, "123456789012")
    ours = f"arn:{partition}:logs:{region}:123456789012"
    [group], [machine] = (diagnosed(use) for use in (of_log_group("/aws/vendedlogs/a", scope), of_state_machine(scope)))
    for_group, for_machine = (put(one)["Statement"][-1] for one in (group, machine))

    assert for_group["Principal"] == {"Service": name}
    assert for_group["Condition"] == {"ArnEquals": {CONTEXT: f"{ours}:log-group:/aws/vendedlogs/a"}}
    assert for_machine["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
    assert for_machine["Condition"] == {"StringLike": {"kms:EncryptionContext:SourceArn": f"{ours}:*"}}
    assert diagnosed(of_log_group("/aws/vendedlogs/a", scope), for_group) == []
    assert diagnosed(of_state_machine(scope), for_machine) == []


@pytest.mark.parametrize("suffix", ["", ".cn"])
def test_both_names_are_taken_in_china(suffix: str) -> None:
    """Whichever of its names a policy in China gives a service, it is no finding; elsewhere China's name is nobody."""
    china = Scope("aws-cn", "cn-north-1", "123456789012")
    logs, delivery = f"logs.cn-north-1.amazonaws.com{suffix}", f"delivery.logs.amazonaws.com{suffix}"

    assert diagnosed(of_log_group("/aws/vendedlogs/a", china), using(logs)) == []
    assert diagnosed(of_state_machine(china), using(delivery)) == []
    assert diagnosed(GROUP, using("logs.eu-west-1.amazonaws.com.cn"))[0].weight == Weight.FAULT


def test_a_partition_whose_names_are_not_known() -> None:
    """In other partitions a name of CloudWatch Logs under another suffix may be right: a note, no fault."""
    scope = Scope("aws-iso", "us-iso-east-1", "123456789012")
    [found] = diagnosed(of_log_group("/aws/vendedlogs/a", scope), using("logs.us-iso-east-1.c2s.ic.gov"))

    assert found.weight == Weight.NOTE


def put(found: Diagnosis) -> dict[str, Any]:
    """Return the policy that the one command of a cure puts."""
    [command] = found.commands
    words = shlex.split(command)
    assert words[:3] == ["aws", "kms", "put-key-policy"]
    whole: dict[str, Any] = json.loads(words[words.index("--policy") + 1])
    return whole


@pytest.mark.parametrize("use", [GROUP, MACHINE], ids=["log group", "machine"])
def test_cure(use: Use) -> None:
    """The policy of the cure holds every statement that was there, and cures."""
    there = [using("lambda.amazonaws.com", Sid="Lambda"), using("s3.amazonaws.com", "kms:Decrypt")]
    [found] = diagnosed(use, *there)
    *kept, added = put(found)["Statement"]

    assert kept == there
    assert "Sid" not in added
    assert diagnosed(use, *there, added) == []


def test_cure_of_a_policy_with_one_statement() -> None:
    """What else a policy holds is kept too: its Id, its Version or that it has none, a statement without its list."""
    text = json.dumps({"Id": "mine", "Statement": using("s3.amazonaws.com")})
    [found] = diagnose_policy(KEY, KeyPolicy(text, CALL), GROUP, "billing")
    written = put(found)

    assert (set(written), written["Id"]) == ({"Id", "Statement"}, "mine")
    assert written["Statement"][0] == using("s3.amazonaws.com")


@pytest.mark.parametrize("allowing", [[using()], []], ids=["allowed too", "denied alone"])
def test_a_denial_is_left_to_people(allowing: list[dict[str, Any]]) -> None:
    """A Deny in the way is named, and the command only shows it: no statement beside it cures."""
    [found] = diagnosed(GROUP, *allowing, using(Effect="Deny", Sid="NoLogs"))

    assert found.commands == (f"aws kms get-key-policy --key-id {KEY} --policy-name default {{place}}",)
    assert "Deny NoLogs" in found.evidence[0].shows
    assert "by hand" in found.cure


def test_a_denial_under_a_condition_is_left_to_people() -> None:
    """So is one that may be in the way."""
    [found] = diagnosed(GROUP, using(), using(Effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}}))

    assert [one.split()[2] for one in found.commands] == ["get-key-policy"]


def test_a_policy_too_long_for_a_command_line() -> None:
    """It goes through a file, with a step of its own for the edit, which names the statement."""
    people = [f"arn:aws:iam::123456789012:role/people/{number:05}" for number in range(600)]
    [found] = diagnosed(GROUP, {"Effect": "Allow", "Principal": {"AWS": people}, "Action": "kms:*", "Resource": "*"})
    read, edit, write = found.commands

    assert read.endswith("> key-policy.json")
    assert edit.startswith("${EDITOR:-vi} key-policy.json # edit: ")
    assert diagnosed(GROUP, json.loads(shlex.split(edit)[-1])) == []
    assert "file://key-policy.json" in write
