"""A stack that failed: why, by its events and by what stands now."""

from __future__ import annotations

import json

import pytest

from tests.tools.examining.failed_stack import Json, causes, examined, rolled_back
from tests.tools.examining.stacks import (
    FULL,
    SHARED,
    delivery,
    event,
    machine_failed,
    policies,
    policy,
    stack_answers,
    template,
)
from vended_logs_tools.doctor import exit_code


def test_a_full_policy_is_why() -> None:
    """The policy as it is now, for the log group that the machine was to have."""
    found = examined(
        stack_answers({"shop": rolled_back(machine_failed("shop", 5))}, DescribeResourcePolicies=policies(FULL))
    )

    assert causes(found) == ["policy-full"]
    assert found.findings[0].subject == "state machine Orders"


def test_our_own_resource_of_the_long_type_says_why_itself() -> None:
    """By its mark in the template, which is read though no state machine failed."""
    kind = "AWS::CloudFormation::CustomResource"
    failed = event("shop", "Grant", kind, "CREATE_FAILED", 5, reason="The policy is full: make room.")
    marked = {"Resources": {"Grant": {"Type": kind, "Metadata": {"VendedLogsPolicy": "resource"}, "Properties": {}}}}
    found = examined(stack_answers({"shop": rolled_back(failed)}, GetTemplate={"TemplateBody": json.dumps(marked)}))

    assert causes(found) == ["grant-refused"]
    assert exit_code([found]) == 1


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (
            "AWS::ApiGatewayV2::Stage",
            "Cannot enable logging. Policy document length breaking Cloudwatch Logs Constraints, either < 1 or > 5120",
        ),
        ("AWS::WAFv2::LoggingConfiguration", "WAFLogDestinationPermissionIssueException: Unable to deliver"),
    ],
)
def test_logging_of_other_services_is_looked_at_too(kind: str, reason: str) -> None:
    """They fail for the same full policy, with words of their own."""
    failed = event("shop", "Api", kind, "CREATE_FAILED", 5, reason=reason)
    found = examined(stack_answers({"shop": rolled_back(failed)}, DescribeResourcePolicies=policies(FULL)))

    assert causes(found) == ["policy-full"]


def test_the_log_group_of_another_service_is_found_in_its_properties() -> None:
    """Whatever the property is called."""
    arn = "arn:aws:logs:us-west-2:123456789012:log-group:/my/api"
    properties = {"AccessLogSettings": {"DestinationArn": arn}}
    reason = "Cannot enable logging."
    failed = event("shop", "Api", "AWS::ApiGatewayV2::Stage", "CREATE_FAILED", 5, reason=reason, properties=properties)
    found = examined(
        stack_answers(
            {"shop": rolled_back(failed)},
            DescribeResourcePolicies=policies(FULL),
            DescribeLogGroups={"logGroups": [{"logGroupName": "/my/api"}]},
        )
    )

    assert causes(found) == ["policy-full"]
    assert "/my/api" in found.findings[0].message
    assert found.findings[0].commands == ("vended-logs ensure --prune-stale {place}",)


def test_a_role_that_may_not_be_assumed_is_named_by_the_words_alone() -> None:
    """It is gone with the stack."""
    reason = "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume"
    failed = machine_failed("shop", 5, reason=f"{reason} the provided role.")
    made = event("shop", "Role", "AWS::IAM::Role", "CREATE_COMPLETE", 2, physical_id="orders")
    found = examined(stack_answers({"shop": rolled_back(made, failed)}))

    assert causes(found) == ["role-trust"]


def test_a_cause_that_only_the_order_explains() -> None:
    """All is well now, and the template lets the machine start too early."""
    answers = stack_answers({"shop": rolled_back(machine_failed("shop", 5))})
    answers.by_operation["GetTemplate"] = {"TemplateBody": template(waits=False)}

    assert causes(examined(answers)) == ["template-order"]


def test_the_policy_of_the_log_group_s_own_is_asked_for() -> None:
    """A full account policy is no fault where the log group has its own."""
    own_policy = {**policy("own", delivery("/aws/vendedlogs/states/orders:*")), "policyScope": "RESOURCE"}
    found = examined(
        stack_answers(
            {"shop": rolled_back(machine_failed("shop", 5))},
            DescribeResourcePolicies=lambda arguments: {
                "resourcePolicies": [own_policy] if "resourceArn" in arguments else [FULL]
            },
        )
    )

    assert causes(found) == ["unexplained"]
    assert SHARED not in found.findings[0].message


SIZE_EXCEEDED = (
    "Invalid Logging Configuration: The CloudWatch Logs Resource Policy size was exceeded. We suggest prefixing your"
    " CloudWatch log group name with /aws/vendedlogs/states/."
)


def nearly_full(entries: int) -> Json:
    """Return the shared policy with so many entries."""
    return policy(
        SHARED, delivery(*(f"/aws/vendedlogs/states/service-{number:03}:log-stream:*" for number in range(entries)))
    )


@pytest.mark.parametrize("entries", [10, 40, 47])
def test_aws_s_own_word_on_the_size_is_the_last(entries: int) -> None:
    """How it counts is not documented: what it has refused for its size is full."""
    failed = machine_failed("shop", 5, reason=SIZE_EXCEEDED)
    asked = stack_answers({"shop": rolled_back(failed)}, DescribeResourcePolicies=policies(nearly_full(entries)))
    found = examined(asked)

    assert causes(found) == ["policy-full"]
    assert found.findings[0].commands[0] == "vended-logs ensure {place}"


def test_a_policy_with_room_for_hardly_an_entry_is_full() -> None:
    """As the look at the account has it."""
    held = next(one for one in map(nearly_full, range(60)) if len(one["policyDocument"]) > 5120 - 110)
    assert len(held["policyDocument"]) + 91 < 5120  # what the entry of this machine takes
    asked = stack_answers({"shop": rolled_back(machine_failed("shop", 5))}, DescribeResourcePolicies=policies(held))

    assert causes(examined(asked)) == ["policy-full"]


@pytest.mark.parametrize("held", [[], [nearly_full(10)]])
def test_a_refused_machine_without_a_grant_is_cured_by_the_grant(held: list[Json]) -> None:
    """AWS could have added its log group, and did not; nothing else is wrong."""
    asked = stack_answers({"shop": rolled_back(machine_failed("shop", 5))}, DescribeResourcePolicies=policies(*held))
    asked.by_operation["GetTemplate"] = {"TemplateBody": template(waits=False)}
    found = examined(asked)

    assert causes(found) == ["policy-missing"]
    assert found.findings[0].commands[0] == "vended-logs ensure {place}"
