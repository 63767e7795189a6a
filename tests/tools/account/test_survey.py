"""What is read of a region: policies of both scopes and log groups, in few calls, whatever of it is permitted."""

from __future__ import annotations

import pytest

from tests.tools.account.logs_answers import SCOPE, SHARED, LogsAnswers
from tests.unit.policy.policies import aws_statement, described, text
from vended_logs_tools.account.survey import AccountPolicy, LogGroupPolicy, Survey, survey

HERE = "arn:aws:logs:us-west-2:123456789012:log-group:"
DENIED = (400, "AccessDeniedException")


def shared(*log_groups: str) -> str:
    """Return a policy text of log delivery to these log groups, as AWS writes it."""
    return text(aws_statement(f"{HERE}{name}" for name in log_groups))


def test_policies_of_both_scopes_are_read() -> None:
    """Account-level policies come sorted, with size, time and document; those of log groups apart from them."""
    answers = LogsAnswers(log_groups=["/aws/vendedlogs/a"])
    answers.hold("zebra", shared("/z:*"))
    answers.hold(SHARED, described(shared("/aws/vendedlogs/a:log-stream:*")))
    answers.hold("own", shared("/own:*"), f"{HERE}/own")
    found = survey(answers.reader())
    assert found.policies is not None
    assert [(one.name, one.size, one.last_updated) for one in found.policies] == [
        (SHARED, len(described(shared("/aws/vendedlogs/a:log-stream:*"))), 1_700_000_000_000),
        ("zebra", len(shared("/z:*")), 1_700_000_000_000),
    ]
    assert found.policies[0].entries == (f"{HERE}/aws/vendedlogs/a:log-stream:*",)
    assert found.log_group_policies == (LogGroupPolicy(f"{HERE}/own", len(shared("/own:*"))),)
    assert found.log_groups == frozenset({"/aws/vendedlogs/a"})
    assert found.unread == ()


@pytest.mark.parametrize(
    ("broken", "cause"),
    [
        ("{nonsense", "it is not JSON"),
        ('{"Version":"2012-10-17","Statement":[{"Effect":"Perhaps"}]}', "Effect"),
        ('{"Version":"2012-10-17","Statement":[],"Id":"\ud800"}', "Unicode"),
    ],
)
def test_one_unreadable_policy_does_not_end_the_survey(broken: str, cause: str) -> None:
    """A policy whose document cannot be read in full is there with its cause and size, and the others are read."""
    answers = LogsAnswers()
    answers.hold("broken", broken)
    answers.hold(SHARED, shared("/a"))
    found = survey(answers.reader())
    first, second = sorted(found.policies or (), key=lambda one: one.name != "broken")
    assert first.document is None
    assert cause in first.unreadable
    assert first.size >= len(broken)
    assert second.document is not None
    assert [one.name for one in found.readable] == [SHARED]


def test_an_engine_that_ignores_the_scope_names_no_policy_twice() -> None:
    """Account-level policies that are answered to the question for those of log groups are not taken for these."""
    answers = LogsAnswers(knows_scopes=False)
    answers.hold(SHARED, shared("/a"))
    found = survey(answers.reader())
    assert [one.name for one in found.policies or ()] == [SHARED]
    assert found.log_group_policies == ()


def test_ten_policies_and_5000_log_groups_take_seven_calls() -> None:
    """Both scopes take a call each, and the log groups one for each thousand: under ten, and one for each page."""
    answers = LogsAnswers(log_groups=[f"/aws/lambda/{number}" for number in range(5000)])
    for number in range(10):
        answers.hold(f"policy-{number}", shared(f"/{number}"))
    reader = answers.reader()
    found = survey(reader)
    assert len(found.log_groups or ()) == 5000
    assert [call.operation for call in reader.calls] == ["DescribeResourcePolicies"] * 2 + ["ListLogGroups"] * 5


