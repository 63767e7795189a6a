"""Putting a backup back: a merge gives back what is gone and takes nothing; an exact one says what it takes."""

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vended_logs.errors import PlanRefused, PolicyFull
from vended_logs.policy.compaction import resources
from vended_logs.policy.document import PolicyDocument, ResourcePolicy, Statement
from vended_logs.policy.plan import Plan, apply
from vended_logs_tools.planning import restoration
from vended_logs_tools.planning.restoration import Restoration, gains, losses, plan_restore, remakes

from .evaluator import Call, allowed, listed
from .policies import SHARED, aws_statement, filled, foreign, group, states, text
from .requested import is_revocable, meaning, statements
from .strategies import documents, small_scenes
from .universe import HOME, SEARCH, calls

_Json = dict[str, Any]
Policies = tuple[ResourcePolicy, ...]


@dataclass(frozen=True)
class Past:
    """Policy texts by name: as a backup has them, and as they are now."""

    then: dict[str, str]
    now: dict[str, str]

    def plan(self, *, exact: bool = False) -> Restoration:
        """Plan; a restoration that is refused has no result to look at."""
        try:
            return plan_restore(parsed(self.now), parsed(self.then), exact=exact)
        except PlanRefused:
            assume(condition=False)
            raise

    def calls(self, *more: str) -> tuple[Call, ...]:
        """Return the calls worth trying."""
        return calls([*self.then.values(), *self.now.values(), *more])


def parsed(texts: dict[str, str]) -> Policies:
    """Return the policies as the core reads them."""
    return tuple(ResourcePolicy.parse(name, one) for name, one in texts.items())


def after(past: Past, found: Restoration) -> dict[str, str]:
    """Return the policy texts once all plans are carried out."""
    policies = parsed(past.now)
    for made in found.plans:
        policies = apply(policies, made)
    return {policy.name: policy.document.to_json() for policy in policies}


def only(policy: str, effect: str) -> str:
    """Return the policy text with only the statements of that effect."""
    return json.dumps(
        {**json.loads(policy), "Statement": [one for one in statements(policy) if one["Effect"] == effect]}
    )


@st.composite
def pasts(draw: st.DrawFn) -> Past:
    """Draw a backup, and what became of its policies: nothing, gone, cut down, grown, or another document."""
    then = {name: one for name, one in draw(small_scenes()).texts if not name.startswith("other-")}
    now: dict[str, str] = {}
    for name, policy in then.items():
        fate = draw(st.sampled_from(["same", "gone", "less", "less", "more", "other"]))
        if fate in {"same", "more"}:
            now[name] = policy
        elif fate == "less":
            now[name] = draw(_cut(policy))
        if fate in {"more", "other"}:
            more = statements(draw(documents()))
            kept = [one for one in statements(now.get(name, '{"Statement":[]}')) if "Sid" not in one]
            now[name] = json.dumps({**json.loads(policy), "Statement": [*kept, *more]})
    if draw(st.booleans()):
        now["new"] = draw(documents())
    return Past(then, now)


@st.composite
def _cut(draw: st.DrawFn, policy: str) -> str:
    left = [one for one in statements(policy) if draw(st.booleans())] or statements(policy)[:1]
    for one in left:
        if "Resource" in one and draw(st.booleans()):
            one["Resource"] = listed(one["Resource"])[:1]
    version = draw(st.sampled_from([{}, {}, {"Version": "2012-10-17"}, {"Version": "2008-10-17"}]))
    return json.dumps({**json.loads(policy), **version, "Statement": left})


@given(pasts())
def test_a_merge_takes_nothing_from_anyone(past: Past) -> None:
    """Whatever is allowed now is allowed after a merge, and whatever is denied is denied."""
    becomes = after(past, past.plan())
    tried = past.calls(*becomes.values())
    assert allowed(past.now.values(), tried) <= allowed(becomes.values(), tried)
    for name, policy in past.now.items():
        denies = [meaning(one) for one in statements(policy) if one["Effect"] == "Deny"]
        assert denies == [meaning(one) for one in statements(becomes[name]) if one["Effect"] == "Deny"]


