"""What a plan reports and what a refusal says: each figure and each sentence, to the letter."""

from typing import Any

import pytest

from vended_logs.errors import PlanRefused, PolicyFull
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.plan import Plan, apply, plan
from vended_logs.policy.request import Request

from .policies import BROAD, SHARED, aws_statement, filled, foreign, group, states, text, waf_statement
from .requested import statements
from .strategies import SCOPE, SPILL
from .universe import DELIVERY, SEARCH

_Json = dict[str, Any]

GRANT = aws_statement([BROAD], sid="VendedLogsPolicy")
REQUEST = Request(scope=SCOPE)


def _read(policies: dict[str, str]) -> list[ResourcePolicy]:
    return [ResourcePolicy.parse(name, policy) for name, policy in policies.items()]


def _plan(policies: dict[str, str], request: Request = REQUEST, limit: int | None = None) -> Plan:
    return plan(_read(policies), request, limit)


def test_a_created_policy_is_reported() -> None:
    """A policy that was not there had no entries, and counts among those after the plan."""
    made = _plan(foreign(2))
    [put] = made.puts
    assert made == Plan(
        outcome="Created",
        policy_name=SHARED,
        puts=(put,),
        size=len(put.document.to_json()),
        size_limit=5120,
        policy_count=3,
        entries_before=0,
        entries_after=1,
    )


def test_an_added_grant_is_reported() -> None:
    """Entries are counted in the whole policy, a NotResource's among them; nothing was dropped or widened."""
    but = {key: value for key, value in waf_statement(1).items() if key != "Resource"} | {"NotResource": ["a", "b"]}
    before = {SHARED: text(waf_statement(3, sid="Waf"), but)} | foreign(1)
    made = _plan(before)
    [put] = made.puts
    assert (made.outcome, made.entries_before, made.entries_after, made.policy_count) == ("Added", 5, 6, 2)
    assert (made.size, made.size_limit) == (len(put.document.to_json()), 5120)
    assert (made.dropped, made.widened, made.deletes) == ((), (), ())


def test_a_compacted_policy_is_reported() -> None:
    """What the grant took the place of is listed, sorted, each once, and the limit is the size it was read with."""
    statement = aws_statement([*states(60), group("/other")])
    before = {SHARED: text(statement, aws_statement(states(2), sid="Second"))}
    made = _plan(before, limit=3000)
    assert (made.outcome, made.entries_before, made.entries_after) == ("Compacted", 63, 2)
    assert made.dropped == tuple(states(60))
    assert made.size_limit == len(before[SHARED]) > 5120


def test_a_grant_that_stands_is_reported() -> None:
    """The policy that carries it is named, measured and counted, as it is."""
    before = {"mine": text(GRANT | {"Resource": [BROAD, "x"]})} | foreign(1)
    assert _plan(before) == Plan(
        outcome="AlreadyGranted",
        policy_name="mine",
        size=len(before["mine"]),
        policy_count=2,
        entries_before=2,
        entries_after=2,
    )


_BOTH = Request(scope=SCOPE, principals=(DELIVERY, SEARCH), source_conditions=False)
_MINE, _YOURS = (aws_statement([BROAD], condition=False, service=service) for service in (DELIVERY, SEARCH))


@pytest.mark.parametrize(
    ("policies", "carrier"),
    [
        ({"a": [_MINE, _YOURS], "b": [_MINE, _YOURS]}, "a"),
        ({"a": [_MINE, _YOURS], SHARED: [_MINE, _YOURS]}, SHARED),
        ({"a": [_MINE], "b": [_MINE, _YOURS]}, "b"),
        ({SHARED: [_MINE], "b": [_MINE, _YOURS]}, "b"),
        ({"a": [_YOURS], "b": [_MINE]}, "a"),
        ({"a": [_YOURS], SHARED: [_MINE]}, SHARED),
        ({"a": [waf_statement(1)], "b": [_MINE], "c": [_YOURS]}, "b"),
    ],
)
def test_the_carrier_gives_the_most(policies: dict[str, list[_Json]], carrier: str) -> None:
    """The policy that gives the grant whole, rather one that gives part of it, and of equals the one asked for."""
    made = _plan({name: text(*found) for name, found in policies.items()}, _BOTH)
    assert (made.outcome, made.policy_name) == ("AlreadyGranted", carrier)


def test_a_grant_may_be_pieced_together() -> None:
    """Where no policy gives a whole entry, the one asked for is named, though it gives nothing."""
    halves = {
        f"half{number}": text(aws_statement([BROAD], condition=False) | {"Action": action})
        for number, action in enumerate(("logs:CreateLogStream", "logs:PutLogEvents"))
    }
    made = _plan(halves)
    assert (made.outcome, made.policy_name, made.size, made.entries_before) == ("AlreadyGranted", SHARED, 0, 0)


def test_a_spilled_grant_is_reported() -> None:
    """Figures are those of the policy of its own."""
    made = _plan({SHARED: filled(condition=False)}, Request(scope=SCOPE, when_full="Spill"))
    [put] = made.puts
    assert (made.policy_name, made.size, made.size_limit) == (SPILL, put.size, 5120)
    assert (made.policy_count, made.entries_before, made.entries_after) == (2, 0, 1)


def test_what_another_condition_still_lists_is_dropped_all_the_same() -> None:
    """An entry that goes from one statement is reported, though a statement of another kind lists it too."""
    bare = aws_statement(states(2), sid="Bare", condition=False)
    made = _plan({SHARED: text(aws_statement(states(30)), bare)}, limit=1500)
    assert made.outcome == "Compacted"
    assert made.dropped == tuple(states(30))


