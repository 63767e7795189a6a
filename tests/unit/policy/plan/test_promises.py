"""What is allowed once a plan is carried out, and that it fits."""

from dataclasses import replace
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.policy.plan.results import SLOTS, planned, put_and_replaced, resources
from tests.unit.policy.policies import LIMIT
from tests.unit.policy.requested import allowing, asked, entries
from tests.unit.policy.strategies import Scene, scenes, small_scenes
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.plan import plan


@given(scenes)
def test_the_grant_is_in_force_after_the_plan(scene: Scene) -> None:
    """Every call that was asked for is allowed once the plan is carried out."""
    result = planned(scene)
    for crossing in (False, True):
        asked_for = result.allowed(result.asked, crossing=crossing)
        assert asked_for <= result.allowed(result.after.values(), crossing=crossing)


@given(scenes)
def test_nothing_that_was_allowed_is_lost(scene: Scene) -> None:
    """Every call that was allowed before the plan is allowed after it."""
    result = planned(scene)
    for crossing in (False, True):
        before, after = (result.allowed(one.values(), crossing=crossing) for one in (result.before, result.after))
        assert before <= after


@given(scenes)
def test_nothing_is_gained_but_the_grant_and_the_reported_widening(scene: Scene) -> None:
    """Every call that is newly allowed was asked for, or is by our principals on an entry reported as widened."""
    result = planned(scene)
    widened = list(result.plan.widened)
    reported = [allowing(one, widened, {}) for one in scene.request.principals] if widened else []
    for crossing in (False, True):
        before, after = (result.allowed(one.values(), crossing=crossing) for one in (result.before, result.after))
        assert after - before <= result.allowed(result.asked + reported, crossing=crossing)


@given(scenes)
def test_only_what_was_asked_for_is_ever_widened(scene: Scene) -> None:
    """Widening puts our own patterns in place of others, and only where the request lets it."""
    result = planned(scene)
    assert set(result.plan.widened) <= set(entries(scene.request))
    assert bool(result.plan.widened) == (result.plan.outcome == "Widened")
    assert result.plan.outcome != "Widened" or scene.request.when_full == "Widen"
    assert result.plan.outcome != "Spilled" or scene.request.when_full != "Fail"


@given(scenes)
def test_the_policy_put_fits(scene: Scene) -> None:
    """A policy that is put is within the limit: the given one, or the larger of 5,120 and what it was read with."""
    result = planned(scene)
    text, _ = put_and_replaced(result)
    assert len(text) <= result.bound
    assert result.plan.puts[0].document.size == len(text)


@given(scenes)
def test_planning_again_changes_nothing(scene: Scene) -> None:
    """After the plan the same request finds its grant in force, whatever the limit."""
    result = planned(scene)
    policies = [ResourcePolicy.parse(name, text) for name, text in result.after.items()]
    for limit in (scene.limit, None, 1):
        again = plan(policies, scene.request, limit)
        assert (again.outcome, again.puts, again.deletes, again.dropped) == ("AlreadyGranted", (), (), ())


@given(scenes, st.randoms(use_true_random=False))
def test_a_plan_is_the_same_on_every_run(scene: Scene, dice: Any) -> None:
    """The same policies, listed in any order, give the same plan."""
    result = planned(scene)
    listed_otherwise = list(scene.policies)
    dice.shuffle(listed_otherwise)
    assert plan(scene.policies, scene.request, scene.limit) == result.plan
    assert plan(listed_otherwise, scene.request, scene.limit) == result.plan


@given(scenes)
def test_what_is_taken_out_is_reported(scene: Scene) -> None:
    """An entry that is nowhere after the plan is among the dropped, and nothing is dropped that was not there."""
    result = planned(scene)
    had, has = resources(result.before), resources(result.after)
    assert had - has <= set(result.plan.dropped) <= had


@given(small_scenes(denies=False))
def test_a_grant_that_simply_fits_is_never_refused(scene: Scene) -> None:
    """With no Deny anywhere and room for one more statement each, the plan is made, and takes nothing out."""
    scene = replace(scene, limit=None)
    room = sum(len(one) for one in asked(scene.request)) + 60 * len(scene.request.principals)
    text = scene.before.get(scene.request.policy_name, "")
    assume(len(text) + room <= LIMIT and len(scene.before) < SLOTS)
    made = plan(scene.policies, scene.request, scene.limit)
    assert made.outcome in {"AlreadyGranted", "Created", "Added"}
    assert made.dropped == made.widened == ()
