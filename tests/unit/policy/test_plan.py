"""The laws of a plan: the grant stands after it, nobody loses, nobody gains beyond what was asked for, and it fits."""

import json
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

from hypothesis import assume, given, target
from hypothesis import strategies as st

from vended_logs.errors import PlanRefused
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.plan import Plan, plan

from .evaluator import Call, allowed, listed
from .policies import LIMIT
from .requested import allowing, asked, entries, is_kept_as_it_is, is_revocable, meaning, permanent, statements
from .strategies import REVOCABLE, Scene, scenes, small_scenes
from .universe import DELIVERY, SEARCH, calls

_SLOTS = 10
_OURS = "VendedLogsPolicy"


class _Result:
    """A scene, the plan made for it, and the account's policy texts after the plan."""

    def __init__(self, scene: Scene, made: Plan) -> None:
        self.scene, self.plan, self.before = scene, made, scene.before
        put = {one.name: one.document.to_json() for one in made.puts}
        self.after = {name: text for name, text in (self.before | put).items() if name not in made.deletes}

    @cached_property
    def asked(self) -> list[str]:
        return asked(self.scene.request)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        return calls([*self.before.values(), *self.after.values(), *self.asked])

    def allowed(self, texts: Any, *, crossing: bool = False) -> frozenset[Call]:
        return allowed(texts, self.calls, crossing=crossing)

    @property
    def bound(self) -> int:
        """The most characters that the policy put may have."""
        [put] = self.plan.puts
        return max(LIMIT, len(self.before.get(put.name, ""))) if self.scene.limit is None else self.scene.limit


def _planned(scene: Scene) -> _Result:
    """Plan the scene; one that is refused has no result to look at, and is left out."""
    try:
        return _Result(scene, plan(scene.policies, scene.request, scene.limit))
    except PlanRefused:
        assume(condition=False)
        raise


def _put(result: _Result) -> tuple[str, str]:
    """Return the text put and the text it replaces (a policy without statements if none)."""
    assume(result.plan.puts)
    [put] = result.plan.puts
    return put.document.to_json(), result.before.get(put.name, '{"Statement":[]}')


@given(scenes)
def test_the_grant_is_in_force_after_the_plan(scene: Scene) -> None:
    """Every call that was asked for is allowed once the plan is carried out."""
    result = _planned(scene)
    for crossing in (False, True):
        asked_for = result.allowed(result.asked, crossing=crossing)
        assert asked_for <= result.allowed(result.after.values(), crossing=crossing)


@given(scenes)
def test_nothing_that_was_allowed_is_lost(scene: Scene) -> None:
    """Every call that was allowed before the plan is allowed after it."""
    result = _planned(scene)
    for crossing in (False, True):
        before, after = (result.allowed(one.values(), crossing=crossing) for one in (result.before, result.after))
        assert before <= after


@given(scenes)
def test_nothing_is_gained_but_the_grant_and_the_reported_widening(scene: Scene) -> None:
    """Every call that is newly allowed was asked for, or is by our principals on an entry reported as widened."""
    result = _planned(scene)
    widened = list(result.plan.widened)
    reported = [allowing(one, widened, {}) for one in scene.request.principals] if widened else []
    for crossing in (False, True):
        before, after = (result.allowed(one.values(), crossing=crossing) for one in (result.before, result.after))
        assert after - before <= result.allowed(result.asked + reported, crossing=crossing)


@given(scenes)
def test_only_what_was_asked_for_is_ever_widened(scene: Scene) -> None:
    """Widening puts our own patterns in place of others, and only where the request lets it."""
    result = _planned(scene)
    assert set(result.plan.widened) <= set(entries(scene.request))
    assert bool(result.plan.widened) == (result.plan.outcome == "Widened")
    assert result.plan.outcome != "Widened" or scene.request.when_full == "Widen"
    assert result.plan.outcome != "Spilled" or scene.request.when_full != "Fail"


