"""Policies as real accounts hold them, and what is planned for each."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import vended_logs
from vended_logs.errors import PlanRefused, PolicyFull, UnreadableDocument
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.grant import Scope
from vended_logs.policy.plan import Plan, plan
from vended_logs.policy.request import Request

from .evaluator import allowed, listed
from .policies import (
    ACTIONS,
    LIMIT,
    SHARED,
    aws_statement,
    described,
    filled,
    foreign,
    group,
    states,
    text,
    waf_statement,
)
from .requested import asked, statements
from .strategies import SCOPE, SPILL
from .universe import ACCOUNT, DELIVERY, HOME, PARTITION, REGION, SEARCH, calls

BROAD = f"{HOME}:log-group:/aws/vendedlogs/*"
DENY_SID = "NoVendedLogs"
REQUEST = Request(scope=SCOPE)


def _plan(policies: dict[str, str], request: Request = REQUEST, limit: int | None = None) -> Plan:
    return plan([ResourcePolicy.parse(name, policy) for name, policy in policies.items()], request, limit)


def _put(made: Plan) -> str:
    [put] = made.puts
    return put.document.to_json()


def _lossless(policies: dict[str, str], made: Plan, request: Request = REQUEST) -> None:
    """Check by the judge that the plan gives what was asked for and loses nothing."""
    after = policies | {one.name: one.document.to_json() for one in made.puts}
    tried = calls([*policies.values(), *after.values()])
    then = allowed(after.values(), tried)
    assert allowed(policies.values(), tried) | allowed(asked(request), tried) <= then


def _entries(policy: str) -> list[str]:
    return [entry for one in statements(policy) for entry in listed(one.get("Resource", []))]


def test_an_empty_account_gets_the_policy() -> None:
    """With no policy at all, the shared one is created with our statement alone."""
    made = _plan({})
    assert (made.outcome, made.policy_name, made.dropped) == ("Created", SHARED, ())
    [statement] = statements(_put(made))
    assert statement == {
        "Sid": "VendedLogsPolicy",
        "Effect": "Allow",
        "Principal": {"Service": DELIVERY},
        "Action": ACTIONS,
        "Resource": BROAD,
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}, "ArnLike": {"aws:SourceArn": f"{HOME}:*"}},
    }


@pytest.mark.parametrize("as_read", [text, lambda *found: described(text(*found))], ids=["as-put", "as-described"])
def test_a_short_policy_gets_our_statement_added(as_read: Any) -> None:
    """A policy with room keeps every statement and gets the grant beside them."""
    policies = {SHARED: as_read(aws_statement(states(2)), waf_statement(1))}
    made = _plan(policies)
    assert made.outcome == "Added"
    assert set(_entries(policies[SHARED])) | {BROAD} == set(_entries(_put(made)))
    _lossless(policies, made)


def test_entries_of_web_acls_stay_beside_those_of_state_machines() -> None:
    """In a full policy only the entries that the grant covers are dropped; those of web ACLs all stay."""
    full = json.loads(filled(condition=True, limit=4000))
    policies = {SHARED: text(*full["Statement"], waf_statement(9))}
    made = _plan(policies, limit=len(policies[SHARED]))
    assert made.outcome == "Compacted"
    assert sorted(made.dropped) == sorted(_entries(json.dumps(full)))
    assert {entry for entry in _entries(_put(made)) if "aws-waf-logs-" in entry} == set(waf_statement(9)["Resource"])
    _lossless(policies, made)


def test_both_of_the_classes_that_aws_writes_are_kept_apart() -> None:
    """Entries with a condition go when the grant covers them; entries without one are wider and stay."""
    old = aws_statement(states(4, start=90), condition=False)
    new = aws_statement(states(25), sid="AWSLogDeliveryWrite2")
    policies = {SHARED: text(old, new)}
    made = _plan(policies, limit=len(policies[SHARED]))
    assert made.outcome == "Compacted"
    assert sorted(made.dropped) == states(25)
    assert set(_entries(_put(made))) == {*states(4, start=90), BROAD}
    _lossless(policies, made)


def test_a_statement_that_stands_alone_is_read() -> None:
    """A policy whose Statement is an object, not a list, is kept and added to."""
    policies = {SHARED: json.dumps({"Statement": aws_statement(states(1), condition=False)})}
    made = _plan(policies)
    assert made.outcome == "Added"
    assert len(statements(_put(made))) == 2
    assert json.loads(_put(made)).get("Version", "2008-10-17") == "2008-10-17"
    _lossless(policies, made)


def test_a_grant_to_everyone_is_kept_and_not_relied_on() -> None:
    """A statement with Principal "*" does not put the grant in force and is not touched."""
    everyone = aws_statement([f"{HOME}:*"], sid="Everyone") | {"Principal": "*"}
    policies = {SHARED: text(everyone)}
    made = _plan(policies)
    assert made.outcome == "Added"
    [kept] = [one for one in statements(_put(made)) if one.get("Sid") == "Everyone"]
    assert kept["Principal"] == "*"
    _lossless(policies, made)


def test_a_deny_for_another_service_is_kept_and_does_not_matter() -> None:
    """A Deny that is not about log delivery neither stops the plan nor changes."""
    deny = aws_statement([BROAD], sid="NoSearch", service=SEARCH) | {"Effect": "Deny"}
    policies = {SHARED: text(aws_statement(states(1)), deny)}
    made = _plan(policies)
    assert made.outcome == "Added"
    assert [one["Effect"] for one in statements(_put(made)) if one.get("Sid") == "NoSearch"] == ["Deny"]
    _lossless(policies, made)


@pytest.mark.parametrize("name", [SHARED, "company-guardrail"])
def test_a_deny_on_our_pattern_is_refused_by_policy_and_sid(name: str) -> None:
    """A Deny that takes from the grant cannot be planned around: the refusal names where it stands."""
    deny = aws_statement([group("/aws/vendedlogs/secret*")], sid=DENY_SID, condition=False) | {"Effect": "Deny"}
    policies = {SHARED: text(aws_statement([BROAD])), name: text(aws_statement([BROAD]), deny)}
    with pytest.raises(PlanRefused) as refused:
        _plan(policies)
    assert name in str(refused.value)
    assert DENY_SID in str(refused.value)
    assert len(str(refused.value)) <= 240


def test_an_exception_is_kept_and_not_relied_on() -> None:
    """A NotResource statement does not put the grant in force and is not touched."""
    but = {key: value for key, value in aws_statement([], sid="AllBut").items() if key != "Resource"}
    but["NotResource"] = group("/secret")
    policies = {SHARED: text(but)}
    made = _plan(policies)
    assert made.outcome == "Added"
    [kept] = [one for one in statements(_put(made)) if one.get("Sid") == "AllBut"]
    assert listed(kept["NotResource"]) == [group("/secret")]
    _lossless(policies, made)


def test_nine_others_and_a_full_shared_policy_leave_room_in_the_shared_one() -> None:
    """At ten of ten policies the shared one is compacted in its place."""
    policies = foreign(9) | {SHARED: filled(condition=True)}
    made = _plan(policies)
    assert (made.outcome, made.policy_name) == ("Compacted", SHARED)
    _lossless(policies, made)


def test_nine_others_and_a_full_shared_policy_that_nothing_covers_are_refused() -> None:
    """At ten of ten policies there is no slot to spill into: the refusal says how many there are."""
    policies = foreign(9) | {SHARED: filled(condition=True, prefix="aws-waf-logs-")}
    for when_full in ("Widen", "Spill"):
        with pytest.raises(PlanRefused, match="10 of 10 policies"):
            _plan(policies, Request(scope=SCOPE, when_full=when_full))


def test_ten_other_policies_are_refused_with_their_count() -> None:
    """With ten policies and none of them ours, no new one can be made."""
    started = time.process_time()
    with pytest.raises(PlanRefused, match="10 of 10 policies") as refused:
        _plan(foreign(10))
    assert time.process_time() - started < 1
    assert len(str(refused.value)) <= 240


def test_ten_other_policies_do_not_matter_when_the_grant_is_among_them() -> None:
    """A grant in force under any name needs no policy of ours."""
    policies = foreign(9) | {"vended": text(aws_statement([BROAD]))}
    made = _plan(policies)
    assert (made.outcome, made.puts, made.policy_name) == ("AlreadyGranted", (), "vended")


@pytest.mark.parametrize("condition", [True, False])
def test_a_grant_in_force_under_another_name_needs_nothing(condition: bool) -> None:  # noqa: FBT001 - a table's column
    """A wider grant in another policy is found, named, and left alone."""
    by_hand = aws_statement([f"{HOME}:log-group:/aws/*"], condition=condition)
    made = _plan({"by-hand": text(by_hand), SHARED: text(waf_statement(1))})
    assert (made.outcome, made.puts, made.deletes, made.policy_name) == ("AlreadyGranted", (), (), "by-hand")


@pytest.mark.parametrize("as_read", [str, described], ids=["as-put", "as-described"])
def test_a_full_policy_with_conditions_is_compacted(as_read: Any) -> None:
    """A 5,0xx-character policy of conditional entries becomes one broad entry, losing nothing."""
    policies = {SHARED: as_read(filled(condition=True))}
    assert len(filled(condition=True)) == LIMIT
    made = _plan(policies)
    assert made.outcome == "Compacted"
    assert sorted(made.dropped) == sorted(_entries(policies[SHARED]))
    assert made.widened == ()
    assert _entries(_put(made)) == [BROAD]
    _lossless(policies, made)


@pytest.mark.parametrize("as_read", [str, described], ids=["as-put", "as-described"])
def test_a_full_policy_without_conditions_is_widened(as_read: Any) -> None:
    """Unconditional entries are wider than the grant, so the pattern takes their place, which is reported."""
    policies = {SHARED: as_read(filled(condition=False))}
    assert len(filled(condition=False)) == LIMIT
    made = _plan(policies)
    assert (made.outcome, made.widened) == ("Widened", (BROAD,))
    assert sorted(made.dropped) == sorted(_entries(policies[SHARED]))
    assert len(_put(made)) < LIMIT
    _lossless(policies, made)


def test_a_full_policy_spills_where_widening_is_not_wanted() -> None:
    """`Spill` leaves the full policy untouched and makes one of its own."""
    policies = {SHARED: filled(condition=False)}
    request = Request(scope=SCOPE, when_full="Spill")
    made = _plan(policies, request)
    assert (made.outcome, made.policy_name, made.dropped, made.widened) == ("Spilled", SPILL, (), ())
    assert [one.name for one in made.puts] == [SPILL]
    _lossless(policies, made, request)


def test_widening_falls_back_to_a_policy_of_its_own() -> None:
    """Where no entry can be widened, `Widen` spills."""
    policies = {SHARED: filled(condition=True, prefix="aws-waf-logs-")}
    made = _plan(policies)
    assert (made.outcome, made.policy_name) == ("Spilled", SPILL)
    _lossless(policies, made)


def test_an_exception_is_not_widened() -> None:
    """A NotResource statement of AWS's principal and actions in a full policy is not taken for a list of entries."""
    but = aws_statement([], sid="AllBut", condition=False)
    del but["Resource"]
    but["NotResource"] = group("/aws/vendedlogs/private/*", stream=False)
    full = filled(condition=True, prefix="aws-waf-logs-", limit=LIMIT - len(text(but)))
    policies = {SHARED: text(*statements(full), but)}
    made = _plan(policies)
    assert (made.outcome, made.widened) == ("Spilled", ())
    _lossless(policies, made)


