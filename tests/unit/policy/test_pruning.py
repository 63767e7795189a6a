"""Stale entries: exactly those that name a log group which is not there go, and nothing else changes."""

import json
import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vended_logs.errors import PlanRefused, PolicyFull
from vended_logs.policy.compaction import retain
from vended_logs.policy.document import ResourcePolicy, Statement
from vended_logs.policy.plan import Plan, apply, plan
from vended_logs.policy.request import Request
from vended_logs_tools.planning import pruning
from vended_logs_tools.planning.pruning import (
    entries_of,
    log_group_of,
    named_log_groups,
    plan_pruned,
    stale_entries,
    without,
)

from .evaluator import allowed, listed
from .policies import ACTIONS, SHARED, aws_statement, foreign, group, text
from .requested import asked, is_revocable, meaning, statements
from .strategies import SCOPE, Scene, small_scenes
from .universe import ACCOUNT, DELIVERY, HOME, REGION, SEARCH, calls

_Json = dict[str, Any]

REQUEST = Request(scope=SCOPE)
_NAMES = [f"/aws{name}" for name in ("", "a", "b", "aa", "ab", "ba", "bb")]
_GROUP = re.compile(re.escape(f"{HOME}:log-group:") + r"([A-Za-z0-9_/.#-]+)(:.*)?")
_existing = st.frozensets(st.sampled_from(_NAMES), max_size=5)


def _is_stale(entry: str, request: Request, existing: Collection[str]) -> bool:
    found = _GROUP.fullmatch(entry)
    return found is not None and found[1] not in existing and found[1] not in request.patterns


def _pruned(statement: _Json, request: Request, existing: Collection[str]) -> _Json | None:
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


def _is_of_the_account(condition: _Json, service: str, request: Request) -> bool:
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


def _prune(
    policies: Collection[ResourcePolicy], request: Request, existing: Collection[str]
) -> tuple[ResourcePolicy, ...]:
    return without(policies, request, stale_entries(policies, request, existing))


def _texts(policies: Collection[ResourcePolicy]) -> dict[str, str]:
    return {policy.name: policy.document.to_json() for policy in policies}


def _changed(scene: Scene, existing: Collection[str]) -> dict[str, str]:
    after = _prune(scene.policies, scene.request, existing)
    assume(_texts(after) != _texts(scene.policies))
    return _texts(after)


@given(small_scenes(), _existing)
def test_exactly_the_stale_entries_go(scene: Scene, existing: frozenset[str]) -> None:
    """Each statement is what is left of it when its stale entries are struck out."""
    before = scene.before.get(scene.request.policy_name, '{"Statement":[]}')
    wanted = [_pruned(one, scene.request, existing) for one in statements(before)]
    left = [meaning(one) for one in wanted if one]
    after = _texts(_prune(scene.policies, scene.request, existing))
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
    after = _prune(scene.policies, scene.request, existing)
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
    after = _texts(policies)
    tried = calls([*scene.before.values(), *asked(scene.request)])
    was, becomes = allowed(scene.before.values(), tried), allowed(after.values(), tried)
    for call in was - becomes:
        assert _is_stale(call.resource, scene.request, existing)
    if not made.widened and scene.request.when_full != "Widen":
        assert becomes - was <= allowed(asked(scene.request), tried)


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        (f"{HOME}:log-group:/a", "/a"),
        (f"{HOME}:log-group:/a:*", "/a"),
        (f"{HOME}:log-group:/a:log-stream:*", "/a"),
        (f"{HOME}:log-group:aws-waf-logs-Z9_.#-/x:log-stream:", "aws-waf-logs-Z9_.#-/x"),
        (f"{HOME}:log-group:{'x' * 512}:*", "x" * 512),
        (f"{HOME}:log-group:{'x' * 513}:*", None),
        (f"{HOME}:log-group:/a*", None),
        (f"{HOME}:log-group:/a?:*", None),
        (f"{HOME}:log-group:/${{aws:SourceAccount}}:*", None),
        (f"{HOME}:log-group::*", None),
        (f"{HOME}:log-group:", None),
        (f"{HOME}:destination:/a", None),
        (f"{HOME}:*", None),
        ("*", None),
        ("/a", None),
        (f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/a", None),
        (f"arn:aws:logs:{REGION}:999999999999:log-group:/a", None),
        (f"arn:aws-cn:logs:{REGION}:{ACCOUNT}:log-group:/a", None),
        (f"arn:aws:logs:*:{ACCOUNT}:log-group:/a", None),
    ],
)
def test_what_names_one_log_group(entry: str, name: str | None) -> None:
    """The name in full, in our own account and region, whatever of the log group follows it; anything else is none."""
    assert log_group_of(entry, SCOPE) == name