@given(scenes)
def test_the_policy_put_fits(scene: Scene) -> None:
    """A policy that is put is within the limit: the given one, or the larger of 5,120 and what it was read with."""
    result = _planned(scene)
    text, _ = _put(result)
    assert len(text) <= result.bound
    assert result.plan.puts[0].document.size == len(text)


@given(scenes)
def test_planning_again_changes_nothing(scene: Scene) -> None:
    """After the plan the same request finds its grant in force, whatever the limit."""
    result = _planned(scene)
    policies = [ResourcePolicy.parse(name, text) for name, text in result.after.items()]
    for limit in (scene.limit, None, 1):
        again = plan(policies, scene.request, limit)
        assert (again.outcome, again.puts, again.deletes, again.dropped) == ("AlreadyGranted", (), (), ())


@given(scenes, st.randoms(use_true_random=False))
def test_a_plan_is_the_same_on_every_run(scene: Scene, dice: Any) -> None:
    """The same policies, listed in any order, give the same plan."""
    result = _planned(scene)
    listed_otherwise = list(scene.policies)
    dice.shuffle(listed_otherwise)
    assert plan(scene.policies, scene.request, scene.limit) == result.plan
    assert plan(listed_otherwise, scene.request, scene.limit) == result.plan


@given(scenes)
def test_at_most_one_policy_is_put_and_none_deleted(scene: Scene) -> None:
    """A plan puts one policy, ours or its spill, keeps all others, and stays within ten."""
    result = _planned(scene)
    assert result.plan.deletes == ()
    assert len(result.plan.puts) == (0 if result.plan.outcome == "AlreadyGranted" else 1)
    assert len(result.after) <= max(_SLOTS, len(result.before))
    assert result.plan.policy_name in result.after
    for put in result.plan.puts:
        spill = f"{scene.request.policy_name}-{_OURS}"
        assert put.name == result.plan.policy_name
        assert put.name == (spill if result.plan.outcome == "Spilled" else scene.request.policy_name)


@given(scenes)
def test_the_outcome_says_what_happened(scene: Scene) -> None:
    """Created means a new policy, Added one with nothing taken out of it, and Compacted one that is shorter for it."""
    result = _planned(scene)
    outcome, name = result.plan.outcome, result.plan.policy_name
    assert outcome in {"AlreadyGranted", "Created", "Added", "Compacted", "Widened", "Spilled"}
    if outcome == "Created":
        assert name not in result.before
    if outcome in {"Added", "Compacted", "Widened"}:
        assert name in result.before
    if outcome in {"AlreadyGranted", "Created", "Added"}:
        assert result.plan.dropped == ()
        assert set(_resources(result.before)) <= set(_resources(result.after))


@given(scenes)
def test_what_is_taken_out_is_reported(scene: Scene) -> None:
    """An entry that is nowhere after the plan is among the dropped, and nothing is dropped that was not there."""
    result = _planned(scene)
    had, has = _resources(result.before), _resources(result.after)
    assert had - has <= set(result.plan.dropped) <= had


def _resources(policies: dict[str, str]) -> set[str]:
    found = (statement.get("Resource", []) for text in policies.values() for statement in statements(text))
    return {entry for resources in found for entry in listed(resources)}


@given(scenes)
def test_denies_exceptions_and_revocable_grants_survive_as_they_are(scene: Scene) -> None:
    """A Deny, a grant to everyone, one with a NotX element and another's revocable grant are all still there."""
    result = _planned(scene)
    text, replaced = _put(result)
    kept = {meaning(one) for one in statements(replaced) if is_kept_as_it_is(one)}
    target(float(len(kept)))
    assert kept <= {meaning(one) for one in statements(text)}


@given(scenes)
def test_statements_of_others_keep_their_entries(scene: Scene) -> None:
    """What principals that were not asked for may do is exactly what it was."""
    result = _planned(scene)
    others = [one for one in result.calls if one.principal.removeprefix("Service:") not in scene.request.principals]
    assert allowed(result.after.values(), others) == allowed(result.before.values(), others)