def test_without_the_larger_pages_each_takes_fifty() -> None:
    """Where only DescribeLogGroups is permitted, 5,000 log groups take a hundred pages and still under ten others."""
    answers = LogsAnswers(log_groups=[f"/g/{number}" for number in range(5000)], refusals={"ListLogGroups": DENIED})
    reader = answers.reader()
    found = survey(reader)
    assert len(found.log_groups or ()) == 5000
    names = [call.operation for call in reader.calls]
    assert names.count("DescribeLogGroups") == 100
    assert len(names) - 100 < 10
    assert found.listed_by.operation == "DescribeLogGroups"
    assert found.unread == ()


@pytest.mark.parametrize(
    "refusal",
    [DENIED, (400, "UnknownOperationException"), (404, "InvalidAction"), (400, "InvalidOperationException")],
)
def test_where_the_larger_pages_are_not_to_be_had_the_smaller_do(refusal: tuple[int, str]) -> None:
    """A ListLogGroups that is not permitted, or not known to the service, is made good by DescribeLogGroups."""
    found = survey(LogsAnswers(log_groups=["/a"], refusals={"ListLogGroups": refusal}).reader())
    assert found.log_groups == frozenset({"/a"})
    assert found.unread == ()


def test_an_older_botocore_does() -> None:
    """With a botocore that knows neither ListLogGroups nor scopes, what can be read is, and the rest is said."""
    answers = LogsAnswers(log_groups=["/a"])
    answers.hold(SHARED, shared("/a"))
    reader = answers.reader()
    model = reader.clients["logs"].meta.service_model
    description = model._service_description  # noqa: SLF001 - there is no other way to have an older model
    del description["operations"]["ListLogGroups"]
    del description["shapes"]["DescribeResourcePoliciesRequest"]["members"]["policyScope"]
    model.__dict__.pop("operation_names", None)
    found = survey(reader)
    assert found.log_groups == frozenset({"/a"})
    assert found.policies
    assert [(one.call.arguments, one.reason) for one in found.unread] == [
        ((("policy-scope", "RESOURCE"),), "needs a newer boto3 than this one")
    ]


def test_what_is_not_permitted_is_said() -> None:
    """With no permission at all nothing is known, and each thing that is therefore not known is told."""
    refused = dict.fromkeys(("DescribeResourcePolicies", "ListLogGroups", "DescribeLogGroups"), DENIED)
    found = survey(LogsAnswers(refusals=refused).reader())
    assert (found.policies, found.log_group_policies, found.log_groups) == (None, None, None)
    assert [f"{one.call.action} {one.reason}" for one in found.unread] == [
        "logs:DescribeResourcePolicies is not permitted",
        "logs:DescribeResourcePolicies is not permitted",
        "logs:DescribeLogGroups is not permitted",
    ]
    assert len({one.matters for one in found.unread}) == 3


@pytest.mark.parametrize("body", [b"<html>log in first</html>", b"{}"])
def test_what_is_no_answer_is_not_taken_for_an_empty_account(body: bytes) -> None:
    """A proxy's page in place of the list of policies is not read as: there are none."""
    found = survey(LogsAnswers(bodies={"DescribeResourcePolicies": body}).reader())
    assert found.policies is None
    assert found.unread


def test_stale_entries_allow_something_to_one_log_group_that_is_gone() -> None:
    """Entries with wildcards, of other accounts and of a Deny are never stale, nor is any if none could be listed."""
    gone = (f"{HERE}/gone", f"{HERE}/gone:*", f"{HERE}/gone:log-stream:*")
    others = (f"{HERE}/here:*", f"{HERE}/gone*", "arn:aws:logs:us-west-2:999999999999:log-group:/gone:*")
    document = aws_statement([*gone, *others])
    answers = LogsAnswers(log_groups=["/here"])
    answers.hold(SHARED, text(document, {**document, "Sid": "No", "Effect": "Deny"}))
    found = survey(answers.reader())
    (policy,) = found.policies or ()
    assert found.stale(policy) == tuple(sorted(gone))
    assert Survey(SCOPE, found.policies, (), None).stale(policy) == ()


def test_a_policy_without_a_document_has_neither_statements_nor_entries() -> None:
    """What cannot be read in full is not read in part."""
    policy = AccountPolicy("broken", 9, None, None, "it is not JSON")
    assert policy.statements == ()
    assert policy.entries == ()