@given(pasts())
def test_a_merge_allows_nothing_that_the_backup_did_not(past: Past) -> None:
    """What is newly allowed is allowed by the backup's own statements."""
    becomes = after(past, past.plan())
    tried = past.calls(*becomes.values())
    gained = allowed(becomes.values(), tried) - allowed(past.now.values(), tried)
    assert gained <= allowed([only(policy, "Allow") for policy in past.then.values()], tried)


@given(pasts())
def test_a_merge_gives_back_what_is_gone(past: Past) -> None:
    """In each policy, what the backup's allowed is allowed again, but for the statements that are told as left out."""
    found = past.plan()
    becomes = after(past, found)
    tried = past.calls(*becomes.values())
    for name, policy in past.then.items():
        left_out = [meaning(left.statement.to_dict()) for left in found.left_out if left.policy_name == name]
        wanted = [
            one
            for one in statements(policy)
            if one["Effect"] == "Allow" and not is_revocable(one) and meaning(one) not in left_out
        ]
        if wanted:
            was = json.dumps({**json.loads(policy), "Statement": wanted})
            held = only(becomes[name], "Allow")
            assert allowed([was], tried) <= allowed([held], tried)


@given(pasts())
def test_what_is_gone_and_not_put_back_is_told(past: Past) -> None:
    """A Deny or a revocable grant of the backup that is nowhere in the policy any more is told as left out."""
    found = past.plan()
    becomes = after(past, found)
    for name, policy in past.then.items():
        told = [meaning(left.statement.to_dict()) for left in found.left_out if left.policy_name == name]
        stands = [_words(one) for one in statements(becomes.get(name, '{"Statement":[]}'))]
        for one in PolicyDocument.parse(policy).statements:
            raw = one.to_dict()
            if one.effect == "Deny" and _words(raw) not in stands:
                assert meaning(raw) in told


def _words(statement: _Json) -> str:
    return meaning({key: value for key, value in statement.items() if key != "Sid"})


@given(pasts(), st.booleans())
def test_restoring_again_changes_nothing(past: Past, exact: bool) -> None:  # noqa: FBT001
    """Once everything is put back, the same restoration finds nothing to write, and nothing to lose."""
    becomes = after(past, past.plan(exact=exact))
    again = Past(past.then, becomes).plan(exact=exact)
    assert (again.plans, again.lost) == ((), ())


@given(pasts(), st.booleans())
def test_other_policies_are_left_and_named(past: Past, exact: bool) -> None:  # noqa: FBT001
    """Policies that are not in the backup stay as they are; nothing is deleted; Sids are unique."""
    found = past.plan(exact=exact)
    becomes = after(past, found)
    others = sorted(past.now.keys() - past.then.keys())
    assert list(found.untouched) == others
    assert all(made.deletes == () and len(made.puts) == 1 for made in found.plans)
    assert {name: PolicyDocument.parse(becomes[name]) for name in others} == {
        name: PolicyDocument.parse(past.now[name]) for name in others
    }
    if not exact:
        for made in found.plans:
            sids = [one.sid for one in made.puts[0].document.statements if one.sid]
            before = past.now.get(made.policy_name, past.then[made.policy_name])
            had = [one["Sid"] for one in statements(before) if "Sid" in one]
            assert len(sids) - len(set(sids)) <= len(had) - len(set(had))


@given(pasts())
def test_an_exact_restoration_is_the_backup(past: Past) -> None:
    """Each policy of the backup says afterwards what it said then, no more and no less."""
    becomes = after(past, past.plan(exact=True))
    for name, policy in past.then.items():
        wanted, found = PolicyDocument.parse(policy), PolicyDocument.parse(becomes[name])
        assert set(found.statements) == set(wanted.statements)
        assert (found.version or "2008-10-17", found.id) == (wanted.version or "2008-10-17", wanted.id)


