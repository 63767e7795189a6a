"""Policies with room: the grant comes beside what is there, which stays as it is."""

import json
from typing import Any

import pytest

from tests.unit.policy.evaluator import listed
from tests.unit.policy.policies import (
    ACTIONS,
    BROAD,
    SHARED,
    aws_statement,
    described,
    group,
    states,
    text,
    waf_statement,
)
from tests.unit.policy.real_policies.planning import check_lossless, plan_for, put_by
from tests.unit.policy.requested import entries_of, statements
from tests.unit.policy.strategies import SCOPE
from tests.unit.policy.universe import ACCOUNT, DELIVERY, HOME, SEARCH
from vended_logs.errors import PlanRefused, UnreadableDocument
from vended_logs.policy.grant import Scope
from vended_logs.policy.request import Request

DENY_SID = "NoVendedLogs"


def test_an_empty_account_gets_the_policy() -> None:
    """With no policy at all, the shared one is created with our statement alone."""
    made = plan_for({})
    assert (made.outcome, made.policy_name, made.dropped) == ("Created", SHARED, ())
    [statement] = statements(put_by(made))
    assert statement == {
        "Sid": "VendedLogsPolicy",
        "Effect": "Allow",
        "Principal": {"Service": DELIVERY},
        "Action": ACTIONS,
        "Resource": BROAD,
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}, "ArnLike": {"aws:SourceArn": f"{HOME}:*"}},
    }


@pytest.mark.parametrize("as_read", [text, lambda *found: described(text(*found))], ids=["as-put", "as-described"])
def test_a_short_policy_gets_our_statement_added(as_read: Any) -> None:
    """A policy with room keeps every statement and gets the grant beside them."""
    policies = {SHARED: as_read(aws_statement(states(2)), waf_statement(1))}
    made = plan_for(policies)
    assert made.outcome == "Added"
    assert set(entries_of(policies[SHARED])) | {BROAD} == set(entries_of(put_by(made)))
    check_lossless(policies, made)


def test_a_statement_that_stands_alone_is_read() -> None:
    """A policy whose Statement is an object, not a list, is kept and added to."""
    policies = {SHARED: json.dumps({"Statement": aws_statement(states(1), condition=False)})}
    made = plan_for(policies)
    assert made.outcome == "Added"
    assert len(statements(put_by(made))) == 2
    assert json.loads(put_by(made)).get("Version", "2008-10-17") == "2008-10-17"
    check_lossless(policies, made)


def test_a_grant_to_everyone_is_kept_and_not_relied_on() -> None:
    """A statement with Principal "*" does not put the grant in force and is not touched."""
    everyone = aws_statement([f"{HOME}:*"], sid="Everyone") | {"Principal": "*"}
    policies = {SHARED: text(everyone)}
    made = plan_for(policies)
    assert made.outcome == "Added"
    [kept] = [one for one in statements(put_by(made)) if one.get("Sid") == "Everyone"]
    assert kept["Principal"] == "*"
    check_lossless(policies, made)


def test_a_deny_for_another_service_is_kept_and_does_not_matter() -> None:
    """A Deny that is not about log delivery neither stops the plan nor changes."""
    deny = aws_statement([BROAD], sid="NoSearch", service=SEARCH) | {"Effect": "Deny"}
    policies = {SHARED: text(aws_statement(states(1)), deny)}
    made = plan_for(policies)
    assert made.outcome == "Added"
    assert [one["Effect"] for one in statements(put_by(made)) if one.get("Sid") == "NoSearch"] == ["Deny"]
    check_lossless(policies, made)


@pytest.mark.parametrize("name", [SHARED, "company-guardrail"])
def test_a_deny_on_our_pattern_is_refused_by_policy_and_sid(name: str) -> None:
    """A Deny that takes from the grant cannot be planned around: the refusal names where it stands."""
    deny = aws_statement([group("/aws/vendedlogs/secret*")], sid=DENY_SID, condition=False) | {"Effect": "Deny"}
    policies = {SHARED: text(aws_statement([BROAD])), name: text(aws_statement([BROAD]), deny)}
    with pytest.raises(PlanRefused) as refused:
        plan_for(policies)
    assert name in str(refused.value)
    assert DENY_SID in str(refused.value)
    assert len(str(refused.value)) <= 240