@given(scenes)
def test_a_document_keeps_its_version_and_id(scene: Scene) -> None:
    """A policy that is put again keeps the language version under which its `${...}` were read."""
    result = _planned(scene)
    assume(result.plan.policy_name in result.before)
    text, replaced = _put(result)
    before, after = json.loads(replaced), json.loads(text)
    assert after.get("Version", "2008-10-17") == before.get("Version", "2008-10-17")
    assert after.get("Id") == before.get("Id")


@given(scenes)
def test_no_sid_is_made_up_or_used_twice(scene: Scene) -> None:
    """Statements keep their Sids; the only new ones are ours, and none is there twice."""
    result = _planned(scene)
    text, replaced = _put(result)
    had, has = (Sids.of(one) for one in (replaced, text))
    assert len(set(has.all)) == len(has.all)
    assert {one for one in has.all if not one.startswith(_OURS)} <= set(had.all)


class Sids(NamedTuple):
    """The Sids of a policy, in order."""

    all: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Sids":
        """Return the Sids in the policy text."""
        return cls(tuple(one["Sid"] for one in statements(text) if "Sid" in one))


@given(scenes)
def test_nothing_rests_on_a_grant_that_will_be_taken_back(scene: Scene) -> None:
    """With every revocable statement gone, what was allowed without them still is, and so is a lasting grant."""
    result = _planned(scene)
    before, after = (result.allowed(permanent(policies)) for policies in (result.before, result.after))
    assert before <= after
    if scene.request.on_delete == "Retain":
        assert result.allowed(result.asked) <= after


@given(scenes)
def test_a_revocable_grant_lives_in_statements_of_its_own(scene: Scene) -> None:
    """A grant that will be taken back adds statements of its own and changes no other."""
    result = _planned(replace(scene, request=replace(scene.request, on_delete="RemoveWhenUnused")))
    text, replaced = _put(result)
    assume(result.plan.outcome in {"Created", "Added"})
    before = {meaning(one) for one in statements(replaced)}
    added = [one for one in statements(text) if meaning(one) not in before]
    assert added
    assert all(is_revocable(one) for one in added)
    assert before <= {meaning(one) for one in statements(text)}


@given(small_scenes(denies=False))
def test_a_grant_that_simply_fits_is_never_refused(scene: Scene) -> None:
    """With no Deny anywhere and room for one more statement each, the plan is made, and takes nothing out."""
    scene = replace(scene, limit=None)
    room = sum(len(one) for one in asked(scene.request)) + 60 * len(scene.request.principals)
    text = scene.before.get(scene.request.policy_name, "")
    assume(len(text) + room <= LIMIT and len(scene.before) < _SLOTS)
    made = plan(scene.policies, scene.request, scene.limit)
    assert made.outcome in {"AlreadyGranted", "Created", "Added"}
    assert made.dropped == made.widened == ()


@given(scenes, st.booleans())
def test_an_update_of_a_revocable_grant_stays_revocable(scene: Scene, second: bool) -> None:  # noqa: FBT001
    """However the properties of a resource change, each statement added for it is one that its Delete finds."""
    request = replace(scene.request, on_delete="RemoveWhenUnused")
    result = _planned(replace(scene, request=request, limit=None))
    changed = replace(request, source_conditions=not request.source_conditions)
    changed = replace(changed, principals=(DELIVERY, SEARCH) if second else request.principals)
    again = _planned(Scene(tuple(result.after.items()), changed, None))
    assume(again.plan.outcome in {"Created", "Added"})
    text, replaced = _put(again)
    before = {meaning(one) for one in statements(replaced)}
    assert all(is_revocable(one) for one in statements(text) if meaning(one) not in before)


def test_the_revocable_sid_is_the_one_that_the_laws_look_for() -> None:
    """The Sid of a revocable grant is the prefix and eight hex digits."""
    assert is_revocable({"Sid": f"{REVOCABLE}0123abcd"})
    assert not is_revocable({"Sid": f"{REVOCABLE}oute"})