def test_a_provider_that_may_not_spill_does_not() -> None:
    """Where the provider's bounds exclude the other name, the policy is full."""
    policies = {SHARED: filled(condition=True, prefix="aws-waf-logs-")}
    with pytest.raises(PolicyFull, match="is full"):
        _plan(policies, Request(scope=SCOPE, may_spill=False))


@pytest.mark.parametrize("condition", [True, False])
def test_a_revocable_grant_makes_room_nowhere(condition: bool) -> None:  # noqa: FBT001 - a table's column
    """A grant that will be taken back drops and widens no entry of a full policy: it spills."""
    policies = {SHARED: filled(condition=condition)}
    request = Request(scope=SCOPE, on_delete="RemoveWhenUnused", stack_id="arn:aws:cloudformation", logical_id="Logs")
    made = _plan(policies, request)
    assert (made.outcome, made.policy_name, made.dropped, made.widened) == ("Spilled", SPILL, (), ())
    _lossless(policies, made, request)


def test_a_revocable_statement_is_not_widened() -> None:
    """Widening a full policy leaves another resource's revocable statement with the entries it had."""
    revocable = aws_statement(states(2, start=90), sid="VendedLogsPolicyR0123abcd", condition=False)
    policies = {SHARED: text(*statements(filled(condition=False, limit=4500)), revocable)}
    made = _plan(policies, limit=len(policies[SHARED]))
    assert made.outcome == "Widened"
    [kept] = [one for one in statements(_put(made)) if one.get("Sid") == revocable["Sid"]]
    assert kept["Resource"] == revocable["Resource"]
    _lossless(policies, made)


