"""Accounts with as many policies, or as large ones, as CloudWatch Logs takes."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

import vended_logs
from tests.unit.policy.policies import BROAD, SHARED, aws_statement, filled, foreign, states, text, waf_statement
from tests.unit.policy.real_policies.planning import check_lossless, plan_for
from tests.unit.policy.strategies import SCOPE
from tests.unit.policy.universe import ACCOUNT, PARTITION, REGION
from vended_logs.errors import PlanRefused
from vended_logs.policy.request import Request


def test_nine_others_and_a_full_shared_policy_leave_room_in_the_shared_one() -> None:
    """At ten of ten policies the shared one is compacted in its place."""
    policies = foreign(9) | {SHARED: filled(condition=True)}
    made = plan_for(policies)
    assert (made.outcome, made.policy_name) == ("Compacted", SHARED)
    check_lossless(policies, made)


def test_nine_others_and_a_full_shared_policy_that_nothing_covers_are_refused() -> None:
    """At ten of ten policies there is no slot to spill into: the refusal says how many there are."""
    policies = foreign(9) | {SHARED: filled(condition=True, prefix="aws-waf-logs-")}
    for when_full in ("Widen", "Spill"):
        with pytest.raises(PlanRefused, match="10 of 10 policies"):
            plan_for(policies, Request(scope=SCOPE, when_full=when_full))


def test_ten_other_policies_are_refused_with_their_count() -> None:
    """With ten policies and none of them ours, no new one can be made."""
    started = time.process_time()
    with pytest.raises(PlanRefused, match="10 of 10 policies") as refused:
        plan_for(foreign(10))
    assert time.process_time() - started < 1
    assert len(str(refused.value)) <= 240


def test_ten_other_policies_do_not_matter_when_the_grant_is_among_them() -> None:
    """A grant in force under any name needs no policy of ours."""
    policies = foreign(9) | {"vended": text(aws_statement([BROAD]))}
    made = plan_for(policies)
    assert (made.outcome, made.puts, made.policy_name) == ("AlreadyGranted", (), "vended")


@pytest.mark.parametrize(("condition", "outcome"), [(True, "Compacted"), (False, "Widened")])
def test_the_largest_policies_are_planned_for_quickly(condition: bool, outcome: str) -> None:  # noqa: FBT001 - a table
    """Ten policies of the API's maximum, 51,200 characters each, are planned for in far less than a write's second."""
    full = filled(condition=condition, limit=51_200)
    policies = {SHARED: full} | {f"waf-{number}": filled(condition=True, prefix="aws-waf-logs-") for number in range(9)}
    started = time.process_time()
    assert plan_for(policies, limit=51_200).outcome == outcome
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
