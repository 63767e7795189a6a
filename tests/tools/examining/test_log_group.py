"""A log group: what is sure is a fault, what is not is told as what it is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.examining.answers import Answers, Refusal
from tests.tools.examining.stacks import FULL, GRANT, GROUP, delivery, policy
from vended_logs_tools.diagnosis.examination import Examination
from vended_logs_tools.diagnosis.finding import Weight
from vended_logs_tools.doctor import exit_code

MACHINE = {
    "name": "orders",
    "type": "STANDARD",
    "roleArn": "",
    "loggingConfiguration": {
        "level": "ALL",
        "destinations": [
            {"cloudWatchLogsLogGroup": {"logGroupArn": f"arn:aws:logs:us-west-2:123456789012:log-group:{GROUP}:*"}}
        ],
    },
}
OWN = {**policy("own", delivery(f"{GROUP}:*")), "policyScope": "RESOURCE"}


def table(held: Any = (), own: Any = (), **more: Any) -> Answers:
    """Return answers about a machine that logs to one log group; the account's policies, and the log group's own."""

    def shown(arguments: dict[str, Any]) -> Any:
        found = own if "resourceArn" in arguments else held
        return found if isinstance(found, Refusal) else {"resourcePolicies": list(found)}

    return Answers(
        {
            "DescribeStateMachine": MACHINE,
            "DescribeResourcePolicies": shown,
            "DescribeLogGroups": {"logGroups": [{"logGroupName": GROUP}]},
            **more,
        }
    )


def examined(answers: Answers, kind: str = "state machine", name: str = "orders") -> Examination:
    """Return what the doctor finds."""
    found: Examination = answers.examined(kind, name)
    return found


def named(found: Examination) -> list[tuple[str, Weight]]:
    """Return causes and weights."""
    assert found.error is None
    return [(one.cause, one.weight) for one in found.findings]


def test_a_policy_of_the_log_group_s_own_is_seen_though_log_groups_may_not_be_listed() -> None:
    """The two calls have nothing to do with each other."""
    found = examined(table(own=[OWN], DescribeLogGroups=Refusal("AccessDenied", "no")))

    assert named(found) == []
    assert [one.matters for one in found.unread] == [f"whether {GROUP} exists"]
    assert exit_code([found]) == 2


def test_the_log_group_s_own_policies_are_read_only_if_they_matter() -> None:
    """With a grant of the account's there is one call less, and one refusal less."""
    answers = table(held=[GRANT], own=Refusal("AccessDenied", "no"))
    found = examined(answers)

    assert (named(found), found.unread) == ([], ())
    assert [arguments for operation, arguments in answers.asked if operation == "DescribeResourcePolicies"] == [{}]


@pytest.mark.parametrize(("held", "weight"), [([GRANT], Weight.WARNING), ([], Weight.FAULT)])
def test_a_policy_that_cannot_be_read_in_full_is_told(held: Any, weight: Weight) -> None:
    """A Deny may stand in it, whatever another policy grants."""
    found = examined(table(held=[*held, {**GRANT, "policyName": "junk", "policyDocument": "not json"}]))

    assert named(found) == [("policy-unreadable", weight)]


def test_nobody_is_healthy_of_whom_a_cause_may_not_be_looked_at() -> None:
    """The role is the first of the causes."""
    machine = {**MACHINE, "roleArn": "arn:aws:iam::123456789012:role/orders"}
    found = examined(table(held=[GRANT], DescribeStateMachine=machine))

    assert named(found) == []
    assert found.unread
    assert exit_code([found]) == 2


@pytest.mark.parametrize("own", [Refusal("AccessDenied", "no"), [{**OWN, "policyDocument": "{"}]])
@pytest.mark.parametrize(("held", "cause"), [([], "policy-missing"), ([FULL], "policy-full")])
def test_without_the_log_group_s_own_policies_there_is_no_fault(own: Any, held: Any, cause: str) -> None:
    """They may grant it: so it is a warning, and what is missing is told."""
    found = examined(table(held=held, own=own))

    assert named(found) == [(cause, Weight.WARNING)]
    assert found.findings[0].message.startswith("No policy of the account lets")
    assert found.findings[0].message.endswith("; the log group's own are not known")
    assert [one.matters for one in found.unread] == [f"whether {GROUP} has a policy of its own"]


