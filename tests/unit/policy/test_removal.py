"""Taking a revocable grant back: all of it goes, and nothing else."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from vended_logs.errors import PlanRefused
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.plan import apply, plan
from vended_logs.policy.removal import plan_removal
from vended_logs.policy.request import Request

from .evaluator import allowed
from .requested import meaning, statements
from .strategies import Scene, small_scenes
from .universe import DELIVERY, SEARCH, calls

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
def test_a_grant_taken_back_leaves_what_was_there(scene: Scene, update: bool, others: bool) -> None:  # noqa: FBT001
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
