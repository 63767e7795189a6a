"""What is written when stale entries go, and what is told of it."""

import json
from dataclasses import replace

import pytest

from tests.unit.policy.evaluator import listed
from tests.unit.policy.policies import BROAD, SHARED, aws_statement, foreign, group, policy_of, text
from tests.unit.policy.pruning.entries import GONE, MIXED, REQUEST, THERE, pruned, stale_of, texts_of
from tests.unit.policy.requested import statements
from vended_logs.errors import PolicyFull
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.plan import Plan, apply
from vended_logs_tools.planning.pruning import plan_pruned, stale_entries, without

_GRANTING = ResourcePolicy.parse("grant", text(aws_statement([BROAD], sid="VendedLogsPolicy")))


def test_a_pruning_is_told_in_full() -> None:
    """Where the grant stands, the plan says which entries go, and the size, count and entries before and after."""
    others = [ResourcePolicy.parse(name, one) for name, one in foreign(2).items()]
    after = policy_of(SHARED, aws_statement([THERE]))
    policies = [policy_of(SHARED, MIXED), _GRANTING, *others]
    assert plan_pruned(policies, REQUEST, stale=stale_of(policies, "/aws/vendedlogs/alive")) == Plan(
        outcome="Pruned",
        policy_name=SHARED,
        puts=(ResourcePolicy.of(SHARED, after.document),),
        dropped=(GONE,),
        size=after.document.size,
        policy_count=4,
        entries_before=2,
        entries_after=1,
    )


def test_the_grant_comes_in_the_same_write() -> None:
    """What is told compares with what stands now: the stale entry is dropped, the pattern is there."""
    policies = [policy_of(SHARED, MIXED)]
    made = plan_pruned(policies, REQUEST, stale=stale_of(policies, "/aws/vendedlogs/alive"))
    [put] = made.puts
    assert (made.outcome, made.dropped, made.entries_before, made.entries_after) == ("Added", (GONE,), 2, 2)
    assert sorted(listed(statements(put.document.to_json())[0]["Resource"])) == [BROAD, THERE]


def test_an_emptied_policy_is_written_and_not_deleted() -> None:
    """Its Id and its slot of ten are kept: the grant goes into it by one write."""
    held = ResourcePolicy.parse(SHARED, json.dumps({**json.loads(text(MIXED)), "Id": "mine"}))
    made = plan_pruned([held], REQUEST, stale=stale_of([held]))
    assert made.deletes == ()
    assert json.loads(made.puts[0].document.to_json())["Id"] == "mine"


def test_a_policy_of_nothing_else_is_deleted() -> None:
    """Where every entry is stale and another policy carries the grant, the policy goes as a whole."""
    policies = [policy_of(SHARED, MIXED), _GRANTING]
    assert plan_pruned(policies, REQUEST, stale=stale_of(policies)) == Plan(
        outcome="Pruned",
        policy_name=SHARED,
        deletes=(SHARED,),
        dropped=tuple(sorted((GONE, THERE))),
        policy_count=1,
        entries_before=2,
    )


def test_only_what_was_shown_goes() -> None:
    """An entry of the same log group in another statement, or that came later, was not shown and stays."""
    policies = [policy_of(SHARED, MIXED)]
    stale = stale_of(policies, "/aws/vendedlogs/alive")
    later = [
        policy_of(SHARED, aws_statement([GONE, THERE, group("/new")]), aws_statement([GONE], sid="B", condition=False))
    ]
    after = without(later, REQUEST, stale)
    assert [listed(one["Resource"]) for one in statements(texts_of(after)[SHARED])] == [
        sorted([THERE, group("/new")]),
        [GONE],
    ]


def test_a_grant_beside_comes_first_and_the_pruning_after_it() -> None:
    """Where the grant needs a policy of its own there are two writes, each of one policy."""
    full = [group(f"/mine/{'x' * 60}{number:03}") for number in range(33)]
    policies = (policy_of(SHARED, aws_statement([*full, GONE])),)
    request = replace(REQUEST, when_full="Spill")
    stale = stale_entries(policies, request, {one.split(":log-group:")[1].split(":")[0] for one in full})
    limit = without(policies, request, stale)[0].document.size
    first = plan_pruned(policies, request, limit, stale=stale)
    second = plan_pruned(apply(policies, first), request, limit, stale=stale)
    assert (first.outcome, [put.name for put in first.puts]) == ("Spilled", [request.spill_name])
    assert (second.outcome, second.dropped, [put.name for put in second.puts]) == ("Pruned", (GONE,), [SHARED])


def test_a_size_that_is_refused_even_so_ends_it() -> None:
    """One character less than what is left is too few; exactly as many are enough."""
    policies = [policy_of(SHARED, MIXED), _GRANTING]
    stale = stale_of(policies, "/aws/vendedlogs/alive")
    size = plan_pruned(policies, REQUEST, stale=stale).size
    assert plan_pruned(policies, REQUEST, size, stale=stale).size == size
    said = (
        f"^CloudWatch Logs refuses the policy '{SHARED}' even without its stale entries \\({size} characters\\): remove"
        r" more of it by hand, then run it again\.$"
    )
    with pytest.raises(PolicyFull, match=said):
        plan_pruned(policies, REQUEST, size - 1, stale=stale)


def test_what_is_to_be_put_back_comes_along() -> None:
    """Grants that a stale overwrite took are written in the same document."""
    policies = [policy_of(SHARED, MIXED)]
    gone = ResourcePolicy.parse(
        "x", text(aws_statement([group("/theirs")], sid="T", condition=False))
    ).document.statements
    made = plan_pruned(policies, REQUEST, None, gone, stale=stale_of(policies, "/aws/vendedlogs/alive"))
    assert group("/theirs") in made.puts[0].document.to_json()


def test_the_same_entry_goes_wherever_it_stands() -> None:
    """The same entry in two statements goes from both, each by itself."""
    bare = aws_statement([GONE, THERE], sid="Bare", condition=False)
    after = texts_of(pruned([policy_of(SHARED, MIXED, bare)], REQUEST, {"/aws/vendedlogs/alive"}))
    assert [one["Resource"] for one in statements(after[SHARED])] == [THERE, THERE]