def test_a_full_policy_fails_where_that_is_wanted() -> None:
    """`Fail` refuses rather than widen or spill, in one short sentence."""
    with pytest.raises(PlanRefused) as refused:
        _plan({SHARED: filled(condition=False)}, Request(scope=SCOPE, when_full="Fail"))
    assert SHARED in str(refused.value)
    assert len(str(refused.value)) <= 240


def test_a_long_name_does_not_hide_that_the_policy_is_full() -> None:
    """The longest policy name leaves room in the sentence for what happened and what to do."""
    name = "x" * 255
    with pytest.raises(PolicyFull) as refused:
        _plan({name: filled(condition=False)}, Request(scope=SCOPE, policy_name=name, when_full="Fail"))
    assert "is full" in str(refused.value)
    assert str(refused.value).endswith("set WhenFull to Widen or Spill.")
    assert len(str(refused.value)) <= 240


def test_compaction_comes_before_any_choice() -> None:
    """A full policy that compaction is enough for is compacted, whatever is to be done when it is full."""
    for when_full in ("Widen", "Spill", "Fail"):
        assert _plan({SHARED: filled(condition=True)}, Request(scope=SCOPE, when_full=when_full)).outcome == "Compacted"


def test_a_policy_over_the_documented_size_may_keep_its_size() -> None:
    """A policy that the service let grow to 5,211 characters is not asked to shrink below that."""
    policy = filled(condition=True, prefix="aws-waf-logs-", limit=5211 - 500)
    others = aws_statement([f"{HOME}:log-group:/other/*"], service=SEARCH, sid="Search")
    full = text(*statements(policy), aws_statement(states(3), sid="AWSLogDeliveryWrite2"), others)
    assert len(full) > LIMIT
    made = _plan({SHARED: full})
    assert made.outcome in {"Added", "Compacted"}
    assert len(_put(made)) <= len(full)
    _lossless({SHARED: full}, made)