@given(pasts())
def test_what_an_exact_restoration_loses_is_told(past: Past) -> None:
    """What a policy allows now and not afterwards is in what is told as lost, and so is each Deny that goes."""
    found = past.plan(exact=True)
    becomes, lost = after(past, found), dict(found.lost)
    tried = past.calls()
    for name, policy in past.now.items():
        told = PolicyDocument(lost.get(name, ()), json.loads(policy).get("Version")).to_json()
        was, is_now = (allowed([only(one, "Allow")], tried) for one in (policy, becomes[name]))
        assert was - is_now <= allowed([only(told, "Allow")], tried)
        kept = {_words(one.to_dict()) for one in PolicyDocument.parse(becomes[name]).statements}
        for one in PolicyDocument.parse(policy).statements:
            if one.effect == "Deny" and _words(one.to_dict()) not in kept:
                assert _words(one.to_dict()) in {_words(left) for left in statements(told)}


_A, _B = (aws_statement([group(name)]) for name in ("/aws/vendedlogs/a", "/aws/vendedlogs/b"))
_BOTH = aws_statement([group("/aws/vendedlogs/a"), group("/aws/vendedlogs/b")])
_SEARCH = aws_statement([group("/search")], sid="Search", service=SEARCH)
_DENY = _SEARCH | {"Sid": "No", "Effect": "Deny"}
_REVOCABLE = _A | {"Sid": "VendedLogsPolicyR0123abcd"}
_VARIABLE = _A | {"Sid": "Mine", "Resource": f"{HOME}:log-group:/${{aws:PrincipalTag/team}}/*"}


def _held(*found: _Json, name: str = SHARED, version: str | None = "2012-10-17") -> ResourcePolicy:
    return ResourcePolicy.parse(name, text(*found, version=version))


def _put(found: Restoration) -> list[_Json]:
    [made] = found.plans
    [put] = made.puts
    return statements(put.document.to_json())


def test_lost_entries_grow_back_into_their_statement() -> None:
    """What the statement still has and has gained since stays, and the plan tells its sizes."""
    found = plan_restore([_held(_B, _SEARCH)], [_held(_A)])
    assert [(one["Sid"], one["Resource"]) for one in _put(found)] == [
        ("AWSLogDeliveryWrite", [group("/aws/vendedlogs/a"), group("/aws/vendedlogs/b")]),
        ("Search", group("/search")),
    ]
    document = PolicyDocument.parse(text(_BOTH, _SEARCH))
    put = ResourcePolicy.of(SHARED, document)
    assert found.plans == (
        Plan(
            outcome="Restored",
            policy_name=SHARED,
            puts=(put,),
            size=put.size,
            policy_count=1,
            entries_before=2,
            entries_after=3,
        ),
    )


def test_a_deleted_policy_comes_back_as_it_was() -> None:
    """With its Version and its Id, whatever else is there now."""
    document = replace(PolicyDocument.parse(text(_A, _SEARCH)), version="2008-10-17", id="Mine")
    found = plan_restore([_held(_B, name="x")], [ResourcePolicy.of(SHARED, document)])
    assert [made.puts[0].document for made in found.plans] == [document]
    assert (found.untouched, found.left_out, found.lost) == (("x",), (), ())


def test_what_would_take_is_left_out_and_told() -> None:
    """A Deny and a revocable grant that are gone are not put back, each with its reason; the rest is."""
    found = plan_restore([_held(_B)], [_held(_A, _DENY, _REVOCABLE)])
    assert [(left.policy_name, left.statement.sid, left.reason) for left in found.left_out] == [
        (SHARED, "No", "deny"),
        (SHARED, "VendedLogsPolicyR0123abcd", "revocable"),
    ]
    assert [one["Sid"] for one in _put(found)] == ["AWSLogDeliveryWrite"]


