"""Full policies: what is compacted, widened, put beside or refused."""

import json
from typing import Any

import pytest

from tests.unit.policy.policies import (
    BROAD,
    LIMIT,
    SHARED,
    aws_statement,
    described,
    filled,
    group,
    states,
    text,
    waf_statement,
)
from tests.unit.policy.real_policies.planning import check_lossless, plan_for, put_by
from tests.unit.policy.requested import entries_of, statements
from tests.unit.policy.strategies import SCOPE, SPILL
from tests.unit.policy.universe import HOME, SEARCH
from vended_logs.errors import PlanRefused, PolicyFull
from vended_logs.policy.request import Request


def test_entries_of_web_acls_stay_beside_those_of_state_machines() -> None:
    """In a full policy only the entries that the grant covers are dropped; those of web ACLs all stay."""
    full = json.loads(filled(condition=True, limit=4000))
    policies = {SHARED: text(*full["Statement"], waf_statement(9))}
    made = plan_for(policies, limit=len(policies[SHARED]))
    assert made.outcome == "Compacted"
    assert sorted(made.dropped) == sorted(entries_of(json.dumps(full)))
    assert {entry for entry in entries_of(put_by(made)) if "aws-waf-logs-" in entry} == set(
        waf_statement(9)["Resource"]
    )
    check_lossless(policies, made)


def test_both_of_the_classes_that_aws_writes_are_kept_apart() -> None:
    """Entries with a condition go when the grant covers them; entries without one are wider and stay."""
    old = aws_statement(states(4, start=90), condition=False)
    new = aws_statement(states(25), sid="AWSLogDeliveryWrite2")
    policies = {SHARED: text(old, new)}
    made = plan_for(policies, limit=len(policies[SHARED]))
    assert made.outcome == "Compacted"
    assert sorted(made.dropped) == states(25)
    assert set(entries_of(put_by(made))) == {*states(4, start=90), BROAD}
    check_lossless(policies, made)


@pytest.mark.parametrize("as_read", [str, described], ids=["as-put", "as-described"])
def test_a_full_policy_with_conditions_is_compacted(as_read: Any) -> None:
    """A 5,0xx-character policy of conditional entries becomes one broad entry, losing nothing."""
    policies = {SHARED: as_read(filled(condition=True))}
    assert len(filled(condition=True)) == LIMIT
    made = plan_for(policies)
    assert made.outcome == "Compacted"
    assert sorted(made.dropped) == sorted(entries_of(policies[SHARED]))
    assert made.widened == ()
    assert entries_of(put_by(made)) == [BROAD]
    check_lossless(policies, made)


@pytest.mark.parametrize("as_read", [str, described], ids=["as-put", "as-described"])
def test_a_full_policy_without_conditions_is_widened(as_read: Any) -> None:
    """Unconditional entries are wider than the grant, so the pattern takes their place, which is reported."""
    policies = {SHARED: as_read(filled(condition=False))}
    assert len(filled(condition=False)) == LIMIT
    made = plan_for(policies)
    assert (made.outcome, made.widened) == ("Widened", (BROAD,))
    assert sorted(made.dropped) == sorted(entries_of(policies[SHARED]))
    assert len(put_by(made)) < LIMIT
    check_lossless(policies, made)


def test_a_full_policy_spills_where_widening_is_not_wanted() -> None:
    """`Spill` leaves the full policy untouched and makes one of its own."""
    policies = {SHARED: filled(condition=False)}
    request = Request(scope=SCOPE, when_full="Spill")
    made = plan_for(policies, request)
    assert (made.outcome, made.policy_name, made.dropped, made.widened) == ("Spilled", SPILL, (), ())
    assert [one.name for one in made.puts] == [SPILL]
    check_lossless(policies, made, request)


def test_widening_falls_back_to_a_policy_of_its_own() -> None:
    """Where no entry can be widened, `Widen` spills."""
    policies = {SHARED: filled(condition=True, prefix="aws-waf-logs-")}
    made = plan_for(policies)
    assert (made.outcome, made.policy_name) == ("Spilled", SPILL)
    check_lossless(policies, made)