@pytest.mark.parametrize(("condition", "outcome"), [(True, "Compacted"), (False, "Widened")])
def test_the_largest_policies_are_planned_for_quickly(condition: bool, outcome: str) -> None:  # noqa: FBT001 - a table
    """Ten policies of the API's maximum, 51,200 characters each, are planned for in far less than a write's second."""
    full = filled(condition=condition, limit=51_200)
    policies = {SHARED: full} | {f"waf-{number}": filled(condition=True, prefix="aws-waf-logs-") for number in range(9)}
    started = time.process_time()
    assert _plan(policies, limit=51_200).outcome == outcome
    assert time.process_time() - started < 1


def test_the_text_put_does_not_hang_on_the_hash_seed() -> None:
    """Two interpreters that order their sets differently put the same text."""
    bare, waf = aws_statement(states(30), condition=False), waf_statement(9)
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from vended_logs.policy.document import ResourcePolicy\n"
        "from vended_logs.policy.grant import Scope\n"
        "from vended_logs.policy.plan import plan\n"
        "from vended_logs.policy.request import Request\n"
        f"policy = ResourcePolicy.parse({SHARED!r}, {text(bare, waf)!r})\n"
        f"made = plan([policy], Request(scope=Scope({PARTITION!r}, {REGION!r}, {ACCOUNT!r})), 2500)\n"
        "print(made.outcome, made.dropped, made.widened, made.puts[0].document.to_json())\n"
    )
    code = str(Path(vended_logs.__file__).parents[1])
    put = {
        subprocess.run(  # noqa: S603 - this interpreter, with a program written above
            [sys.executable, "-B", "-c", program, code],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(put) == 1
    assert put.pop().startswith("Widened")


def test_other_partitions_have_their_own_arns() -> None:
    """In China and in GovCloud the entry and the condition carry the partition."""
    for partition, region in (("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")):
        made = _plan(
            {}, Request(scope=Scope(partition=partition, region=region, account=ACCOUNT), patterns=("/app/x",))
        )
        [statement] = statements(_put(made))
        home = f"arn:{partition}:logs:{region}:{ACCOUNT}"
        assert statement["Resource"] == f"{home}:log-group:/app/x:*"
        assert statement["Condition"]["ArnLike"] == {"aws:SourceArn": f"{home}:*"}


def test_a_refused_size_is_planned_for_again() -> None:
    """Under a smaller limit than the documented one, a plan that fits it is made."""
    policies = {SHARED: text(aws_statement(states(20)))}
    assert _plan(policies).outcome == "Added"
    made = _plan(policies, limit=1000)
    assert made.outcome == "Compacted"
    assert len(_put(made)) <= 1000


def test_our_own_statement_gets_the_missing_pattern() -> None:
    """A second pattern goes into the statement that we wrote for the first."""
    first = _plan({})
    request = Request(scope=SCOPE, patterns=("/aws/vendedlogs/*", "/other/app"))
    made = _plan({SHARED: _put(first)}, request)
    [statement] = statements(_put(made))
    assert made.outcome == "Added"
    assert sorted(statement["Resource"]) == sorted([BROAD, f"{HOME}:log-group:/other/app:*"])
    assert statement["Sid"] == "VendedLogsPolicy"


def test_statements_equal_to_ours_are_used_whatever_their_sid() -> None:
    """A statement of the same principal, actions and condition gets the pattern and keeps its Sid."""
    made = _plan({SHARED: text(aws_statement(states(1)))})
    [statement] = statements(_put(made))
    assert statement["Sid"] == "AWSLogDeliveryWrite"
    assert sorted(statement["Resource"]) == sorted([*states(1), BROAD])


def test_another_principal_gets_a_statement_of_its_own() -> None:
    """Principals other than log delivery have the account condition alone and a Sid with a digest."""
    made = _plan({}, Request(scope=SCOPE, principals=(DELIVERY, SEARCH)))
    delivery, search = sorted(statements(_put(made)), key=lambda one: str(one["Principal"]))
    assert delivery["Sid"] == "VendedLogsPolicy"
    assert search["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    assert search["Sid"].startswith("VendedLogsPolicy")
    assert len(search["Sid"]) == len("VendedLogsPolicy") + 8
    int(search["Sid"][-8:], 16)


def test_a_document_that_cannot_be_read_is_named() -> None:
    """A policy whose document is no JSON stops the reading, with its name."""
    with pytest.raises(UnreadableDocument, match="broken"):
        _plan({"broken": "{", SHARED: text(aws_statement(states(1)))})