def test_an_exception_is_kept_and_not_relied_on() -> None:
    """A NotResource statement does not put the grant in force and is not touched."""
    but = {key: value for key, value in aws_statement([], sid="AllBut").items() if key != "Resource"}
    but["NotResource"] = group("/secret")
    policies = {SHARED: text(but)}
    made = plan_for(policies)
    assert made.outcome == "Added"
    [kept] = [one for one in statements(put_by(made)) if one.get("Sid") == "AllBut"]
    assert listed(kept["NotResource"]) == [group("/secret")]
    check_lossless(policies, made)


@pytest.mark.parametrize("condition", [True, False])
def test_a_grant_in_force_under_another_name_needs_nothing(condition: bool) -> None:  # noqa: FBT001 - a table's column
    """A wider grant in another policy is found, named, and left alone."""
    by_hand = aws_statement([f"{HOME}:log-group:/aws/*"], condition=condition)
    made = plan_for({"by-hand": text(by_hand), SHARED: text(waf_statement(1))})
    assert (made.outcome, made.puts, made.deletes, made.policy_name) == ("AlreadyGranted", (), (), "by-hand")


def test_other_partitions_have_their_own_arns() -> None:
    """In China and in GovCloud the entry and the condition carry the partition."""
    for partition, region in (("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")):
        made = plan_for(
            {}, Request(scope=Scope(partition=partition, region=region, account=ACCOUNT), patterns=("/app/x",))
        )
        [statement] = statements(put_by(made))
        home = f"arn:{partition}:logs:{region}:{ACCOUNT}"
        assert statement["Resource"] == f"{home}:log-group:/app/x:*"
        assert statement["Condition"]["ArnLike"] == {"aws:SourceArn": f"{home}:*"}


def test_our_own_statement_gets_the_missing_pattern() -> None:
    """A second pattern goes into the statement that we wrote for the first."""
    first = plan_for({})
    request = Request(scope=SCOPE, patterns=("/aws/vendedlogs/*", "/other/app"))
    made = plan_for({SHARED: put_by(first)}, request)
    [statement] = statements(put_by(made))
    assert made.outcome == "Added"
    assert sorted(statement["Resource"]) == sorted([BROAD, f"{HOME}:log-group:/other/app:*"])
    assert statement["Sid"] == "VendedLogsPolicy"


def test_statements_equal_to_ours_are_used_whatever_their_sid() -> None:
    """A statement of the same principal, actions and condition gets the pattern and keeps its Sid."""
    made = plan_for({SHARED: text(aws_statement(states(1)))})
    [statement] = statements(put_by(made))
    assert statement["Sid"] == "AWSLogDeliveryWrite"
    assert sorted(statement["Resource"]) == sorted([*states(1), BROAD])


def test_another_principal_gets_a_statement_of_its_own() -> None:
    """Principals other than log delivery have the account condition alone and a Sid with a digest."""
    made = plan_for({}, Request(scope=SCOPE, principals=(DELIVERY, SEARCH)))
    delivery, search = sorted(statements(put_by(made)), key=lambda one: str(one["Principal"]))
    assert delivery["Sid"] == "VendedLogsPolicy"
    assert search["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    assert search["Sid"].startswith("VendedLogsPolicy")
    assert len(search["Sid"]) == len("VendedLogsPolicy") + 8
    int(search["Sid"][-8:], 16)


def test_a_document_that_cannot_be_read_is_named() -> None:
    """A policy whose document is no JSON stops the reading, with its name."""
    with pytest.raises(UnreadableDocument, match="broken"):
        plan_for({"broken": "{", SHARED: text(aws_statement(states(1)))})
