"""Stacks that are gone, rolled back or nested: which operation is asked about, and which template."""

from __future__ import annotations

from tests.tools.examining.failed_stack import causes, examined, rolled_back
from tests.tools.examining.stacks import (
    FULL,
    STACK,
    event,
    machine_failed,
    own,
    policies,
    simulated,
    stack_answers,
    stack_id,
    template,
)


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