def test_a_plan_is_carried_out() -> None:
    """Puts take the place of policies of their name or come last, deletes go, and everything else stays."""
    one, two, three = (ResourcePolicy.parse(name, text(GRANT)) for name in ("one", "two", "three"))
    new = ResourcePolicy.parse("one", text(GRANT, _YOURS))
    made = Plan(outcome="Added", policy_name="one", puts=(new, three), deletes=("two",))
    assert apply([one, two], made) == (new, three)
    assert apply([two, one], Plan(outcome="Added", policy_name="one")) == (two, one)


def _refusal(policies: dict[str, str], request: Request = REQUEST, limit: int | None = None) -> str:
    with pytest.raises(PlanRefused) as refused:
        _plan(policies, request, limit)
    return str(refused.value)


def test_a_deny_is_told() -> None:
    """The sentence says which statement of which policy, and what to do."""
    deny = {**_MINE, "Effect": "Deny", "Sid": "No"}
    assert _refusal({"guardrail": text(deny)}) == (
        "The CloudWatch Logs resource policy 'guardrail' denies what the grant allows (Sid 'No'), so nothing was"
        " changed: narrow or remove that Deny, then deploy again."
    )


def test_missing_slots_are_told() -> None:
    """The sentence counts the policies and names the one that there is no room for."""
    assert _refusal(foreign(10)) == (
        "10 of 10 policies of CloudWatch Logs exist in this region and none is named 'AWSLogDeliveryWrite20150319':"
        " delete or merge one, or set PolicyName to one of them."
    )


@pytest.mark.parametrize(
    ("when_full", "cure"),
    [
        ("Fail", "set WhenFull to Widen or Spill"),
        ("Spill", "free one of the policies, or set WhenFull to Widen"),
        ("Widen", "remove entries that nobody needs, or free one of the policies"),
    ],
)
def test_a_full_policy_is_told(when_full: Any, cure: str) -> None:
    """The sentence has size, limit and count, what was chosen, and what else could be; or what the service refused."""
    policies = foreign(9) | {SHARED: filled(condition=True, prefix="aws-waf-logs-")}
    request = Request(scope=SCOPE, when_full=when_full)
    assert _refusal(policies, request) == (
        "The CloudWatch Logs resource policy 'AWSLogDeliveryWrite20150319' is full (5120 of 5120 characters;"
        f" 10 of 10 policies; WhenFull: {when_full}): {cure}."
    )
    assert _refusal(policies, request, 5000) == (
        "CloudWatch Logs refused the policy 'AWSLogDeliveryWrite20150319' at 5001 characters for its size (now 5120"
        f" characters; 10 of 10 policies; WhenFull: {when_full}): {cure}."
    )


def test_a_larger_policy_is_full_at_its_own_size() -> None:
    """What the service let grow is told against the size that it has."""
    policies = {SHARED: filled(condition=True, prefix="aws-waf-logs-", limit=6000)}
    assert "is full (6000 of 6000 characters" in _refusal(policies, Request(scope=SCOPE, when_full="Fail"))


def test_a_policy_that_is_not_there_yet_can_be_full() -> None:
    """A grant too large for a policy of its own is told so, with a size of nothing."""
    patterns = tuple(f"/aws/vendedlogs/{number:0200}" for number in range(25))
    with pytest.raises(PolicyFull, match=r"is full \(0 of 5120 characters; 0 of 10 policies; WhenFull: Widen\)"):
        _plan({}, Request(scope=SCOPE, patterns=patterns))
    with pytest.raises(PolicyFull, match=r"at 1 characters for its size \(now 0 characters"):
        _plan({}, REQUEST, 0)


def test_a_plan_counts_nothing_of_itself() -> None:
    """What is not said of a plan is nothing, and the documented limit."""
    assert Plan(outcome="Removed", policy_name="p") == Plan(
        outcome="Removed",
        policy_name="p",
        puts=(),
        deletes=(),
        dropped=(),
        widened=(),
        size=0,
        size_limit=5120,
        policy_count=0,
        entries_before=0,
        entries_after=0,
    )


def test_a_policy_beyond_the_documented_size_may_be_written_again() -> None:
    """It fits if it is no longer than it was, and only the policy itself counts."""
    waf = filled(condition=True, prefix="aws-waf-logs-", limit=6000)
    before = {SHARED: text(*statements(waf), aws_statement(states(3), sid="States"))}
    made = _plan(before, Request(scope=SCOPE, when_full="Fail"))
    assert made.outcome == "Compacted"
    assert 5120 < made.size <= made.size_limit == len(before[SHARED])


def test_an_unproved_plan_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one that fits is tried, and if none is proved, the refusal is the proof's and not that of the size."""
    before, proved = {SHARED: text(aws_statement(states(2)))}, []

    def prove(_before: object, after: tuple[ResourcePolicy, ...], *_: object) -> None:
        proved.append(after)
        if len(proved) < needed:
            raise PlanRefused(f"not proved, {len(proved)}")

    monkeypatch.setattr("vended_logs.policy.proof.prove", prove)
    needed = 2
    made = _plan(before)
    assert made.outcome == "Compacted"
    assert proved[1] == made.puts
    proved.clear()
    needed = 99
    assert _refusal(before, Request(scope=SCOPE, when_full="Fail")) == f"not proved, {len(proved)}"
    assert len(proved) > 1
