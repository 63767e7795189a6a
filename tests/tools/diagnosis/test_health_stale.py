"""Stale entries are named by the room that they take, and only where they are the user's to drop."""

from __future__ import annotations

from dataclasses import replace

from tests.tools.diagnosis.accounts import account, deny, granting, policy, waf
from tests.tools.diagnosis.ill_accounts import PRUNE, named, only
from tests.unit.policy.policies import SHARED, aws_statement, group
from vended_logs_tools.diagnosis.finding import Weight


def test_few_stale_entries_are_a_note_and_many_a_warning() -> None:
    """Entries whose log groups are gone weigh by the room they take: more than a quarter of the policy is a warning."""
    gone = [group(f"aws-waf-logs-{number:02}") for number in range(18)]
    few = account(policy(SHARED, granting(*gone[:2])), log_groups=frozenset())
    many = account(policy(SHARED, granting(*gone)), log_groups=frozenset())
    assert named(few) == [("stale-entries", Weight.NOTE)]
    assert only(few).commands == (PRUNE,)
    assert "2 entries name log groups that do not exist" in only(few).message
    assert named(many) == [("stale-entries", Weight.WARNING)]
    assert named(account(policy(SHARED, granting(*gone)))) == []


def test_stale_entries_are_told_beside_a_deny_but_not_beside_a_full_policy() -> None:
    """A full policy's finding counts them itself; what else is wrong with a policy does not hide them."""
    gone = [group(f"aws-waf-logs-{number:02}") for number in range(2)]
    beside = account(policy(SHARED, granting(*gone), deny("/aws/vendedlogs/x")), log_groups=frozenset())
    assert [cause for cause, _ in named(beside)] == ["policy-denied", "stale-entries"]
    assert [cause for cause, _ in named(replace(account(waf(4, broad=True)), log_groups=frozenset()))] == [
        "policy-full"
    ]


def test_stale_entries_of_several_others_are_one_note() -> None:
    """Each is named with what is gone from it; nobody reads a page of them."""
    theirs = aws_statement([group("gone")], service="route53.amazonaws.com", sid="Theirs")
    found = only(account(policy(SHARED, granting()), policy("a", theirs), policy("b", theirs), log_groups=frozenset()))
    assert (found.cause, found.weight, found.subject) == ("stale-entries", Weight.NOTE, "2 policies")
    assert found.message == "2 entries name log groups that do not exist: in a, b"
    assert len(found.evidence) == 2


def test_stale_entries_of_others_are_not_offered_to_be_pruned() -> None:
    """Of another service, or in another policy, they are the user's to remove."""
    theirs = aws_statement([group("gone")], service="route53.amazonaws.com", sid="Theirs")
    found = only(account(policy(SHARED, granting(), theirs), log_groups=frozenset()))
    assert found.cause == "stale-entries"
    assert found.commands != (PRUNE,)
    elsewhere = policy("elsewhere", aws_statement([group("gone")]))
    assert only(account(policy(SHARED, granting()), elsewhere, log_groups=frozenset())).commands != (PRUNE,)