def _held(name: str, *found: _Json) -> ResourcePolicy:
    return ResourcePolicy.parse(name, text(*found))


_DEAD, _ALIVE = group("/aws/vendedlogs/dead"), group("/aws/vendedlogs/alive")
_MIXED = aws_statement([_DEAD, _ALIVE])


_PATTERN = f"{HOME}:log-group:/aws/vendedlogs/*"
_GRANTING = ResourcePolicy.parse("grant", text(aws_statement([_PATTERN], sid="VendedLogsPolicy")))


def _stale(policies: list[ResourcePolicy], *existing: str) -> Any:
    return stale_entries(policies, REQUEST, existing)


def test_a_pruning_is_told_in_full() -> None:
    """Where the grant stands, the plan says which entries go, and the size, count and entries before and after."""
    others = [ResourcePolicy.parse(name, one) for name, one in foreign(2).items()]
    after = _held(SHARED, aws_statement([_ALIVE]))
    policies = [_held(SHARED, _MIXED), _GRANTING, *others]
    assert plan_pruned(policies, REQUEST, stale=_stale(policies, "/aws/vendedlogs/alive")) == Plan(
        outcome="Pruned",
        policy_name=SHARED,
        puts=(ResourcePolicy.of(SHARED, after.document),),
        dropped=(_DEAD,),
        size=after.document.size,
        policy_count=4,
        entries_before=2,
        entries_after=1,
    )


def test_the_grant_comes_in_the_same_write() -> None:
    """What is told compares with what stands now: the stale entry is dropped, the pattern is there."""
    policies = [_held(SHARED, _MIXED)]
    made = plan_pruned(policies, REQUEST, stale=_stale(policies, "/aws/vendedlogs/alive"))
    [put] = made.puts
    assert (made.outcome, made.dropped, made.entries_before, made.entries_after) == ("Added", (_DEAD,), 2, 2)
    assert sorted(listed(statements(put.document.to_json())[0]["Resource"])) == [_PATTERN, _ALIVE]


def test_an_emptied_policy_is_written_and_not_deleted() -> None:
    """Its Id and its slot of ten are kept: the grant goes into it by one write."""
    held = ResourcePolicy.parse(SHARED, json.dumps({**json.loads(text(_MIXED)), "Id": "mine"}))
    made = plan_pruned([held], REQUEST, stale=_stale([held]))
    assert made.deletes == ()
    assert json.loads(made.puts[0].document.to_json())["Id"] == "mine"


def test_a_policy_of_nothing_else_is_deleted() -> None:
    """Where every entry is stale and another policy carries the grant, the policy goes as a whole."""
    policies = [_held(SHARED, _MIXED), _GRANTING]
    assert plan_pruned(policies, REQUEST, stale=_stale(policies)) == Plan(
        outcome="Pruned",
        policy_name=SHARED,
        deletes=(SHARED,),
        dropped=tuple(sorted((_DEAD, _ALIVE))),
        policy_count=1,
        entries_before=2,
    )


