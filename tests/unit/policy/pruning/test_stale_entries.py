"""Which entries are stale, and in which policy they are looked for."""

from dataclasses import replace

import pytest

from tests.unit.policy.policies import SHARED, aws_statement, group, policy_of
from tests.unit.policy.pruning.entries import GONE, MIXED, REQUEST, THERE, Json, stale_of, texts_of
from tests.unit.policy.strategies import SCOPE
from tests.unit.policy.universe import ACCOUNT, HOME, REGION, SEARCH
from vended_logs_tools.planning.pruning import entries_of, log_group_of, named_log_groups, stale_entries, without


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        (f"{HOME}:log-group:/a", "/a"),
        (f"{HOME}:log-group:/a:*", "/a"),
        (f"{HOME}:log-group:/a:log-stream:*", "/a"),
        (f"{HOME}:log-group:aws-waf-logs-Z9_.#-/x:log-stream:", "aws-waf-logs-Z9_.#-/x"),
        (f"{HOME}:log-group:{'x' * 512}:*", "x" * 512),
        (f"{HOME}:log-group:{'x' * 513}:*", None),
        (f"{HOME}:log-group:/a*", None),
        (f"{HOME}:log-group:/a?:*", None),
        (f"{HOME}:log-group:/${{aws:SourceAccount}}:*", None),
        (f"{HOME}:log-group::*", None),
        (f"{HOME}:log-group:", None),
        (f"{HOME}:destination:/a", None),
        (f"{HOME}:*", None),
        ("*", None),
        ("/a", None),
        (f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/a", None),
        (f"arn:aws:logs:{REGION}:999999999999:log-group:/a", None),
        (f"arn:aws-cn:logs:{REGION}:{ACCOUNT}:log-group:/a", None),
        (f"arn:aws:logs:*:{ACCOUNT}:log-group:/a", None),
    ],
)
def test_what_names_one_log_group(entry: str, name: str | None) -> None:
    """The name in full, in our own account and region, whatever of the log group follows it; anything else is none."""
    assert log_group_of(entry, SCOPE) == name


@pytest.mark.parametrize(
    "other",
    [
        {"Action": "logs:*"},
        {"Action": ["logs:PutLogEvents"]},
        {"Condition": {"StringEquals": {"aws:SourceAccount": "999999999999"}}},
    ],
)
def test_hand_written_statements_are_never_stale(other: Json) -> None:
    """Other actions, or the condition of another account: that is nobody's left-over."""
    policies = [policy_of(SHARED, MIXED | other)]
    assert named_log_groups(policies, REQUEST) == frozenset()
    assert stale_of(policies) == frozenset()


def test_the_log_groups_that_are_named() -> None:
    """Each by its name, in the policy asked for."""
    assert named_log_groups([policy_of(SHARED, MIXED), policy_of("x", aws_statement([group("/x")]))], REQUEST) == {
        "/aws/vendedlogs/dead",
        "/aws/vendedlogs/alive",
    }


def test_entries_are_of_what_nobody_can_revoke() -> None:
    """Neither a Deny nor a revocable grant has entries that could be dropped."""
    deny, revocable = MIXED | {"Sid": "No", "Effect": "Deny"}, MIXED | {"Sid": "VendedLogsPolicyR0123abcd"}
    assert entries_of(policy_of(SHARED, deny, revocable).document) == frozenset()
    assert {entry for _, entry in entries_of(policy_of(SHARED, MIXED, deny).document)} == {GONE, THERE}


def test_the_same_entry_in_another_policy_stays() -> None:
    """What was shown was of the policy asked for."""
    policies = [policy_of(SHARED, MIXED), policy_of("another", MIXED)]
    assert texts_of(without(policies, REQUEST, stale_of(policies)))["another"] == texts_of(policies)["another"]


def test_only_the_policy_that_is_named_is_pruned() -> None:
    """Stale entries in another policy are not looked for, and not dropped."""
    policies = [policy_of("another", MIXED)]
    assert named_log_groups(policies, REQUEST) == frozenset()
    assert stale_of(policies) == frozenset()
    assert stale_entries(policies, replace(REQUEST, policy_name="another"), ())


def test_what_is_asked_for_is_never_stale() -> None:
    """A log group that the request names is kept although it does not exist yet, whatever follows its name."""
    request = replace(REQUEST, patterns=("/aws/vendedlogs/dead",))
    assert {entry for _, entry in stale_entries([policy_of(SHARED, MIXED)], request, ())} == {THERE}


def test_principals_that_were_not_asked_for_keep_their_entries() -> None:
    """Another service's entries stay, also those that it shares with log delivery in one statement."""
    both = MIXED | {"Principal": {"Service": ["delivery.logs.amazonaws.com", SEARCH]}}
    policies = [policy_of(SHARED, both, MIXED | {"Sid": "Search", "Principal": {"Service": SEARCH}})]
    assert stale_of(policies) == frozenset()
    found = stale_entries(policies, replace(REQUEST, principals=(SEARCH,)), {"/aws/vendedlogs/alive"})
    assert {entry for _, entry in found} == ({GONE} if not MIXED.get("Condition") else set())
