"""Grants that their resource will take back, for a plan and in one."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.policy.plan.results import planned, put_and_replaced
from tests.unit.policy.requested import is_revocable, meaning, permanent, statements
from tests.unit.policy.strategies import REVOCABLE, Scene, scenes
from tests.unit.policy.universe import DELIVERY, SEARCH


@given(scenes)
def test_nothing_rests_on_a_grant_that_will_be_taken_back(scene: Scene) -> None:
    """With every revocable statement gone, what was allowed without them still is, and so is a lasting grant."""
    result = planned(scene)
    before, after = (result.allowed(permanent(policies)) for policies in (result.before, result.after))
    assert before <= after
    if scene.request.on_delete == "Retain":
        assert result.allowed(result.asked) <= after


@given(scenes)
def test_a_revocable_grant_lives_in_statements_of_its_own(scene: Scene) -> None:
    """A grant that will be taken back adds statements of its own and changes no other."""
    result = planned(replace(scene, request=replace(scene.request, on_delete="RemoveWhenUnused")))
    text, replaced = put_and_replaced(result)
    assume(result.plan.outcome in {"Created", "Added"})
    before = {meaning(one) for one in statements(replaced)}
    added = [one for one in statements(text) if meaning(one) not in before]
    assert added
    assert all(is_revocable(one) for one in added)
    assert before <= {meaning(one) for one in statements(text)}


@given(scenes, st.booleans())
def test_an_update_of_a_revocable_grant_stays_revocable(scene: Scene, second: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    """However the properties of a resource change, each statement added for it is one that its Delete finds."""
    request = replace(scene.request, on_delete="RemoveWhenUnused")
    result = planned(replace(scene, request=request, limit=None))
    changed = replace(request, source_conditions=not request.source_conditions)
    changed = replace(changed, principals=(DELIVERY, SEARCH) if second else request.principals)
    again = planned(Scene(tuple(result.after.items()), changed, None))
    assume(again.plan.outcome in {"Created", "Added"})
    text, replaced = put_and_replaced(again)
    before = {meaning(one) for one in statements(replaced)}
    assert all(is_revocable(one) for one in statements(text) if meaning(one) not in before)


def test_the_revocable_sid_is_the_one_that_the_laws_look_for() -> None:
    """The Sid of a revocable grant is the prefix and eight hex digits."""
    assert is_revocable({"Sid": f"{REVOCABLE}0123abcd"})
    assert not is_revocable({"Sid": f"{REVOCABLE}oute"})
