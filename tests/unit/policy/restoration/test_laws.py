"""The laws of a restoration, whatever the backup holds and whatever became of its policies since."""

import json
from dataclasses import dataclass

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.policy.evaluator import Call, allowed, listed
from tests.unit.policy.requested import is_revocable, meaning, statements
from tests.unit.policy.restoration.backups import Json
from tests.unit.policy.strategies import documents, small_scenes
from tests.unit.policy.universe import calls
from vended_logs.errors import PlanRefused
from vended_logs.policy.document import PolicyDocument, ResourcePolicy
from vended_logs.policy.plan import apply
from vended_logs_tools.planning.restoration import Restoration, plan_restore

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


def _words(statement: Json) -> str:
    return meaning({key: value for key, value in statement.items() if key != "Sid"})


@given(pasts(), st.booleans())
def test_restoring_again_changes_nothing(past: Past, exact: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    """Once everything is put back, the same restoration finds nothing to write, and nothing to lose."""
    becomes = after(past, past.plan(exact=exact))
    again = Past(past.then, becomes).plan(exact=exact)
    assert (again.plans, again.lost) == ((), ())


@given(pasts(), st.booleans())
def test_other_policies_are_left_and_named(past: Past, exact: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
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
