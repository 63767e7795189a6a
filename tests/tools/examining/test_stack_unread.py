"""What of a stack may not be read, is not there any more, or is odd."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.examining.answers import Refusal
from tests.tools.examining.failed_stack import Json, causes, examined, rolled_back
from tests.tools.examining.stacks import FULL, MACHINE, machine_failed, own, policies, stack_answers, stack_id
from vended_logs_tools.doctor import exit_code


@pytest.mark.parametrize("operation", ["GetTemplate", "ListStackResources", "DescribeLogGroups", "GetRole"])
def test_what_may_not_be_read_takes_nothing_from_the_rest(operation: str) -> None:
    """The full policy is found all the same; what is missing is told where it matters."""
    found = examined(
        stack_answers(
            {"shop": rolled_back(machine_failed("shop", 5))},
            DescribeResourcePolicies=policies(FULL),
            **{operation: Refusal("AccessDenied", "no")},
        )
    )

    assert causes(found) == ["policy-full"]
    assert exit_code([found]) == 1


def test_the_policies_that_may_not_be_read_are_told() -> None:
    """Then nobody can be called healthy."""
    found = examined(
        stack_answers(
            {"shop": rolled_back(machine_failed("shop", 5))}, DescribeResourcePolicies=Refusal("AccessDenied", "no")
        )
    )

    assert "policy-full" not in causes(found)
    assert any(one.call.operation == "DescribeResourcePolicies" for one in found.unread)


def test_a_machine_that_somebody_deleted_does_not_hide_the_others() -> None:
    """The deleted one is told, and so are they."""
    arns = [f"arn:aws:states:us-west-2:123456789012:stateMachine:{name}" for name in ("gone", "orders")]
    listed = [{"PhysicalResourceId": arn, "ResourceType": MACHINE, "ResourceStatus": "CREATE_COMPLETE"} for arn in arns]

    def described(arguments: Json) -> Any:
        if arguments["stateMachineArn"].endswith(":gone"):
            return Refusal("StateMachineDoesNotExist", "no")
        return {"name": "orders", "type": "STANDARD", "roleArn": "arn:aws:iam::123456789012:role/orders"}

    found = examined(
        stack_answers(
            {"shop": [own("shop", "CREATE_IN_PROGRESS", 0), own("shop", "CREATE_COMPLETE", 9)]},
            ListStackResources={"StackResourceSummaries": listed},
            DescribeStateMachine=described,
            ListStateMachines={"stateMachines": []},
        )
    )

    assert causes(found) == ["machine-missing", "logging-off"]


@pytest.mark.parametrize(
    "odd",
    [
        {"StackId": stack_id("shop")},
        {**machine_failed("shop", 5), "ResourceProperties": "{"},
        {**machine_failed("shop", 5), "ResourceProperties": '{"RoleArn": 1, "LoggingConfiguration": "on"}'},
        {**machine_failed("shop", 5), "ResourceProperties": "[]"},
    ],
)
def test_odd_events_are_no_reason_to_fall(odd: Json) -> None:
    """Of what is not there nothing is told."""
    found = examined(stack_answers({"shop": rolled_back(odd)}, DescribeResourcePolicies=policies(FULL)))

    assert found.error is None