def test_only_what_was_shown_goes() -> None:
    """An entry of the same log group in another statement, or that came later, was not shown and stays."""
    policies = [_held(SHARED, _MIXED)]
    stale = _stale(policies, "/aws/vendedlogs/alive")
    later = [
        _held(SHARED, aws_statement([_DEAD, _ALIVE, group("/new")]), aws_statement([_DEAD], sid="B", condition=False))
    ]
    after = without(later, REQUEST, stale)
    assert [listed(one["Resource"]) for one in statements(_texts(after)[SHARED])] == [
        sorted([_ALIVE, group("/new")]),
        [_DEAD],
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"Action": "logs:*"},
        {"Action": ["logs:PutLogEvents"]},
        {"Condition": {"StringEquals": {"aws:SourceAccount": "999999999999"}}},
    ],
)
def test_hand_written_statements_are_never_stale(other: _Json) -> None:
    """Other actions, or the condition of another account: that is nobody's left-over."""
    policies = [_held(SHARED, _MIXED | other)]
    assert named_log_groups(policies, REQUEST) == frozenset()
    assert _stale(policies) == frozenset()


def test_a_grant_beside_comes_first_and_the_pruning_after_it() -> None:
    """Where the grant needs a policy of its own there are two writes, each of one policy."""
    full = [group(f"/mine/{'x' * 60}{number:03}") for number in range(33)]
    policies = (_held(SHARED, aws_statement([*full, _DEAD])),)
    request = replace(REQUEST, when_full="Spill")
    stale = stale_entries(policies, request, {one.split(":log-group:")[1].split(":")[0] for one in full})
    limit = without(policies, request, stale)[0].document.size
    first = plan_pruned(policies, request, limit, stale=stale)
    second = plan_pruned(apply(policies, first), request, limit, stale=stale)
    assert (first.outcome, [put.name for put in first.puts]) == ("Spilled", [request.spill_name])
    assert (second.outcome, second.dropped, [put.name for put in second.puts]) == ("Pruned", (_DEAD,), [SHARED])


def test_a_size_that_is_refused_even_so_ends_it() -> None:
    """One character less than what is left is too few; exactly as many are enough."""
    policies = [_held(SHARED, _MIXED), _GRANTING]
    stale = _stale(policies, "/aws/vendedlogs/alive")
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
    policies = [_held(SHARED, _MIXED)]
    gone = ResourcePolicy.parse(
        "x", text(aws_statement([group("/theirs")], sid="T", condition=False))
    ).document.statements
    made = plan_pruned(policies, REQUEST, None, gone, stale=_stale(policies, "/aws/vendedlogs/alive"))
    assert group("/theirs") in made.puts[0].document.to_json()


def test_the_log_groups_that_are_named() -> None:
    """Each by its name, in the policy asked for."""
    assert named_log_groups([_held(SHARED, _MIXED), _held("x", aws_statement([group("/x")]))], REQUEST) == {
        "/aws/vendedlogs/dead",
        "/aws/vendedlogs/alive",
    }


def test_entries_are_of_what_nobody_can_revoke() -> None:
    """Neither a Deny nor a revocable grant has entries that could be dropped."""
    deny, revocable = _MIXED | {"Sid": "No", "Effect": "Deny"}, _MIXED | {"Sid": "VendedLogsPolicyR0123abcd"}
    assert entries_of(_held(SHARED, deny, revocable).document) == frozenset()
    assert {entry for _, entry in entries_of(_held(SHARED, _MIXED, deny).document)} == {_DEAD, _ALIVE}


def test_the_same_entry_in_another_policy_stays() -> None:
    """What was shown was of the policy asked for."""
    policies = [_held(SHARED, _MIXED), _held("another", _MIXED)]
    assert _texts(without(policies, REQUEST, _stale(policies)))["another"] == _texts(policies)["another"]


def test_only_the_policy_that_is_named_is_pruned() -> None:
    """Stale entries in another policy are not looked for, and not dropped."""
    policies = [_held("another", _MIXED)]
    assert named_log_groups(policies, REQUEST) == frozenset()
    assert _stale(policies) == frozenset()
    assert stale_entries(policies, replace(REQUEST, policy_name="another"), ())


def test_what_is_asked_for_is_never_stale() -> None:
    """A log group that the request names is kept although it does not exist yet, whatever follows its name."""
    request = replace(REQUEST, patterns=("/aws/vendedlogs/dead",))
    assert {entry for _, entry in stale_entries([_held(SHARED, _MIXED)], request, ())} == {_ALIVE}


