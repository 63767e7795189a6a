"""Each cause is named in the account that has it, and only it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tools.diagnosis.accounts import BROAD, REQUEST, SCOPE, account, deny, granting, policy, waf
from tests.tools.diagnosis.ill_accounts import PRUNE, named, only
from tests.unit.policy.policies import SHARED, aws_statement, filled, foreign, states
from tests.unit.policy.universe import HOME
from vended_logs.policy.document import PolicyDocument
from vended_logs_tools.account.survey import AccountPolicy, Survey
from vended_logs_tools.diagnosis.finding import Weight
from vended_logs_tools.diagnosis.health import findings, grant_state, wanted

ENSURE = "vended-logs ensure {place}"


def others(count: int) -> list[AccountPolicy]:
    """Return policies of other services."""
    return [AccountPolicy(name, len(body), 1, PolicyDocument.parse(body)) for name, body in foreign(count).items()]


def test_a_healthy_account_has_nothing() -> None:
    """With the grant in force and room left, nothing is found, and nothing would be written."""
    survey = account(policy(SHARED, granting()), *others(3))
    state = grant_state(survey, REQUEST)
    assert findings(survey, REQUEST) == ()
    assert state is not None
    assert state.in_force
    assert state.plan is not None
    assert state.plan.outcome == "AlreadyGranted"


def test_a_missing_grant_is_a_warning_while_aws_can_help_itself() -> None:
    """Without any policy, the next deploy still goes well; what is told is the grant, and what it would take."""
    found = only(account())
    assert (found.cause, found.weight) == ("grant-missing", Weight.WARNING)
    assert found.commands == (ENSURE,)
    assert f"writes the policy {SHARED}" in found.cure
    assert found.evidence[0].shows == f"there is no policy: {BROAD}"
    assert named(account(policy(SHARED, aws_statement(states(3))))) == [("grant-missing", Weight.WARNING)]


def test_a_full_policy_without_the_grant_is_a_fault_that_ensure_cures() -> None:
    """Where the next entry does not fit, that alone is named, with the size that the policy would have."""
    survey = account(policy(SHARED, document=filled(condition=True)))
    state = grant_state(survey, REQUEST)
    found = only(survey)
    assert (found.cause, found.weight, found.subject) == ("policy-full", Weight.FAULT, SHARED)
    assert found.commands == (ENSURE,)
    assert state is not None
    assert state.plan is not None
    assert f"it has {state.plan.size:,} characters" in found.cure
    assert "5,120 of 5,120 characters, 47 entries" in found.evidence[0].shows


@pytest.mark.parametrize(
    ("room", "cause", "weight"),
    [
        (0, "policy-full", Weight.WARNING),
        (109, "policy-full", Weight.WARNING),
        (110, "policy-nearly-full", Weight.WARNING),
        (549, "policy-nearly-full", Weight.WARNING),
    ],
)
def test_a_full_policy_with_the_grant_is_a_warning(room: int, cause: str, weight: Weight) -> None:
    """With the grant in force, a policy without room hurts only what the grant does not cover."""
    assert named(account(waf(room, broad=True))) == [(cause, weight)]


def test_with_550_characters_left_nothing_is_said_of_room() -> None:
    """The warning begins below the room of five entries."""
    assert named(account(waf(550, broad=True))) == []


def test_a_full_policy_that_the_grant_does_not_fit_into_is_to_be_pruned() -> None:
    """Where the policy is full of entries that the grant does not cover, those whose log groups are gone go first."""
    survey = account(waf(4), log_groups=frozenset({"aws-waf-logs-000"}))
    found = only(survey)
    assert (found.cause, found.weight) == ("policy-full", Weight.FAULT)
    assert found.commands == (PRUNE,)
    assert "aws-waf-logs-001, aws-waf-logs-002 and" in found.evidence[1].shows


def test_a_full_policy_of_entries_in_use_has_the_grant_put_elsewhere() -> None:
    """Where every entry is needed, the grant goes into a policy of its own while there is a slot."""
    found = only(account(waf(4)))
    assert found.commands == (ENSURE,)
    assert found.cure == f"Have the grant put into {SHARED}-VendedLogsPolicy"


def test_a_full_policy_that_nothing_here_can_help_is_to_be_read() -> None:
    """With no slot for another policy either, the user has to choose."""
    found = findings(account(waf(4), *others(9)), REQUEST)
    assert [(one.cause, one.weight) for one in found] == [
        ("policy-full", Weight.FAULT),
        ("ten-of-ten", Weight.WARNING),
    ]
    assert found[0].commands == ("aws logs describe-resource-policies {place}",)


def test_what_exceeds_the_documented_size_has_no_room() -> None:
    """A policy that the service let grow past 5,120 characters has 0 left, not fewer."""
    found = only(account(policy(SHARED, aws_statement(states(60)))))
    assert "It has 0 characters left" in found.message


def test_a_full_policy_that_nobody_adds_to_is_none_of_our_business() -> None:
    """AWS appends to the shared policy alone."""
    assert named(account(policy(SHARED, granting()), replace(waf(0), name="my-own"))) == []


@pytest.mark.parametrize(("sid", "words"), [("KeepOut", "The Deny KeepOut"), (None, "A Deny without a Sid")])
def test_a_deny_is_a_fault_even_beside_the_grant(sid: str | None, words: str) -> None:
    """A Deny that takes from the grant is named with its Sid, and nothing else is."""
    found = only(account(policy("security", deny("/aws/vendedlogs/secret*", sid)), policy(SHARED, granting())))
    assert (found.cause, found.weight, found.subject) == ("policy-denied", Weight.FAULT, "security")
    assert found.message.startswith(words)
    assert named(account(policy("security", deny("/aws/lambda/*")), policy(SHARED, granting()))) == []


def test_ten_policies_without_the_shared_one_are_a_fault() -> None:
    """Where AWS can write no policy and none grants, deploys fail, and that alone is named."""
    found = only(account(*others(10)))
    assert (found.cause, found.weight, found.subject) == ("ten-of-ten", Weight.FAULT, SCOPE.region)
    assert "10 of 10 policies" in found.message


def test_ten_policies_with_the_grant_are_a_warning() -> None:
    """With the grant in force, in the shared policy or elsewhere, ten policies only keep out an eleventh."""
    assert named(account(policy(SHARED, granting()), *others(9))) == [("ten-of-ten", Weight.WARNING)]
    assert named(account(policy("elsewhere", granting()), *others(9))) == [("ten-of-ten", Weight.WARNING)]
    assert named(account(policy(SHARED, granting()), *others(8))) == []


def test_an_unreadable_policy_is_a_fault_and_leaves_the_grant_unknown() -> None:
    """What cannot be read may deny the grant or give it: neither is claimed."""
    broken = policy("broken", document="{")
    survey = account(broken, policy("z", aws_statement(states(1))))
    found = only(survey)
    state = grant_state(survey, REQUEST)
    assert (found.cause, found.weight, found.subject) == ("policy-unreadable", Weight.FAULT, "broken")
    assert state is not None
    assert state.in_force is None
    assert "broken" in state.refusal
    assert named(account(broken, policy(SHARED, granting()))) == [("policy-unreadable", Weight.FAULT)]


def test_a_revocable_grant_is_a_note() -> None:
    """The grant of a stack that will take it back holds now; that it goes with the stack is good to know."""
    revocable = granting() | {"Sid": "VendedLogsPolicyR0123abcd"}
    survey = account(policy(SHARED, revocable))
    state = grant_state(survey, REQUEST)
    assert named(survey) == [("grant-revocable", Weight.NOTE)]
    assert state is not None
    assert (state.in_force, state.revocable) == (True, True)


def test_a_grant_that_stands_in_two_policies_is_in_force() -> None:
    """What the policies allow together is what counts."""
    parts = [aws_statement([BROAD]) | {"Action": action} for action in ("logs:CreateLogStream", "logs:PutLogEvents")]
    assert named(account(policy("one", parts[0]), policy("two", parts[1]))) == []


def test_nothing_is_judged_of_policies_that_could_not_be_read() -> None:
    """Without permission to read the policies there is neither a finding nor a state of the grant."""
    survey = Survey(SCOPE, None, None, frozenset())
    assert findings(survey, REQUEST) == ()
    assert grant_state(survey, REQUEST) is None


def test_a_refusal_speaks_of_options() -> None:
    """Why nothing can be written is said in the words of the command, not of a template."""
    asked = replace(REQUEST, when_full="Fail")
    survey = account(waf(4))
    state = grant_state(survey, asked)
    assert state is not None
    assert state.plan is None
    assert "--when-full" in wanted(state)
    assert "deploy again" not in wanted(state)
    custom = replace(REQUEST, policy_name="my-own")
    ten = account(policy(SHARED, aws_statement(states(1))), *others(9))
    assert [(one.cause, one.weight) for one in findings(ten, custom)] == [
        ("grant-missing", Weight.FAULT),
        ("ten-of-ten", Weight.WARNING),
    ]


def test_the_worst_comes_first() -> None:
    """Faults come before warnings, and these before notes."""
    survey = account(
        policy("a", document="{"),
        policy("b", deny("/aws/vendedlogs/x")),
        policy("c", aws_statement([f"{HOME}:log-group:gone"])),
        waf(200, broad=True),
        log_groups=frozenset(f"aws-waf-logs-{number:03}" for number in range(100)),
    )
    weights = [one.weight for one in findings(survey, REQUEST)]
    assert weights == sorted(weights, key=list(Weight).index)
    assert len(set(weights)) == 3
