"""A stack that failed: what its events tell, whatever state it is in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.tools.examining.answers import Answers, Refusal
from tests.tools.examining.stacks import (
    FULL,
    MACHINE,
    SHARED,
    STACK,
    delivery,
    event,
    machine_failed,
    own,
    policies,
    policy,
    simulated,
    stack_answers,
    stack_id,
    template,
)
from vended_logs_tools.diagnosis.examination import Examination
from vended_logs_tools.doctor import exit_code

_Json = dict[str, Any]


def causes(found: Examination) -> list[str]:
    """Return the names of what was found."""
    assert found.error is None
    return [one.cause for one in found.findings]


def examined(answers: Answers, name: str = "shop") -> Examination:
    """Return what the doctor finds about a stack."""
    found: Examination = answers.examined("stack", name)
    return found


def rolled_back(*failed: _Json) -> list[_Json]:
    """Return the events of a creation that failed and was rolled back."""
    return [own("shop", "CREATE_IN_PROGRESS", 0), *failed, own("shop", "ROLLBACK_IN_PROGRESS", 50)]


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


def test_a_nested_stack_that_is_gone_is_known_by_its_arn() -> None:
    """A child whose creation failed is deleted, and its template is read all the same."""
    made = event("child", "Role", "AWS::IAM::Role", "CREATE_COMPLETE", 12, physical_id="orders")
    child = [
        own("child", "CREATE_IN_PROGRESS", 10),
        made,
        machine_failed("child", 15),
        own("child", "ROLLBACK_IN_PROGRESS", 16),
        own("child", "DELETE_IN_PROGRESS", 20),
        own("child", "DELETE_COMPLETE", 30),
    ]
    embedded = event("shop", "Child", STACK, "CREATE_FAILED", 18, physical_id=stack_id("child"), reason="Embedded")
    asked = stack_answers(
        {"shop": rolled_back(embedded), "child": child}, GetTemplate={"TemplateBody": template(allows=False)}
    )
    found = examined(asked)

    assert causes(found) == ["role-actions"]
    assert found.findings[0].subject == "state machine Orders of stack child"
    assert ("GetTemplate", {"StackName": stack_id("child"), "TemplateStage": "Original"}) in asked.asked


def test_a_stack_that_is_gone_is_known_by_its_arn() -> None:
    """Its last operation but the deletion is what is asked about."""
    events = [*rolled_back(machine_failed("shop", 5)), own("shop", "DELETE_IN_PROGRESS", 60)]
    answers = {"shop": [*events, own("shop", "DELETE_COMPLETE", 70)]}
    asked = stack_answers(answers, DescribeResourcePolicies=policies(FULL))

    assert causes(examined(asked, stack_id("shop"))) == ["policy-full"]
    assert asked.examined("stack", "shop").error.startswith("there is no stack shop")


def test_a_nested_stack_that_may_not_be_read_is_told() -> None:
    """The rest goes on."""
    embedded = event("shop", "Child", STACK, "CREATE_FAILED", 18, physical_id=stack_id("child"), reason="Embedded")
    found = examined(stack_answers({"shop": rolled_back(embedded)}))

    assert causes(found) == ["other-failure"]
    assert [one.matters for one in found.unread] == ["what the nested stack failed at"]


def test_what_the_rollback_took_back_is_no_cause() -> None:
    """The update added the actions to the role; now they are gone again, and the policy is what is full."""
    changed = event("shop", "Role", "AWS::IAM::Role", "UPDATE_COMPLETE", 2, physical_id="orders")
    events = [
        own("shop", "UPDATE_IN_PROGRESS", 0),
        changed,
        machine_failed("shop", 5, "UPDATE_FAILED"),
        own("shop", "UPDATE_ROLLBACK_IN_PROGRESS", 6),
        own("shop", "UPDATE_ROLLBACK_COMPLETE", 9),
    ]
    found = examined(
        stack_answers(
            {"shop": events},
            DescribeResourcePolicies=policies(FULL),
            SimulatePrincipalPolicy=lambda arguments: simulated(arguments, "implicitDeny"),
        )
    )

    assert causes(found) == ["policy-full"]


def test_what_stays_after_a_failure_is_looked_at_as_it_is() -> None:
    """Without a rollback the role is as the operation left it."""
    made = event("shop", "Role", "AWS::IAM::Role", "CREATE_COMPLETE", 2, physical_id="orders")
    events = [own("shop", "CREATE_IN_PROGRESS", 0), made, machine_failed("shop", 5), own("shop", "CREATE_FAILED", 9)]
    found = examined(
        stack_answers({"shop": events}, SimulatePrincipalPolicy=lambda arguments: simulated(arguments, "implicitDeny"))
    )

    assert causes(found) == ["role-actions"]


def test_each_failure_is_judged_by_the_template_of_its_own_stack() -> None:
    """Two nested stacks may have a machine of the same name, and one template be right."""
    children = {
        name: [
            own(name, "CREATE_IN_PROGRESS", 10),
            event(name, "Role", "AWS::IAM::Role", "CREATE_COMPLETE", 12, physical_id="orders"),
            machine_failed(name, 15),
        ]
        for name in ("one", "two")
    }
    embedded = [
        event("shop", name, STACK, "CREATE_FAILED", 18, physical_id=stack_id(name), reason="Embedded")
        for name in children
    ]
    found = examined(
        stack_answers(
            {"shop": rolled_back(*embedded), **children},
            GetTemplate=lambda arguments: {"TemplateBody": template(allows="/two/" in arguments["StackName"])},
        )
    )

    assert [(one.cause, one.subject) for one in found.findings] == [
        ("role-actions", "state machine Orders of stack one"),
        ("unexplained", "state machine Orders of stack two"),
    ]


def test_only_the_last_operation_counts() -> None:
    """A deletion that failed is not the update of last month."""
    events = [
        own("shop", "UPDATE_IN_PROGRESS", 0),
        machine_failed("shop", 5, "UPDATE_FAILED"),
        own("shop", "UPDATE_ROLLBACK_COMPLETE", 9),
        own("shop", "DELETE_IN_PROGRESS", 100),
        event("shop", "Bucket", "AWS::S3::Bucket", "DELETE_FAILED", 101, reason="The bucket is not empty."),
        own("shop", "DELETE_FAILED", 102),
    ]

    assert causes(examined(stack_answers({"shop": events}))) == ["other-failure"]


def test_a_nested_stack_s_earlier_operation_does_not_count() -> None:
    """The update was refused before the child began; its own reason is what there is to tell."""
    child = [own("child", "CREATE_IN_PROGRESS", 0), machine_failed("child", 5), own("child", "CREATE_FAILED", 9)]
    refused = event(
        "shop", "Child", STACK, "UPDATE_FAILED", 101, physical_id=stack_id("child"), reason="Template format error"
    )
    events = [own("shop", "UPDATE_IN_PROGRESS", 100), refused, own("shop", "UPDATE_ROLLBACK_COMPLETE", 109)]
    found = examined(stack_answers({"shop": events, "child": child}))

    assert causes(found) == ["other-failure"]
    assert "Template format error" in found.findings[0].message


def test_a_cause_that_only_the_order_explains() -> None:
    """All is well now, and the template lets the machine start too early."""
    answers = stack_answers({"shop": rolled_back(machine_failed("shop", 5))})
    answers.by_operation["GetTemplate"] = {"TemplateBody": template(waits=False)}

    assert causes(examined(answers)) == ["template-order"]


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
    """Both are told."""
    arns = [f"arn:aws:states:us-west-2:123456789012:stateMachine:{name}" for name in ("gone", "orders")]
    listed = [{"PhysicalResourceId": arn, "ResourceType": MACHINE, "ResourceStatus": "CREATE_COMPLETE"} for arn in arns]

    def described(arguments: _Json) -> Any:
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
def test_odd_events_are_no_reason_to_fall(odd: _Json) -> None:
    """Of what is not there nothing is told."""
    found = examined(stack_answers({"shop": rolled_back(odd)}, DescribeResourcePolicies=policies(FULL)))

    assert found.error is None


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


def nearly_full(entries: int) -> _Json:
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
def test_a_refused_machine_without_a_grant_is_cured_by_the_grant(held: list[_Json]) -> None:
    """AWS could have added its log group, and did not; nothing else is wrong."""
    asked = stack_answers({"shop": rolled_back(machine_failed("shop", 5))}, DescribeResourcePolicies=policies(*held))
    asked.by_operation["GetTemplate"] = {"TemplateBody": template(waits=False)}
    found = examined(asked)

    assert causes(found) == ["policy-missing"]
    assert found.findings[0].commands[0] == "vended-logs ensure {place}"