def test_what_still_stands_is_not_told() -> None:
    """A Deny and a revocable grant that are still there, and one that lasting entries cover, are no news."""
    assert plan_restore([_held(_DENY, _REVOCABLE)], [_held(_DENY, _REVOCABLE)]) == Restoration(())
    assert plan_restore([_held(_A)], [_held(_REVOCABLE)]) == Restoration(())


def test_a_revocable_grant_stands_for_nothing_lasting() -> None:
    """What now stands in a revocable grant alone is put back as the lasting grant that it was."""
    found = plan_restore([_held(_REVOCABLE)], [_held(_A)])
    assert [one["Sid"] for one in _put(found)] == ["VendedLogsPolicyR0123abcd", "AWSLogDeliveryWrite"]


@pytest.mark.parametrize(("then", "now"), [("2012-10-17", "2008-10-17"), ("2008-10-17", "2012-10-17")])
def test_variables_that_would_be_read_otherwise_are_left_out(then: str, now: str) -> None:
    """A statement with ${...} is not put into a policy whose Version reads that differently; others are."""
    found = plan_restore([_held(_B, version=now)], [_held(_A, _VARIABLE, version=then)])
    assert [(left.statement.sid, left.reason) for left in found.left_out] == [("Mine", "variables")]
    assert len(_put(found)[0]["Resource"]) == 2
    stays = plan_restore([_held(_VARIABLE, version=now)], [_held(_VARIABLE, version=then)])
    assert (stays.plans, [left.reason for left in stays.left_out]) == ((), ["variables"])
    same = plan_restore([_held(_B, version=now)], [_held(_VARIABLE, version=now)])
    assert (same.left_out, len(_put(same)[0]["Resource"])) == ((), 2)


def test_an_exact_restoration_tells_what_is_read_otherwise() -> None:
    """A statement with ${...} whose text stays is lost all the same if its Version changes."""
    found = plan_restore([_held(_VARIABLE)], [_held(_VARIABLE, version="2008-10-17")], exact=True)
    assert [(name, [one.sid for one in lost]) for name, lost in found.lost] == [(SHARED, ["Mine"])]


def test_what_goes_is_listed_once() -> None:
    """Also a statement with ${...}, an Allow or a Deny, that is not in a backup of another Version at all."""
    deny = _VARIABLE | {"Sid": "No", "Effect": "Deny"}
    found = plan_restore([_held(_A, _VARIABLE, deny)], [_held(_A, version="2008-10-17")], exact=True)
    assert [[one.sid for one in lost] for _, lost in found.lost] == [["Mine", "No"]]


def test_an_id_makes_a_difference_to_an_exact_restoration() -> None:
    """The Id is put back although nothing else differs; nothing is lost by that."""
    then = ResourcePolicy.of(SHARED, replace(PolicyDocument.parse(text(_A)), id="Mine"))
    found = plan_restore([_held(_A)], [then], exact=True)
    assert ([made.puts for made in found.plans], found.lost) == ([(then,)], ())
    assert plan_restore([then], [then], exact=True) == Restoration(())


def test_an_exact_restoration_lists_what_goes() -> None:
    """Allows are cut to the entries that go, Denies and revocable grants are named, and what stays is not."""
    stays = _DENY | {"Sid": "Stays", "Resource": group("/stays")}
    now = _held(_BOTH, stays, _DENY, _REVOCABLE | {"Resource": group("/r")}, _SEARCH)
    found = plan_restore([now], [_held(_A, _SEARCH, stays)], exact=True)
    [(name, lost)] = found.lost
    assert name == SHARED
    assert [(one.sid, one.resource.values if one.resource else ()) for one in lost] == [
        ("AWSLogDeliveryWrite", (group("/aws/vendedlogs/b"),)),
        ("VendedLogsPolicyR0123abcd", (group("/r"),)),
        ("No", (group("/search"),)),
    ]
    assert [one["Sid"] for one in _put(found)] == ["AWSLogDeliveryWrite", "Search", "Stays"]