@pytest.mark.parametrize(
    "condition",
    [
        {"Bool": {"aws:SecureTransport": "false"}},
        {"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}},
        {"StringNotEquals": {"aws:SourceAccount": ["123456789012"]}},
    ],
)
def test_a_deny_that_does_not_surely_apply_is_no_fault(condition: dict[str, Any]) -> None:
    """Guard rails of all kinds are Denies with conditions, and log delivery never meets most of them."""
    deny = delivery("*", Sid="Rail", Effect="Deny", Condition=condition)
    for principal in ({"Service": "delivery.logs.amazonaws.com"}, "*"):
        found = examined(table(held=[GRANT, policy("rail", {**deny, "Principal": principal})]))
        assert [weight for _, weight in named(found)] in ([], [Weight.NOTE])
        assert exit_code([found]) == 0


@pytest.mark.parametrize("principal", [{"Service": "delivery.logs.amazonaws.com"}, "*", {"AWS": "*"}])
@pytest.mark.parametrize("condition", [{}, {"StringEquals": {"aws:SourceAccount": ["123456789012"]}}])
def test_a_deny_that_surely_applies_is_a_fault(principal: Any, condition: dict[str, Any]) -> None:
    """Under no condition, or under one that log delivery meets."""
    deny = {**delivery("*", Sid="Rail", Effect="Deny", Condition=condition), "Principal": principal}
    if not condition:
        del deny["Condition"]

    assert named(examined(table(held=[GRANT, policy("rail", deny)]))) == [("policy-denied", Weight.FAULT)]


def test_a_log_group_that_nobody_is_known_to_log_to_is_a_warning() -> None:
    """AWS adds it when a service's logging is switched on."""
    assert named(examined(table(), "log group", GROUP)) == [("policy-missing", Weight.WARNING)]


def test_a_log_group_of_another_service_is_a_note() -> None:
    """It is granted to whoever writes there."""
    theirs = delivery("/aws/route53/*", Principal={"Service": "route53.amazonaws.com"})
    groups = {"logGroups": [{"logGroupName": "/aws/route53/zone"}]}
    found = examined(table(held=[policy("dns", theirs)], DescribeLogGroups=groups), "log group", "/aws/route53/zone")

    assert named(found) == [("policy-missing", Weight.NOTE)]
    assert "route53.amazonaws.com" in found.findings[0].message
    assert exit_code([found]) == 0


def test_a_page_of_a_proxy_s_is_no_missing_log_group() -> None:
    """What is no answer of AWS's shows nothing."""
    html = {"ResponseMetadata": {"HTTPHeaders": {"content-type": "text/html"}}}
    found = examined(table(held=[GRANT], DescribeLogGroups=html))

    assert named(found) == []
    assert [one.reason for one in found.unread] == ["was answered with something else than its answer"]


def test_room_is_made_by_pruning_where_the_broad_grant_would_not_help() -> None:
    """A pattern for one log group more is one entry more in a full policy."""
    groups = {"logGroups": [{"logGroupName": "/x/orders"}]}
    found = examined(table(held=[FULL], DescribeLogGroups=groups), "log group", "/x/orders")

    assert named(found) == [("policy-full", Weight.FAULT)]
    assert found.findings[0].commands == ("vended-logs ensure --prune-stale {place}",)


def test_of_ten_policies_only_one_of_log_delivery_s_is_proposed() -> None:
    """Nobody else's policy is written into on our word."""
    theirs = [policy(f"a{number}", delivery("/x", Principal={"Service": "es.amazonaws.com"})) for number in range(9)]
    ours = policy("z", delivery("/aws/vendedlogs/other:*"))

    assert examined(table(held=[*theirs, ours])).findings[0].commands == ("vended-logs ensure --policy-name z {place}",)
    commands = examined(table(held=[*theirs, policy("b", delivery("/y", Principal="*"))])).findings[0].commands
    assert commands == ("aws logs describe-resource-policies {place}",)


def test_a_machine_of_another_shape_is_told() -> None:
    """An answer without a name is none of Step Functions'."""
    found = examined(table(DescribeStateMachine={}))

    assert found.error is not None
    assert "something else than its answer" in found.error


def test_a_machine_that_is_being_deleted_is_told() -> None:
    """It is not healthy, and not ill either."""
    found = examined(table(DescribeStateMachine={**MACHINE, "status": "DELETING"}))

    assert found.error == "the state machine 'orders' is being deleted: name another one"


def test_a_version_has_a_configuration_of_its_own() -> None:
    """It is asked for by its whole ARN; of an alias's the machine itself is."""
    arn = "arn:aws:states:us-west-2:123456789012:stateMachine:orders"
    for given, asked in ((f"{arn}:3", f"{arn}:3"), (f"{arn}:prod", arn), (arn, arn)):
        answers = table(held=[GRANT])
        examined(answers, name=given)
        assert ("DescribeStateMachine", {"stateMachineArn": asked}) in answers.asked


def test_two_machines_share_one_reading_of_the_policies() -> None:
    """A stack of hundreds would read them hundreds of times."""
    arns = [f"arn:aws:states:us-west-2:123456789012:stateMachine:{name}" for name in ("a", "b")]
    kind = "AWS::StepFunctions::StateMachine"
    listed = [{"PhysicalResourceId": arn, "ResourceType": kind, "ResourceStatus": "CREATE_COMPLETE"} for arn in arns]
    answers = table(
        held=[GRANT],
        DescribeStackEvents={"StackEvents": []},
        ListStackResources={"StackResourceSummaries": listed},
    )
    found = examined(answers, "stack", "shop")

    assert named(found) == []
    assert answers.asked.count(("DescribeResourcePolicies", {})) == 1