def test_principals_that_were_not_asked_for_keep_their_entries() -> None:
    """Another service's entries stay, also those that it shares with log delivery in one statement."""
    both = _MIXED | {"Principal": {"Service": ["delivery.logs.amazonaws.com", SEARCH]}}
    policies = [_held(SHARED, both, _MIXED | {"Sid": "Search", "Principal": {"Service": SEARCH}})]
    assert _stale(policies) == frozenset()
    found = stale_entries(policies, replace(REQUEST, principals=(SEARCH,)), {"/aws/vendedlogs/alive"})
    assert {entry for _, entry in found} == ({_DEAD} if not _MIXED.get("Condition") else set())


def _drops_first(found: tuple[Statement, ...], is_kept: Any) -> tuple[Statement, ...]:
    return retain(found[1:], is_kept)


def _adds(found: tuple[Statement, ...], is_kept: Any) -> tuple[Statement, ...]:
    return (*retain(found, is_kept), replace(found[-1], sid="More", condition=()))


_OTHERS = {key: value for key, value in _MIXED.items() if key != "Resource"} | {"Sid": "First"}


@pytest.mark.parametrize(
    "first",
    [
        _OTHERS | {"Resource": [_DEAD, group("/aws/vendedlogs/too")]},
        _OTHERS | {"Resource": [_DEAD, group("/mine")]},
        _OTHERS | {"Resource": group("/aws/vendedlogs/*")},
        _OTHERS | {"Resource": _DEAD, "Effect": "Deny"},
        _OTHERS | {"Resource": group("/dead"), "Principal": {"Service": SEARCH}},
        _OTHERS | {"Resource": group("/dead"), "Principal": {"Service": [DELIVERY, SEARCH]}},
        _OTHERS | {"Resource": group("/dead"), "Principal": "*"},
        _OTHERS | {"NotResource": _DEAD},
        _OTHERS,
        _MIXED | {"Sid": "VendedLogsPolicyR0123abcd"},
    ],
    ids=["alive", "asked", "wildcard", "deny", "other", "both", "everyone", "not-resource", "no-resource", "revocable"],
)
def test_a_plan_that_loses_more_is_refused(first: _Json, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pruning that loses anything but stale entries is never returned."""
    monkeypatch.setattr(pruning, "retain", _drops_first)
    request = replace(REQUEST, patterns=("/mine",))
    said = (
        f"^Dropping stale entries from the CloudWatch Logs resource policy '{SHARED}' would change more than that, so"
        r" nothing was changed: report this with the policy\.$"
    )
    with pytest.raises(PlanRefused, match=said):
        _prune([_held(SHARED, first, _MIXED)], request, {"/aws/vendedlogs/alive", "/aws/vendedlogs/too"})


def test_a_plan_that_rests_on_a_revocable_grant_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another resource may take back is no reason to drop a lasting entry."""
    monkeypatch.setattr(pruning, "retain", _drops_first)
    lasting = aws_statement([_ALIVE], sid="First", condition=False)
    revocable = lasting | {"Sid": "VendedLogsPolicyR0123abcd"}
    with pytest.raises(PlanRefused, match="would change more"):
        _prune([_held(SHARED, lasting, revocable, _MIXED)], REQUEST, {"/aws/vendedlogs/alive"})


def test_a_plan_that_allows_more_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pruning that grants anything is never returned."""
    monkeypatch.setattr(pruning, "retain", _adds)
    with pytest.raises(PlanRefused, match="would change more"):
        _prune([_held(SHARED, _MIXED)], REQUEST, {"/aws/vendedlogs/alive"})


def test_the_same_entry_goes_wherever_it_stands() -> None:
    """The same entry in two statements goes from both, each by itself."""
    bare = aws_statement([_DEAD, _ALIVE], sid="Bare", condition=False)
    after = _texts(_prune([_held(SHARED, _MIXED, bare)], REQUEST, {"/aws/vendedlogs/alive"}))
    assert [one["Resource"] for one in statements(after[SHARED])] == [_ALIVE, _ALIVE]
