"""The documents that a plan writes, and what in them stays as it was."""

import json
from typing import NamedTuple

from hypothesis import assume, given, target

from tests.unit.policy.evaluator import allowed
from tests.unit.policy.plan.results import SLOTS, planned, put_and_replaced, resources
from tests.unit.policy.requested import is_kept_as_it_is, meaning, statements
from tests.unit.policy.strategies import Scene, scenes

_OURS = "VendedLogsPolicy"


@given(scenes)
def test_at_most_one_policy_is_put_and_none_deleted(scene: Scene) -> None:
    """A plan puts one policy, ours or its spill, keeps all others, and stays within ten."""
    result = planned(scene)
    assert result.plan.deletes == ()
    assert len(result.plan.puts) == (0 if result.plan.outcome == "AlreadyGranted" else 1)
    assert len(result.after) <= max(SLOTS, len(result.before))
    assert result.plan.policy_name in result.after
    for put in result.plan.puts:
        spill = f"{scene.request.policy_name}-{_OURS}"
        assert put.name == result.plan.policy_name
        assert put.name == (spill if result.plan.outcome == "Spilled" else scene.request.policy_name)


@given(scenes)
def test_the_outcome_says_what_happened(scene: Scene) -> None:
    """Created means a new policy, Added one with nothing taken out of it, and Compacted one that is shorter for it."""
    result = planned(scene)
    outcome, name = result.plan.outcome, result.plan.policy_name
    assert outcome in {"AlreadyGranted", "Created", "Added", "Compacted", "Widened", "Spilled"}
    if outcome == "Created":
        assert name not in result.before
    if outcome in {"Added", "Compacted", "Widened"}:
        assert name in result.before
    if outcome in {"AlreadyGranted", "Created", "Added"}:
        assert result.plan.dropped == ()
        assert set(resources(result.before)) <= set(resources(result.after))


@given(scenes)
def test_denies_exceptions_and_revocable_grants_survive_as_they_are(scene: Scene) -> None:
    """A Deny, a grant to everyone, one with a NotX element and another's revocable grant are all still there."""
    result = planned(scene)
    text, replaced = put_and_replaced(result)
    kept = {meaning(one) for one in statements(replaced) if is_kept_as_it_is(one)}
    target(float(len(kept)))
    assert kept <= {meaning(one) for one in statements(text)}


@given(scenes)
def test_statements_of_others_keep_their_entries(scene: Scene) -> None:
    """What principals that were not asked for may do is exactly what it was."""
    result = planned(scene)
    others = [one for one in result.calls if one.principal.removeprefix("Service:") not in scene.request.principals]
    assert allowed(result.after.values(), others) == allowed(result.before.values(), others)


@given(scenes)
def test_a_document_keeps_its_version_and_id(scene: Scene) -> None:
    """A policy that is put again keeps the language version under which its `${...}` were read."""
    result = planned(scene)
    assume(result.plan.policy_name in result.before)
    text, replaced = put_and_replaced(result)
    before, after = json.loads(replaced), json.loads(text)
    assert after.get("Version", "2008-10-17") == before.get("Version", "2008-10-17")
    assert after.get("Id") == before.get("Id")


@given(scenes)
def test_no_sid_is_made_up_or_used_twice(scene: Scene) -> None:
    """Statements keep their Sids; the only new ones are ours, and none is there twice."""
    result = planned(scene)
    text, replaced = put_and_replaced(result)
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
