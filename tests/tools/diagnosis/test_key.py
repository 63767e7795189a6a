"""What a key's state and policy mean for those who need it."""

from __future__ import annotations

import json
import shlex
from typing import Any, Final

import pytest

from vended_logs.policy.grant import Scope
from vended_logs_tools.account.calls import Absent, Call
from vended_logs_tools.account.keys import Key, KeyPolicy
from vended_logs_tools.diagnosis.finding import Diagnosis, Weight
from vended_logs_tools.diagnosis.key import (
    Use,
    diagnose_absent,
    diagnose_policy,
    diagnose_state,
    of_log_group,
    of_state_machine,
)

SCOPE: Final = Scope("aws", "eu-west-1", "123456789012")
GROUP: Final = of_log_group("/aws/vendedlogs/states/billing", SCOPE)
MACHINE: Final = of_state_machine(SCOPE)
KEY: Final = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
CALL: Final = Call("kms", "GetKeyPolicy", (("key-id", KEY), ("policy-name", "default")))
CONTEXT: Final = "kms:EncryptionContext:aws:logs:arn"
LOGS: Final = "arn:aws:logs:eu-west-1:123456789012"


def using(service: str = "logs.eu-west-1.amazonaws.com", action: str = "kms:*", **more: Any) -> dict[str, Any]:
    """Return a statement of a key policy."""
    return {"Effect": "Allow", "Principal": {"Service": service}, "Action": action, "Resource": "*", **more}


def without(statement: dict[str, Any], name: str, **more: Any) -> dict[str, Any]:
    """Return a statement with other elements in the place of one."""
    return {**{key: value for key, value in statement.items() if key != name}, **more}


def under(operator: str, key: str, value: str) -> dict[str, Any]:
    """Return a statement for CloudWatch Logs under a condition."""
    return using(Condition={operator: {key: value}})


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


def diagnosed(use: Use, *statements: dict[str, Any]) -> list[Diagnosis]:
    """Return what is found of a key policy."""
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return diagnose_policy(KEY, KeyPolicy(text, CALL), use, "billing")


@pytest.mark.parametrize(
    "statement",
    [
        using(),
        using(Resource=KEY),
        under("ArnEquals", CONTEXT, f"{LOGS}:log-group:/aws/vendedlogs/states/billing"),
        under("ArnLike", CONTEXT, f"{LOGS}:*"),
        under("ArnLike", CONTEXT, "arn:aws:logs:*:123456789012:log-group:/aws/vendedlogs/*"),
        under("StringLike", CONTEXT, f"{LOGS}:log-group:/aws/vendedlogs/*"),
        under("StringEquals", "aws:SourceAccount", "123456789012"),
        without(using(), "Action", NotAction="kms:ScheduleKeyDeletion"),
    ],
)
def test_logs_may_use_it(statement: dict[str, Any]) -> None:
    """A policy that lets CloudWatch Logs use the key for this log group, as AWS's guide has it, is no finding."""
    assert diagnosed(GROUP, statement) == []


@pytest.mark.parametrize(
    "statements",
    [
        [],
        [using("logs.us-east-1.amazonaws.com")],
        [using("delivery.logs.amazonaws.com")],
        [using(Resource=KEY.replace("1111", "9999"))],
        [under("ArnEquals", CONTEXT, f"{LOGS}:log-group:/aws/vendedlogs/states/other")],
        [under("ArnLike", CONTEXT, "arn:aws:logs:eu-west-1:999999999999:*")],
        [under("StringEquals", "aws:SourceAccount", "999999999999")],
        [using(), using(Effect="Deny", action="kms:GenerateDataKey*")],
        [without(using(), "Action", NotAction="kms:Decrypt")],
    ],
    ids=["nobody", "region", "service", "key", "log group", "account", "source account", "denied", "all but one"],
)
def test_logs_may_not_use_it(statements: list[dict[str, Any]]) -> None:
    """A policy that surely keeps CloudWatch Logs from the log group is a fault."""
    [found] = diagnosed(GROUP, *statements)

    assert (found.cause, found.weight) == ("kms-key", Weight.FAULT)


@pytest.mark.parametrize(
    "statements",
    [
        [using("logs.amazonaws.com")],
        [{**using(), "Principal": "*"}],
        [{**using(), "Principal": {"AWS": "*"}}],
        [under("StringEquals", "kms:CallerAccount", "123456789012")],
        [using(), {**using(Effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}}), "Principal": "*"}],
        [using(), without(using(Effect="Deny"), "Principal", NotPrincipal={"AWS": "123456789012"})],
    ],
    ids=[
        "name without a region",
        "everybody",
        "every account",
        "unknown key",
        "denied under a condition",
        "others denied",
    ],
)
def test_logs_may_perhaps_use_it(statements: list[dict[str, Any]]) -> None:
    """What hangs on more than is known is a note, no fault."""
    [found] = diagnosed(GROUP, *statements)

    assert found.weight == Weight.NOTE


def test_everybody_else_is_denied() -> None:
    """A Deny for all but CloudWatch Logs takes nothing from it."""
    others = {"Service": "logs.eu-west-1.amazonaws.com"}

    assert diagnosed(GROUP, using(), without(using(Effect="Deny"), "Principal", NotPrincipal=others)) == []


@pytest.mark.parametrize("action", ["kms:Decrypt", "kms:Decrypt*"])
@pytest.mark.parametrize(
    "condition",
    [
        {},
        {"Condition": {"StringEquals": {"kms:EncryptionContext:SourceArn": f"{LOGS}:*"}}},
        {"Condition": {"StringLike": {"kms:EncryptionContext:SourceArn": f"{LOGS}:*"}}},
        {
            "Condition": {
                "StringEquals": {"aws:SourceAccount": "123456789012"},
                "ArnLike": {"aws:SourceArn": f"{LOGS}:*"},
            }
        },
    ],
)
def test_log_delivery_may_decrypt(action: str, condition: dict[str, Any]) -> None:
    """A policy with which log delivery may decrypt, as AWS's guides and the CDK write it, is no finding."""
    assert diagnosed(MACHINE, using("delivery.logs.amazonaws.com", action, **condition)) == []


def test_log_delivery_may_not_decrypt() -> None:
    """A state machine's key that is for CloudWatch Logs alone keeps log delivery out."""
    [found] = diagnosed(MACHINE, using())

    assert found.weight == Weight.FAULT
    assert "delivery.logs.amazonaws.com" in found.message


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


@pytest.mark.parametrize("state", ["Enabled", "Creating", "Updating"])
def test_usable(state: str) -> None:
    """A key that can be used, or soon can, is no finding."""
    assert diagnose_state(Key(KEY, state, CALL), GROUP, "billing") == []


@pytest.mark.parametrize(
    "state", ["Disabled", "PendingDeletion", "PendingReplicaDeletion", "PendingImport", "Unavailable"]
)
def test_unusable(state: str) -> None:
    """A key in any state in which it cannot be used is a fault, with the state as its evidence."""
    [found] = diagnose_state(Key(KEY, state, CALL), GROUP, "billing")

    assert found.weight == Weight.FAULT
    assert state in found.evidence[0].shows


def test_absent() -> None:
    """For a key that is gone the cure does without it, where that can be: a state machine's is part of it."""
    absent = Absent(CALL, "says that there is no such thing")

    assert "disassociate-kms-key" in diagnose_absent(absent, KEY, GROUP, "billing").commands[0]
    assert diagnose_absent(absent, KEY, MACHINE, "billing").commands == ()
