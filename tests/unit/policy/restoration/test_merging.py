"""A backup merged in: what is gone comes back, and what would take, or mean something else, is left out."""

from dataclasses import replace
from typing import Any

import pytest

from tests.unit.policy.policies import SHARED, group, text
from tests.unit.policy.restoration.backups import (
    BOTH,
    DENIAL,
    ENTRY_A,
    ENTRY_B,
    REVOCABLE,
    SEARCHES,
    VARIABLE,
    policy_of,
    written_by,
)
from vended_logs.errors import PlanRefused
from vended_logs.policy.document import PolicyDocument, ResourcePolicy, Statement
from vended_logs.policy.plan import Plan
from vended_logs_tools.planning import restoration
from vended_logs_tools.planning.restoration import Restoration, plan_restore


def test_lost_entries_grow_back_into_their_statement() -> None:
    """What the statement still has and has gained since stays, and the plan tells its sizes."""
    found = plan_restore([policy_of(ENTRY_B, SEARCHES)], [policy_of(ENTRY_A)])
    assert [(one["Sid"], one["Resource"]) for one in written_by(found)] == [
        ("AWSLogDeliveryWrite", [group("/aws/vendedlogs/a"), group("/aws/vendedlogs/b")]),
        ("Search", group("/search")),
    ]
    document = PolicyDocument.parse(text(BOTH, SEARCHES))
    put = ResourcePolicy.of(SHARED, document)
    assert found.plans == (
        Plan(
            outcome="Restored",
            policy_name=SHARED,
            puts=(put,),
            size=put.size,
            policy_count=1,
            entries_before=2,
            entries_after=3,
        ),
    )


def test_a_deleted_policy_comes_back_as_it_was() -> None:
    """With its Version and its Id, whatever else is there now."""
    document = replace(PolicyDocument.parse(text(ENTRY_A, SEARCHES)), version="2008-10-17", id="Mine")
    found = plan_restore([policy_of(ENTRY_B, name="x")], [ResourcePolicy.of(SHARED, document)])
    assert [made.puts[0].document for made in found.plans] == [document]
    assert (found.untouched, found.left_out, found.lost) == (("x",), (), ())


def test_what_would_take_is_left_out_and_told() -> None:
    """A Deny and a revocable grant that are gone are not put back, each with its reason; the rest is."""
    found = plan_restore([policy_of(ENTRY_B)], [policy_of(ENTRY_A, DENIAL, REVOCABLE)])
    assert [(left.policy_name, left.statement.sid, left.reason) for left in found.left_out] == [
        (SHARED, "No", "deny"),
        (SHARED, "VendedLogsPolicyR0123abcd", "revocable"),
    ]
    assert [one["Sid"] for one in written_by(found)] == ["AWSLogDeliveryWrite"]


def test_what_still_stands_is_not_told() -> None:
    """A Deny and a revocable grant that are still there, and one that lasting entries cover, are no news."""
    assert plan_restore([policy_of(DENIAL, REVOCABLE)], [policy_of(DENIAL, REVOCABLE)]) == Restoration(())
    assert plan_restore([policy_of(ENTRY_A)], [policy_of(REVOCABLE)]) == Restoration(())


def test_a_revocable_grant_stands_for_nothing_lasting() -> None:
    """What now stands in a revocable grant alone is put back as the lasting grant that it was."""
    found = plan_restore([policy_of(REVOCABLE)], [policy_of(ENTRY_A)])
    assert [one["Sid"] for one in written_by(found)] == ["VendedLogsPolicyR0123abcd", "AWSLogDeliveryWrite"]


@pytest.mark.parametrize(("then", "now"), [("2012-10-17", "2008-10-17"), ("2008-10-17", "2012-10-17")])
def test_variables_that_would_be_read_otherwise_are_left_out(then: str, now: str) -> None:
    """A statement with ${...} is not put into a policy whose Version reads that differently; others are."""
    found = plan_restore([policy_of(ENTRY_B, version=now)], [policy_of(ENTRY_A, VARIABLE, version=then)])
    assert [(left.statement.sid, left.reason) for left in found.left_out] == [("Mine", "variables")]
    assert len(written_by(found)[0]["Resource"]) == 2
    stays = plan_restore([policy_of(VARIABLE, version=now)], [policy_of(VARIABLE, version=then)])
    assert (stays.plans, [left.reason for left in stays.left_out]) == ((), ["variables"])
    same = plan_restore([policy_of(ENTRY_B, version=now)], [policy_of(VARIABLE, version=now)])
    assert (same.left_out, len(written_by(same)[0]["Resource"])) == ((), 2)


def _forgets(_: object, gone: tuple[Statement, ...]) -> tuple[Statement, ...]:
    return gone


def _leaves(now: tuple[Statement, ...], _: object) -> tuple[Statement, ...]:
    return now


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (_forgets, f"^The plan for the CloudWatch Logs resource policy '{SHARED}' would lose something"),
        (
            _leaves,
            (
                f"^The plan for the CloudWatch Logs resource policy '{SHARED}' would not put back all that is gone, so"
                r" nothing was changed: report this with the policy and the backup\.$"
            ),
        ),
    ],
)
def test_a_faulty_merge_is_refused(fault: Any, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A merge that would lose something of now, or not give back what is gone, is never returned."""
    monkeypatch.setattr(restoration, "restored", fault)
    with pytest.raises(PlanRefused, match=said):
        plan_restore([policy_of(SEARCHES)], [policy_of(ENTRY_A)])


def test_policies_are_restored_in_the_order_of_their_names() -> None:
    """However the policies are listed, and what is told of them too."""
    backup = [policy_of(ENTRY_A, DENIAL, name="b"), policy_of(ENTRY_A, DENIAL, name="a")]
    found = plan_restore([policy_of(ENTRY_B, name="z"), policy_of(ENTRY_B, name="y")], backup)
    assert [made.policy_name for made in found.plans] == ["a", "b"]
    assert [left.policy_name for left in found.left_out] == ["a", "b"]
    assert found.untouched == ("y", "z")