def test_an_exception_is_not_widened() -> None:
    """A NotResource statement of AWS's principal and actions in a full policy is not taken for a list of entries."""
    but = aws_statement([], sid="AllBut", condition=False)
    del but["Resource"]
    but["NotResource"] = group("/aws/vendedlogs/private/*", stream=False)
    full = filled(condition=True, prefix="aws-waf-logs-", limit=LIMIT - len(text(but)))
    policies = {SHARED: text(*statements(full), but)}
    made = plan_for(policies)
    assert (made.outcome, made.widened) == ("Spilled", ())
    check_lossless(policies, made)


def test_a_provider_that_may_not_spill_does_not() -> None:
    """Where the provider's bounds exclude the other name, the policy is full."""
    policies = {SHARED: filled(condition=True, prefix="aws-waf-logs-")}
    with pytest.raises(PolicyFull, match="is full"):
        plan_for(policies, Request(scope=SCOPE, may_spill=False))


@pytest.mark.parametrize("condition", [True, False])
def test_a_revocable_grant_makes_room_nowhere(condition: bool) -> None:  # noqa: FBT001 - a table's column
    """A grant that will be taken back drops and widens no entry of a full policy: it spills."""
    policies = {SHARED: filled(condition=condition)}
    request = Request(scope=SCOPE, on_delete="RemoveWhenUnused", stack_id="arn:aws:cloudformation", logical_id="Logs")
    made = plan_for(policies, request)
    assert (made.outcome, made.policy_name, made.dropped, made.widened) == ("Spilled", SPILL, (), ())
    check_lossless(policies, made, request)


def test_a_revocable_statement_is_not_widened() -> None:
    """Widening a full policy leaves another resource's revocable statement with the entries it had."""
    revocable = aws_statement(states(2, start=90), sid="VendedLogsPolicyR0123abcd", condition=False)
    policies = {SHARED: text(*statements(filled(condition=False, limit=4500)), revocable)}
    made = plan_for(policies, limit=len(policies[SHARED]))
    assert made.outcome == "Widened"
    [kept] = [one for one in statements(put_by(made)) if one.get("Sid") == revocable["Sid"]]
    assert kept["Resource"] == revocable["Resource"]
    check_lossless(policies, made)


def test_a_full_policy_fails_where_that_is_wanted() -> None:
    """`Fail` refuses rather than widen or spill, in one short sentence."""
    with pytest.raises(PlanRefused) as refused:
        plan_for({SHARED: filled(condition=False)}, Request(scope=SCOPE, when_full="Fail"))
    assert SHARED in str(refused.value)
    assert len(str(refused.value)) <= 240


def test_a_long_name_does_not_hide_that_the_policy_is_full() -> None:
    """The longest policy name leaves room in the sentence for what happened and what to do."""
    name = "x" * 255
    with pytest.raises(PolicyFull) as refused:
        plan_for({name: filled(condition=False)}, Request(scope=SCOPE, policy_name=name, when_full="Fail"))
    assert "is full" in str(refused.value)
    assert str(refused.value).endswith("set WhenFull to Widen or Spill.")
    assert len(str(refused.value)) <= 240


def test_compaction_comes_before_any_choice() -> None:
    """A full policy that compaction is enough for is compacted, whatever is to be done when it is full."""
    for when_full in ("Widen", "Spill", "Fail"):
        assert (
            plan_for({SHARED: filled(condition=True)}, Request(scope=SCOPE, when_full=when_full)).outcome == "Compacted"
        )


def test_a_policy_over_the_documented_size_may_keep_its_size() -> None:
    """A policy that the service let grow to 5,211 characters is not asked to shrink below that."""
    policy = filled(condition=True, prefix="aws-waf-logs-", limit=5211 - 500)
    others = aws_statement([f"{HOME}:log-group:/other/*"], service=SEARCH, sid="Search")
    full = text(*statements(policy), aws_statement(states(3), sid="AWSLogDeliveryWrite2"), others)
    assert len(full) > LIMIT
    made = plan_for({SHARED: full})
    assert made.outcome in {"Added", "Compacted"}
    assert len(put_by(made)) <= len(full)
    check_lossless({SHARED: full}, made)


def test_a_refused_size_is_planned_for_again() -> None:
    """Under a smaller limit than the documented one, a plan that fits it is made."""
    policies = {SHARED: text(aws_statement(states(20)))}
    assert plan_for(policies).outcome == "Added"
    made = plan_for(policies, limit=1000)
    assert made.outcome == "Compacted"
    assert len(put_by(made)) <= 1000
