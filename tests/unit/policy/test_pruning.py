"""Stale entries: exactly those that name a log group which is not there go, and nothing else changes."""

import json
import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vended_logs.errors import PlanRefused
from vended_logs.policy.compaction import retain
from vended_logs.policy.document import ResourcePolicy, Statement
from vended_logs.policy.plan import Plan, apply
from vended_logs.policy.request import Request
from vended_logs_tools.planning import pruning
from vended_logs_tools.planning.pruning import log_group_of, named_log_groups, plan_pruning

from .evaluator import allowed, listed
from .policies import SHARED, aws_statement, foreign, group, text
from .requested import is_revocable, meaning, statements
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
    if not ours or is_revocable(statement) or any(key.startswith("Not") for key in statement):
        return statement
    left = [entry for entry in listed(statement["Resource"]) if not _is_stale(entry, request, existing)]
    return statement | {"Resource": left} if left else None


def _planned(scene: Scene, existing: Collection[str]) -> Plan:
    made = plan_pruning(scene.policies, scene.request, existing)
    assume(made is not None)
    assert made is not None
    return made


def _after(scene: Scene, made: Plan) -> dict[str, str]:
    return {policy.name: policy.document.to_json() for policy in apply(scene.policies, made)}


@given(small_scenes(), _existing)
def test_exactly_the_stale_entries_go(scene: Scene, existing: frozenset[str]) -> None:
    """Each statement is what is left of it when its stale entries are struck out; without any, there is no plan."""
    before = scene.before.get(scene.request.policy_name, '{"Statement":[]}')
    wanted = [_pruned(one, scene.request, existing) for one in statements(before)]
    made = plan_pruning(scene.policies, scene.request, existing)
    left = [meaning(one) for one in wanted if one]
    if made is None:
        assert left == [meaning(one) for one in statements(before)]
        return
    after = {policy.name: policy.document.to_json() for policy in apply(scene.policies, made)}
    assert left == [meaning(one) for one in statements(after.get(scene.request.policy_name, '{"Statement":[]}'))]
    assert bool(left) == bool(made.puts)
    assert bool(left) != bool(made.deletes)


@given(small_scenes(), _existing)
def test_only_delivery_to_groups_that_are_not_there_is_lost(scene: Scene, existing: frozenset[str]) -> None:
    """What is allowed no more is by our principals, in log groups that do not exist; nothing more is allowed."""
    made = _planned(scene, existing)
    after = _after(scene, made)
    tried = calls(scene.before.values())
    was, becomes = allowed(scene.before.values(), tried), allowed(after.values(), tried)
    assert becomes <= was
    for call in was - becomes:
        assert call.principal.removeprefix("Service:") in scene.request.principals
        assert _is_stale(call.resource, scene.request, existing)


@given(small_scenes(), _existing)
def test_no_other_policy_is_touched(scene: Scene, existing: frozenset[str]) -> None:
    """All other policies are as they were, and the one that is pruned keeps its Version, its Id and its Sids."""
    made = _planned(scene, existing)
    name = scene.request.policy_name
    after = _after(scene, made)
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
    """After the plan there is no stale entry left, and the names that are still looked for all exist."""
    made = _planned(scene, existing)
    after = apply(scene.policies, made)
    assert plan_pruning(after, scene.request, existing) is None
    assert named_log_groups(after, scene.request) <= existing


@given(small_scenes())
def test_what_all_exists_is_left(scene: Scene) -> None:
    """If each log group that is named exists, there is nothing to prune."""
    assert plan_pruning(scene.policies, scene.request, named_log_groups(scene.policies, scene.request)) is None


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


def test_a_pruning_is_told_in_full() -> None:
    """The plan says which entries go, and the size, count and entries before and after."""
    others = [ResourcePolicy.parse(name, one) for name, one in foreign(2).items()]
    after = _held(SHARED, aws_statement([_ALIVE]))
    assert plan_pruning([_held(SHARED, _MIXED), *others], REQUEST, {"/aws/vendedlogs/alive"}) == Plan(
        outcome="Pruned",
        policy_name=SHARED,
        puts=(ResourcePolicy.of(SHARED, after.document),),
        dropped=(_DEAD,),
        size=after.document.size,
        policy_count=3,
        entries_before=2,
        entries_after=1,
    )