def test_an_exact_restoration_of_the_same_is_none() -> None:
    """Neither the order of the statements nor a Version that is written out makes a difference."""
    then = _held(_A, _SEARCH, version=None)
    assert plan_restore([_held(_SEARCH, _A, version="2008-10-17")], [then], exact=True) == Restoration(())
    [made] = plan_restore([_held(_SEARCH, _A)], [then], exact=True).plans
    assert made.puts[0].document.version == "2008-10-17"


@pytest.mark.parametrize("exact", [False, True])
def test_an_eleventh_policy_is_refused(exact: bool) -> None:  # noqa: FBT001
    """Where the backup's policies and those of now would be more than ten, nothing is planned."""
    others = [ResourcePolicy.parse(name, one) for name, one in foreign(9).items()]
    backup = [_held(_A), _held(_B, name="b")]
    assert len(plan_restore(others[:8], backup, exact=exact).plans) == 2
    with pytest.raises(
        PlanRefused, match=rf"^9 of 10 policies .*, and the backup would make 2 more \('{SHARED}, b'\): delete or merge"
    ):
        plan_restore(others, backup, exact=exact)


@pytest.mark.parametrize("exact", [False, True])
def test_one_of_ten_policies_can_be_restored(exact: bool) -> None:  # noqa: FBT001
    """A policy that is there takes no further slot, however many there are."""
    others = [ResourcePolicy.parse(name, one) for name, one in foreign(9).items()]
    assert len(plan_restore([*others, _held(_B)], [_held(_A)], exact=exact).plans) == 1


_BROAD = aws_statement([f"{HOME}:log-group:/aws/vendedlogs/*"], sid="Broad")


def _search(count: int) -> _Json:
    return aws_statement(
        [group(f"/search/{'x' * 40}{number:02}") for number in range(count)], sid="Search", service=SEARCH
    )


def test_what_does_not_fit_is_compacted() -> None:
    """Entries that another one covers make room for what comes back; without need for room they stay."""
    now = _held(_BROAD, aws_statement(states(35)))
    assert plan_restore([now], [_held(_search(1))]).plans[0].dropped == ()
    found = plan_restore([now], [_held(_search(12))])
    assert [one["Sid"] for one in _put(found)] == ["Broad", "Search"]
    assert len(found.plans[0].dropped) == 35


def test_what_does_not_fit_even_so_is_refused() -> None:
    """With the size that it would have at least, and nothing is planned for any policy."""
    now, back = _held(_BROAD, aws_statement(states(10))), _search(45)
    least = PolicyDocument.parse(text(_BROAD, back)).size
    sizes = rf"\({least} of {_held(back).size} characters\)"
    with pytest.raises(
        PolicyFull,
        match=rf"^The CloudWatch .* '{SHARED}' has no room for what the backup would put back {sizes}: remove",
    ):
        plan_restore([now], [_held(back), _held(_A, name="x")])


def test_a_policy_that_is_larger_may_stay_as_large() -> None:
    """What stands there now says how large it may be, where that is more than is documented."""
    now = replace(ResourcePolicy.parse(SHARED, filled(condition=True)), size=6000)
    [made] = plan_restore([now], [_held(_SEARCH)]).plans
    assert 5120 < made.size < 6000


def _refused(size: int) -> str:
    return (
        f"^CloudWatch Logs refused the policy '{SHARED}' at {size} characters for its size, and what the backup would"
        rf" put back needs {size}: remove entries that nobody needs, then restore again\.$"
    )


def test_a_refusal_of_more_than_there_is_room_for_is_no_cause() -> None:
    """Where the documented limit is what is in the way, that is what is told."""
    now, back = _held(_BROAD, aws_statement(states(10))), _search(45)
    with pytest.raises(PolicyFull, match="has no room for what the backup would put back"):
        plan_restore([now], [_held(back)], limits={SHARED: 9000})


