"""Taking a revocable grant back: all of it goes, and nothing else."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vended_logs.errors import PlanRefused
from vended_logs.policy.document import PolicyDocument, ResourcePolicy
from vended_logs.policy.plan import Plan, apply, plan
from vended_logs.policy.removal import log_group_patterns, plan_removal, revocable_statements
from vended_logs.policy.request import Owner, Request

from .evaluator import allowed
from .policies import SHARED, aws_statement, group, policy_of, text
from .requested import meaning, statements
from .strategies import Scene, small_scenes
from .universe import DELIVERY, HOME, SEARCH, calls

_ROUNDS = 4
"""More than the policies that can hold one resource's grant: the one it names and its spill."""

Policies = tuple[ResourcePolicy, ...]


def _removed(policies: Policies, request: Request) -> Policies:
    """Take the grant out, one write at a time, until there is nothing left to take."""
    for _ in range(_ROUNDS):
        made = plan_removal(policies, request.owner)
        if made is None:
            return policies
        assert len(made.puts) + len(made.deletes) == 1
        policies = apply(policies, made)
    message = "there is always something left to remove"
    raise AssertionError(message)


def _granted(policies: Policies, request: Request) -> Policies:
    try:
        return apply(policies, plan(policies, request))
    except PlanRefused:
        assume(condition=False)
        raise


def _texts(policies: Policies) -> list[str]:
    return [policy.document.to_json() for policy in policies]


@given(small_scenes(), st.booleans(), st.booleans())
def test_a_grant_taken_back_leaves_what_was_there(scene: Scene, update: bool, others: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    """Granted, perhaps updated, and taken back: the account allows what it allowed before, no more and no less."""
    request = replace(scene.request, on_delete="RemoveWhenUnused")
    after = _granted(scene.policies, request)
    if update:
        principals = (SEARCH, DELIVERY) if others else request.principals
        request = replace(request, principals=principals, source_conditions=not request.source_conditions)
        after = _granted(after, replace(request, patterns=("/other/*",)))
    left = _removed(after, request)
    tried = calls([*scene.before.values(), *_texts(after)])
    assert allowed(_texts(left), tried) == allowed(scene.before.values(), tried)


@given(small_scenes())
def test_only_the_own_statements_are_taken_out(scene: Scene) -> None:
    """Every statement that is not the resource's own is still there, and so is every policy that held one."""
    own = scene.request.owner.sid
    request = replace(scene.request, on_delete="RemoveWhenUnused")
    after = _granted(scene.policies, request)
    left = {policy.name: policy.document.to_json() for policy in _removed(after, request)}
    for policy in after:
        others = [one for one in statements(policy.document.to_json()) if not one.get("Sid", "").startswith(own)]
        if others or policy.name in left:
            assert [meaning(one) for one in statements(left[policy.name])] == [meaning(one) for one in others]


@given(small_scenes())
def test_a_lasting_grant_is_never_taken_back(scene: Scene) -> None:
    """Without a revocable grant of the resource there is nothing to remove."""
    after = _granted(scene.policies, replace(scene.request, on_delete="Retain"))
    assert plan_removal(after, scene.request.owner) is None


_OWNER = Owner(SHARED, "stack/one", "Logs")
_OWN = aws_statement([group("/own")], sid=_OWNER.sid)
_ALSO = aws_statement([group("/own")], sid=f"{_OWNER.sid}P0123abcd", service=SEARCH)
_OTHER = aws_statement([group("/other")], sid="Other", service=SEARCH)
_ANOTHERS = aws_statement([group("/own")], sid="VendedLogsPolicyR0123abcd")


def test_the_own_statements_are_cut_out_of_their_policy() -> None:
    """What is left is put, with its Sids, order, Version and Id, and the plan says how large it is."""
    before = policy_of(SHARED, _OTHER, _OWN, _ANOTHERS, _ALSO)
    before = replace(before, document=replace(before.document, version="2008-10-17", id="I"))
    left = PolicyDocument.parse(text(_OTHER, _ANOTHERS))
    after = ResourcePolicy.of(SHARED, replace(left, version="2008-10-17", id="I"))
    assert plan_removal([policy_of("other", _OWN), before], _OWNER) == Plan(
        outcome="Removed", policy_name=SHARED, puts=(after,), policy_count=2, size=after.size
    )


def test_a_policy_with_nothing_else_in_it_is_deleted() -> None:
    """No empty policy is left behind, and the plan counts one policy less."""
    assert plan_removal([policy_of("other", _OTHER), policy_of(_OWNER.spill_name, _OWN, _ALSO)], _OWNER) == Plan(
        outcome="Removed", policy_name=_OWNER.spill_name, deletes=(_OWNER.spill_name,), policy_count=1
    )


def test_one_policy_is_changed_at_a_time() -> None:
    """Of two policies with own statements the first is cut, the second at the next look."""
    both = [policy_of(_OWNER.spill_name, _OWN, _OTHER), policy_of(SHARED, _OWN, _OTHER)]
    made = plan_removal(both, _OWNER)
    assert made is not None
    assert [put.name for put in made.puts] == [_OWNER.spill_name]
    again = plan_removal(apply(both, made), _OWNER)
    assert again is not None
    assert [put.name for put in again.puts] == [SHARED]
    assert plan_removal(apply(apply(both, made), again), _OWNER) is None


def test_own_statements_are_found_in_both_policies() -> None:
    """Every statement of the resource's own, and no other, is found where it may be."""
    policies = [
        policy_of(SHARED, _OTHER, _OWN, _ANOTHERS),
        policy_of("other", _OWN),
        policy_of(_OWNER.spill_name, _ALSO),
    ]
    found = revocable_statements(policies, _OWNER)
    assert [statement.sid for statement in found] == [_OWN["Sid"], _ALSO["Sid"]]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([f"{HOME}:log-group:/a:*", f"{HOME}:log-group:/a*"], ("/a", "/a*")),
        ([f"{HOME}:log-group:/b", f"{HOME}:log-group:/a:*", f"{HOME}:log-group:/a"], ("/a", "/b")),
        ([f"{HOME}:log-group:/a:log-group:x:*"], ("/a:log-group:x",)),
        (["*"], ("*",)),
    ],
)
def test_the_patterns_of_a_grant_are_read_from_its_entries(entries: list[str], expected: tuple[str, ...]) -> None:
    """Sorted, each once, and without the `:*` that stands for the streams."""
    found = PolicyDocument.parse(text(_OWN | {"Resource": entries}, _OWN | {"Resource": entries[:1]})).statements
    assert log_group_patterns(found) == expected