def test_a_policy_of_nothing_else_is_deleted() -> None:
    """Where every entry is stale, the policy goes as a whole."""
    made = plan_pruning([_held(SHARED, _MIXED)], REQUEST, ())
    assert made == Plan(
        outcome="Pruned",
        policy_name=SHARED,
        deletes=(SHARED,),
        dropped=tuple(sorted((_DEAD, _ALIVE))),
        entries_before=2,
    )


def test_only_the_policy_that_is_named_is_pruned() -> None:
    """Stale entries in another policy are not looked for, and not dropped."""
    policies = [_held("another", _MIXED)]
    assert named_log_groups(policies, REQUEST) == frozenset()
    assert plan_pruning(policies, REQUEST, ()) is None
    assert plan_pruning(policies, replace(REQUEST, policy_name="another"), ()) is not None


def test_what_is_asked_for_is_never_stale() -> None:
    """A log group that the request names is kept although it does not exist yet, whatever follows its name."""
    request = replace(REQUEST, patterns=("/aws/vendedlogs/dead",))
    made = plan_pruning([_held(SHARED, _MIXED)], request, ())
    assert made is not None
    assert made.dropped == (_ALIVE,)


def test_principals_that_were_not_asked_for_keep_their_entries() -> None:
    """Another service's entries stay, also those that it shares with log delivery in one statement."""
    both = _MIXED | {"Principal": {"Service": ["delivery.logs.amazonaws.com", SEARCH]}}
    policies = [_held(SHARED, both, _MIXED | {"Sid": "Search", "Principal": {"Service": SEARCH}})]
    assert plan_pruning(policies, REQUEST, ()) is None
    made = plan_pruning(policies, replace(REQUEST, principals=(SEARCH,)), {"/aws/vendedlogs/alive"})
    assert made is not None
    assert [len(listed(one["Resource"])) for one in statements(made.puts[0].document.to_json())] == [2, 1]


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
        _MIXED | {"Sid": "VendedLogsPolicyR0123abcd"},
    ],
    ids=["alive", "asked", "wildcard", "deny", "other", "both", "everyone", "not-resource", "revocable"],
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
        plan_pruning([_held(SHARED, first, _MIXED)], request, {"/aws/vendedlogs/alive", "/aws/vendedlogs/too"})


def test_a_plan_that_rests_on_a_revocable_grant_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another resource may take back is no reason to drop a lasting entry."""
    monkeypatch.setattr(pruning, "retain", _drops_first)
    lasting = aws_statement([_ALIVE], sid="First", condition=False)
    revocable = lasting | {"Sid": "VendedLogsPolicyR0123abcd"}
    with pytest.raises(PlanRefused, match="would change more"):
        plan_pruning([_held(SHARED, lasting, revocable, _MIXED)], REQUEST, {"/aws/vendedlogs/alive"})


def test_a_plan_that_allows_more_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pruning that grants anything is never returned."""
    monkeypatch.setattr(pruning, "retain", _adds)
    with pytest.raises(PlanRefused, match="would change more"):
        plan_pruning([_held(SHARED, _MIXED)], REQUEST, {"/aws/vendedlogs/alive"})


def test_the_same_entry_goes_wherever_it_stands() -> None:
    """The same entry in two statements goes from both, each by itself."""
    bare = aws_statement([_DEAD, _ALIVE], sid="Bare", condition=False)
    made = plan_pruning([_held(SHARED, _MIXED, bare)], REQUEST, {"/aws/vendedlogs/alive"})
    assert made is not None
    assert [one["Resource"] for one in statements(made.puts[0].document.to_json())] == [_ALIVE, _ALIVE]
