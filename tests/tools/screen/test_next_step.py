"""What the doctor says to somebody whose policies are healthy, and whose deploy failed all the same."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.tools.diagnosis.accounts import account, granting, policy
from tests.tools.screen.examinations import examined, failed, full, healthy, shown, targeted
from tests.unit.policy.policies import SHARED
from vended_logs_tools.diagnosis.examination import Examination
from vended_logs_tools.screen.as_json import as_json

STEP = "Roles were not looked at. If a deploy failed, ask about its stack:\n  vended-logs doctor --stack NAME "
QUESTION = "is this the region?"


def test_a_healthy_region_s_next_step_leads_to_the_same_place() -> None:
    """The command has the profile and the region of the one before it."""
    one = replace(healthy(), place="--region eu-west-1 --profile 'my work'")
    assert shown(one).endswith(f"\n{STEP}--region eu-west-1 --profile 'my work'\n")


def test_of_several_regions_the_stack_s_is_left_to_the_user() -> None:
    """Once for all of them, with the profile that they share."""
    one = replace(healthy(), place="--region eu-west-1 --profile work")
    text = shown(one, one)
    assert text.endswith(f"\n{STEP}--region REGION --profile work\n")
    assert text.count("--stack NAME") == 1
    assert QUESTION not in text


@pytest.mark.parametrize("others", [[full()], [targeted()], [healthy(), full()], [failed()]])
def test_where_there_is_something_to_do_it_is_not_shown(others: list[Examination]) -> None:
    """A fault has its own cure, a target was looked at with its role, and a failure is mended first."""
    assert "--stack NAME" not in shown(*others)


def test_a_healthy_target_has_no_next_step() -> None:
    """Of a state machine the role was looked at."""
    assert "--stack NAME" not in shown(replace(healthy(), target="state machine orders"))


def test_an_empty_region_may_be_the_wrong_one() -> None:
    """Without a policy and without a log group it is asked; with either, or where that may not be read, it is not."""
    nothing: frozenset[str] = frozenset()
    assert QUESTION in shown(examined(account(log_groups=nothing)))
    assert QUESTION not in shown(examined(account(log_groups=None)))
    assert QUESTION not in shown(examined(account(policy(SHARED, granting()), log_groups=nothing)))
    assert QUESTION not in shown(examined(account(log_groups=frozenset({"/x"}))))


def test_programs_are_not_told() -> None:
    """The JSON has findings and no advice."""
    assert "--stack NAME" not in json.dumps(as_json(healthy()))
