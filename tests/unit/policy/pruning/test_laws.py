"""The laws of pruning, held against a reading of the raw statements."""

import json
import re
from collections.abc import Collection

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.policy.evaluator import allowed, listed
from tests.unit.policy.policies import ACTIONS
from tests.unit.policy.pruning.entries import Json, pruned, texts_of
from tests.unit.policy.requested import asked, is_revocable, meaning, statements
from tests.unit.policy.strategies import Scene, small_scenes
from tests.unit.policy.universe import DELIVERY, HOME, calls
from vended_logs.errors import PlanRefused
from vended_logs.policy.plan import apply, plan
from vended_logs.policy.request import Request
from vended_logs_tools.planning.pruning import entries_of, named_log_groups, plan_pruned, stale_entries, without

_NAMES = [f"/aws{name}" for name in ("", "a", "b", "aa", "ab", "ba", "bb")]
_GROUP = re.compile(re.escape(f"{HOME}:log-group:") + r"([A-Za-z0-9_/.#-]+)(:.*)?")
_existing = st.frozensets(st.sampled_from(_NAMES), max_size=5)


def _is_stale(entry: str, request: Request, existing: Collection[str]) -> bool:
    found = _GROUP.fullmatch(entry)
    return found is not None and found[1] not in existing and found[1] not in request.patterns


def _pruned(statement: Json, request: Request, existing: Collection[str]) -> Json | None:
    """Return a raw statement as it should be afterwards, None if it should be gone."""
    principal = statement.get("Principal")
    services = listed(principal.get("Service", [])) if isinstance(principal, dict) and len(principal) == 1 else []
    ours = len(services) == 1 and services[0] in request.principals and statement["Effect"] == "Allow"
    ours = ours and {action.lower() for action in listed(statement.get("Action", []))} == set(map(str.lower, ACTIONS))
    ours = ours and (not statement.get("Condition") or _is_of_the_account(statement["Condition"], services[0], request))
    if not ours or is_revocable(statement) or any(key.startswith("Not") for key in statement):
        return statement
    left = [entry for entry in listed(statement["Resource"]) if not _is_stale(entry, request, existing)]
    return statement | {"Resource": left} if left else None


def _is_of_the_account(condition: Json, service: str, request: Request) -> bool:
    found = {
        (operator, key.lower()): set(listed(values))
        for operator, keys in condition.items()
        for key, values in keys.items()
    }
    scope = request.scope
    wanted = {("StringEquals", "aws:sourceaccount"): {scope.account}}
    if service == DELIVERY.removeprefix("Service:"):
        source = f"arn:{scope.partition}:logs:{scope.region}:{scope.account}:*"
        wanted["ArnLike", "aws:sourcearn"] = {source}
    return found == wanted


def _changed(scene: Scene, existing: Collection[str]) -> dict[str, str]:
    after = pruned(scene.policies, scene.request, existing)
    assume(texts_of(after) != texts_of(scene.policies))
    return texts_of(after)


@given(small_scenes(), _existing)
def test_exactly_the_stale_entries_go(scene: Scene, existing: frozenset[str]) -> None:
    """Each statement is what is left of it when its stale entries are struck out."""
    before = scene.before.get(scene.request.policy_name, '{"Statement":[]}')
    wanted = [_pruned(one, scene.request, existing) for one in statements(before)]
    left = [meaning(one) for one in wanted if one]
    after = texts_of(pruned(scene.policies, scene.request, existing))
    assert left == [meaning(one) for one in statements(after.get(scene.request.policy_name, '{"Statement":[]}'))]


@given(small_scenes(), _existing)
def test_only_delivery_to_groups_that_are_not_there_is_lost(scene: Scene, existing: frozenset[str]) -> None:
    """What is allowed no more is by our principals, in log groups that do not exist; nothing more is allowed."""
    after = _changed(scene, existing)
    tried = calls(scene.before.values())
    was, becomes = allowed(scene.before.values(), tried), allowed(after.values(), tried)
    assert becomes <= was
    for call in was - becomes:
        assert call.principal.removeprefix("Service:") in scene.request.principals
        assert _is_stale(call.resource, scene.request, existing)


@given(small_scenes(), _existing)
def test_no_other_policy_is_touched(scene: Scene, existing: frozenset[str]) -> None:
    """All other policies are as they were, and the one that is pruned keeps its Version, its Id and its Sids."""
    name = scene.request.policy_name
    after = _changed(scene, existing)
    held = {policy.name: policy.document.to_json() for policy in scene.policies}
    assert {key: text for key, text in after.items() if key != name} == {
        key: text for key, text in held.items() if key != name
    }
    if name in after:
        old, new = json.loads(held[name]), json.loads(after[name])
        assert (old.get("Version"), old.get("Id")) == (new.get("Version"), new.get("Id"))
        assert len(after[name]) < len(held[name])


@given(small_scenes(), _existing)
def test_pruning_again_finds_nothing(scene: Scene, existing: frozenset[str]) -> None:
    """Afterwards there is no stale entry left, and the names that are still looked for all exist."""
    after = pruned(scene.policies, scene.request, existing)
    assert stale_entries(after, scene.request, existing) == frozenset()
    assert named_log_groups(after, scene.request) <= existing


@given(small_scenes())
def test_what_all_exists_is_left(scene: Scene) -> None:
    """If each log group that is named exists, there is nothing to prune."""
    named = named_log_groups(scene.policies, scene.request)
    assert stale_entries(scene.policies, scene.request, named) == frozenset()
    assert without(scene.policies, scene.request, ()) == tuple(scene.policies)


@given(small_scenes(), _existing)
def test_one_write_prunes_and_grants(scene: Scene, existing: frozenset[str]) -> None:
    """Each plan is one change; in the end the grant stands, nothing is lost but stale delivery, nothing else gained."""
    stale = stale_entries(scene.policies, scene.request, existing)
    policies = tuple(scene.policies)
    try:
        for _ in range(4):
            made = plan_pruned(policies, scene.request, stale=stale)
            assert len(made.puts) + len(made.deletes) == (made.outcome != "AlreadyGranted")
            assert made.policy_count == len(apply(policies, made))
            policies = apply(policies, made)
    except PlanRefused:
        return
    assert made.outcome == "AlreadyGranted"
    assert plan(policies, scene.request).outcome == "AlreadyGranted"
    held = {policy.name: entries_of(policy.document) for policy in policies}
    assert not held.get(scene.request.policy_name, frozenset()) & stale
    after = texts_of(policies)
    tried = calls([*scene.before.values(), *asked(scene.request)])
    was, becomes = allowed(scene.before.values(), tried), allowed(after.values(), tried)
    for call in was - becomes:
        assert _is_stale(call.resource, scene.request, existing)
    if not made.widened and scene.request.when_full != "Widen":
        assert becomes - was <= allowed(asked(scene.request), tried)
