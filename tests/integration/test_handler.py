"""What CloudFormation's events and the guard's make of CloudWatch Logs."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.answers import Answers
from tests.support.function import Context, Send, event
from vended_logs.handler import handler

NAME = "AWSLogDeliveryWrite20150319"


def policies(logs: Any) -> dict[str, Any]:
    """Return the account's policies by name, parsed."""
    found = logs.describe_resource_policies()["resourcePolicies"]
    return {policy["policyName"]: json.loads(policy["policyDocument"]) for policy in found}


def put(logs: Any, name: str, *statements: dict[str, Any]) -> None:
    """Put a policy of those statements."""
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    logs.put_resource_policy(policyName=name, policyDocument=json.dumps(document))


def foreign(number: int) -> dict[str, Any]:
    """Return a statement of another service."""
    return {
        "Sid": f"Route53{number}",
        "Effect": "Allow",
        "Principal": {"Service": "route53.amazonaws.com"},
        "Action": "logs:PutLogEvents",
        "Resource": f"arn:aws:logs:us-east-1:123456789012:log-group:/aws/route53/{number}:*",
    }


def test_create_makes_the_grant_and_says_what_it_did(send: Send, logs: Any, calls: list[str]) -> None:
    """Create answers the policy's name as the id, and the attributes."""
    told = send("Create")

    assert (told["Status"], told["PhysicalResourceId"], told["Reason"]) == ("SUCCESS", NAME, "")
    assert told["Data"] == {
        "PolicyName": NAME,
        "Outcome": "Created",
        "Settled": "true",
        "PolicySize": "401",
        "PolicySizeLimit": "5120",
        "PolicyCount": "1",
        "EntriesBefore": "0",
        "EntriesAfter": "1",
    }
    assert calls == ["DescribeResourcePolicies", "PutResourcePolicy", "DescribeResourcePolicies"]
    assert policies(logs)[NAME]["Statement"] == [
        {
            "Sid": "VendedLogsPolicy",
            "Effect": "Allow",
            "Principal": {"Service": "delivery.logs.amazonaws.com"},
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": "arn:aws:logs:us-west-2:123456789012:log-group:/aws/vendedlogs/*",
            "Condition": {
                "ArnLike": {"aws:SourceArn": "arn:aws:logs:us-west-2:123456789012:*"},
                "StringEquals": {"aws:SourceAccount": "123456789012"},
            },
        }
    ]


def test_a_second_create_costs_one_call(send: Send, calls: list[str]) -> None:
    """Where the grant stands, nothing is written."""
    send("Create")
    calls.clear()

    assert send("Create")["Data"]["Outcome"] == "AlreadyGranted"
    assert calls == ["DescribeResourcePolicies"]


def test_update_adds_patterns_and_takes_none_away(send: Send, logs: Any) -> None:
    """A pattern that an update leaves out stays granted."""
    send("Create", {"LogGroupPatterns": ["/aws/vendedlogs/*"]})
    told = send("Update", {"LogGroupPatterns": "my-logs-*, another/group"})

    assert (told["Status"], told["Data"]["Outcome"], told["PhysicalResourceId"]) == ("SUCCESS", "Added", NAME)
    assert policies(logs)[NAME]["Statement"][0]["Resource"] == [
        "arn:aws:logs:us-west-2:123456789012:log-group:/aws/vendedlogs/*",
        "arn:aws:logs:us-west-2:123456789012:log-group:another/group:*",
        "arn:aws:logs:us-west-2:123456789012:log-group:my-logs-*",
    ]


def test_delete_with_retain_makes_no_call(send: Send, calls: list[str]) -> None:
    """Retain is the default, and the properties of a Delete are not validated."""
    assert send("Delete", {"WhenFull": "nonsense"})["Status"] == "SUCCESS"
    assert send("Delete", {"OnDelete": "Retain"})["PhysicalResourceId"] == NAME
    assert calls == []


@pytest.mark.parametrize("made_up", ["vended-logs-policy-create-failed", "app-VendedLogsPolicy-1ABCDEF", NAME + "x"])
def test_delete_of_an_id_we_did_not_give_does_nothing(send: Send, calls: list[str], made_up: str) -> None:
    """CloudFormation makes ids up after a failed Create; nothing is removed for them."""
    told = send("Delete", {"OnDelete": "RemoveWhenUnused"}, PhysicalResourceId=made_up)

    assert (told["Status"], told["PhysicalResourceId"], calls) == ("SUCCESS", made_up, [])


def test_remove_when_unused_takes_out_its_own_statement(send: Send, logs: Any) -> None:
    """The policy's other statements stay; with a log group there, so does the grant."""
    put(logs, NAME, foreign(1))
    send("Create", {"OnDelete": "RemoveWhenUnused"})
    assert len(policies(logs)[NAME]["Statement"]) == 2
    logs.create_log_group(logGroupName="/aws/vendedlogs/states/other")
    send("Delete", {"OnDelete": "RemoveWhenUnused"})
    assert len(policies(logs)[NAME]["Statement"]) == 2

    logs.delete_log_group(logGroupName="/aws/vendedlogs/states/other")
    assert send("Delete", {"OnDelete": "RemoveWhenUnused"})["Status"] == "SUCCESS"

    assert [statement["Sid"] for statement in policies(logs)[NAME]["Statement"]] == ["Route531"]


def test_ten_foreign_policies_are_refused_with_the_count(send: Send, logs: Any, calls: list[str]) -> None:
    """An eleventh policy is not tried."""
    for number in range(10):
        put(logs, f"foreign-{number}", foreign(number))
    told = send("Create")

    assert (told["Status"], told["PhysicalResourceId"]) == ("FAILED", "vended-logs-policy-create-failed")
    assert told["Reason"].startswith("10 of 10 policies ")
    assert calls == ["DescribeResourcePolicies"]


def test_the_guard_makes_the_grant_stand_again(logs: Any, calls: list[str]) -> None:
    """An event without RequestType is the guard's: it ensures, answers nobody and returns the attributes."""
    told = handler({"source": "vended-logs-policy.guard", "ResourceProperties": {"SettleSeconds": "0"}}, Context())

    assert told is not None
    assert (told["Outcome"], told["PolicyName"]) == ("Created", NAME)
    assert policies(logs)[NAME]["Statement"]


def test_metrics_tell_the_room_left(send: Send, capsys: pytest.CaptureFixture[str]) -> None:
    """Each run prints its metrics in the embedded format."""
    send("Create")

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert [(line["RoomLeft"], line["PoliciesUsed"], line["Writes"]) for line in lines] == [([5120 - 401], [1], [1])]


@pytest.mark.parametrize("kind", ["create", "update", "delete", "guard"])
def test_the_sample_events_are_handled(logs: Any, answers: Answers, kind: str) -> None:
    """What `sam local invoke` is given succeeds here too."""
    sample = json.loads((Path(__file__).parents[2] / "events" / f"{kind}.json").read_text())
    region = sample.get("StackId", "arn:aws:cloudformation:us-west-2").split(":")[3]
    context = Context(invoked_function_arn=f"arn:aws:lambda:{region}:123456789012:function:provider")
    sample["ResourceProperties"]["SettleSeconds"] = "0"
    told = handler({**sample, "ResponseURL": answers.url} if "RequestType" in sample else sample, context)

    if kind == "guard":
        assert told is not None
        assert told["Outcome"] == "Created"
    else:
        assert (answers.only["Status"], answers.only["PhysicalResourceId"]) == ("SUCCESS", NAME)


@pytest.mark.parametrize("level", ["TRACE", "", "debug"])
def test_an_unknown_log_level_does_not_keep_the_function_from_starting(level: str) -> None:
    """A level that nobody knows becomes INFO; failing at the import would leave CloudFormation without an answer."""
    root = Path(__file__).parents[2] / "src" / "lambda"
    code = "from vended_logs.provider import logger; print(logger.log_level)"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(root), "POWERTOOLS_LOG_LEVEL": level}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)  # noqa: S603  our own interpreter and code

    assert int(done.stdout) == (logging.DEBUG if level == "debug" else logging.INFO)


def test_a_sparse_context_is_enough(logs: Any, answers: Answers) -> None:
    """Only the time left and the function's ARN are needed: nothing else may stand between an event and its answer."""

    class Sparse:
        invoked_function_arn = Context().invoked_function_arn

        def get_remaining_time_in_millis(self) -> int:
            return 60_000

    handler(event("Create", answers.url), Sparse())

    assert answers.only["Status"] == "SUCCESS"