def test_the_account_may_hold_what_it_held() -> None:
    """A backup that is larger than the documented limit can be put back, unless CloudWatch Logs refuses it."""
    large = ResourcePolicy.parse(SHARED, filled(condition=True, limit=5211))
    for exact in (False, True):
        [made] = plan_restore([], [large], exact=exact).plans
        assert 5120 < made.size <= 5211
        assert plan_restore([], [large], exact=exact, limits={"x": 1, SHARED: made.size}).plans == (made,)
        with pytest.raises(PolicyFull, match=_refused(made.size)):
            plan_restore([], [large], exact=exact, limits={SHARED: made.size - 1})


def _forgets(_: object, gone: tuple[Statement, ...]) -> tuple[Statement, ...]:
    return gone


def _leaves(now: tuple[Statement, ...], _: object) -> tuple[Statement, ...]:
    return now


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (_forgets, f"^The plan for the CloudWatch Logs resource policy '{SHARED}' would lose something"),
        (
            _leaves,
            (
                f"^The plan for the CloudWatch Logs resource policy '{SHARED}' would not put back all that is gone, so"
                r" nothing was changed: report this with the policy and the backup\.$"
            ),
        ),
    ],
)
def test_a_faulty_merge_is_refused(fault: Any, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A merge that would lose something of now, or not give back what is gone, is never returned."""
    monkeypatch.setattr(restoration, "restored", fault)
    with pytest.raises(PlanRefused, match=said):
        plan_restore([_held(_SEARCH)], [_held(_A)])


def test_policies_are_restored_in_the_order_of_their_names() -> None:
    """However the policies are listed, and what is told of them too."""
    backup = [_held(_A, _DENY, name="b"), _held(_A, _DENY, name="a")]
    found = plan_restore([_held(_B, name="z"), _held(_B, name="y")], backup)
    assert [made.policy_name for made in found.plans] == ["a", "b"]
    assert [left.policy_name for left in found.left_out] == ["a", "b"]
    assert found.untouched == ("y", "z")


def test_a_lasting_grant_that_becomes_revocable_is_lost() -> None:
    """What a resource may take back is no stand-in for what nobody could; the other way round nothing is lost."""
    lasting, revocable = (
        _held(aws_statement(states(1))),
        _held(aws_statement(states(1), sid="VendedLogsPolicyR0123abcd")),
    )
    [(name, lost)] = plan_restore([lasting], [revocable], exact=True).lost
    assert (name, [resources(one) for one in lost]) == (SHARED, [(states(1)[0],)])
    assert plan_restore([revocable], [lasting], exact=True).lost == ()


def test_what_makes_agreed_grants_anew() -> None:
    """Nothing that stands may go, nothing but what was agreed to may come, and the Version stays."""
    now, more = _held(aws_statement(states(1))).document, _held(aws_statement(states(3))).document
    agreed = gains(now, _held(aws_statement(states(2))).document)
    assert [resources(one) for one in agreed] == [(states(2)[1],)]
    assert remakes(now, _held(aws_statement(states(2))).document, agreed)
    assert not remakes(now, more, agreed)
    assert not remakes(more, now, agreed)
    assert not remakes(now, replace(_held(aws_statement(states(2))).document, version="2008-10-17"), agreed)
    both = _held(aws_statement(states(2)), aws_statement(states(1), sid="B", condition=False)).document
    assert not remakes(now, both, agreed)
    deny = aws_statement(states(1)) | {"Effect": "Deny", "Sid": "No"}
    denied = _held(aws_statement(states(1)), deny).document
    assert not remakes(now, denied, agreed)
    assert [one.sid for one in losses(denied, now)] == ["No"]
    assert remakes(now, denied, gains(now, denied))
