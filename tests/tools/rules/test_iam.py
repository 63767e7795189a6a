"""What a role's policy documents allow of log delivery, and what they deny."""

from typing import Any

import pytest

from tests.support.facts import ROLE_ACTIONS as DOCUMENTED_ACTIONS
from tests.tools.rules.role_policies import (
    ELSEWHERE,
    IS_PROD,
    MACRO,
    NO_VALUE,
    TEMPLATE,
    all_actions,
    document_of,
    if_prod,
    judged,
    statement_with,
)
from vended_logs_tools.reading.formula import FALSE, TRUE, UNKNOWN, Formula, negate
from vended_logs_tools.rules.iam import ON_ANY_RESOURCE, ROLE_ACTIONS
from vended_logs_tools.template_model import of


def _allowed(**changes: Any) -> dict[str, Formula]:
    return judged(document_of(statement_with(**changes)))[0]


def _denied(**changes: Any) -> dict[str, Formula]:
    return judged(document_of(statement_with(Effect="Deny", **changes)))[1]


def _some(*actions: str, formula: Formula = TRUE, rest: Formula = FALSE) -> dict[str, Formula]:
    return {action: formula if action in actions else rest for action in ROLE_ACTIONS}


def test_the_actions_are_those_of_the_guide() -> None:
    """The ten actions that are looked for are the documented ones."""
    assert ROLE_ACTIONS == DOCUMENTED_ACTIONS


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ("*", all_actions(TRUE)),
        ("logs:*", all_actions(TRUE)),
        ("LOGS:*", all_actions(TRUE)),
        ("logs:*LogDeliver*", _some(*(action for action in ROLE_ACTIONS if "LogDeliver" in action))),
        ("logs:?etLogDelivery", _some("logs:GetLogDelivery")),
        (["logs:PUTLOGEVENTS", "s3:*"], _some("logs:PutLogEvents")),
        ("logs:Put", all_actions(FALSE)),
        ("s3:*", all_actions(FALSE)),
        (if_prod("logs:*", "s3:*"), all_actions(IS_PROD)),
        (["s3:*", if_prod("logs:*", NO_VALUE)], all_actions(IS_PROD)),
        (["s3:*", if_prod(NO_VALUE, ["logs:*", "s3:*"])], all_actions(negate(IS_PROD))),
        ({"Ref": "Everything"}, all_actions(TRUE)),
        ({"Fn::Sub": "logs:${Everything}"}, all_actions(TRUE)),
        ({"Fn::Join": [":", ["logs", "Put*"]]}, _some("logs:PutLogEvents", "logs:PutResourcePolicy")),
        ({"Ref": "Env"}, all_actions(UNKNOWN)),
        ({"Ref": "Stored"}, all_actions(UNKNOWN)),
        (ELSEWHERE, all_actions(UNKNOWN)),
        (MACRO, all_actions(UNKNOWN)),
        ({"Fn::Sub": "s3:${Env}"}, all_actions(FALSE)),
        ({"Fn::Sub": "logs:Put${Env}"}, _some("logs:PutLogEvents", "logs:PutResourcePolicy", formula=UNKNOWN)),
        (["logs:PutLogEvents", ELSEWHERE], _some("logs:PutLogEvents", rest=UNKNOWN)),
        ("{{resolve:ssm:actions}}", all_actions(UNKNOWN)),
        (None, all_actions(UNKNOWN)),
        (12, all_actions(UNKNOWN)),
        ([{"logs": "*"}], all_actions(UNKNOWN)),
    ],
    ids=str,
)
def test_actions_are_matched_as_iam_does(actions: Any, expected: dict[str, Formula]) -> None:
    """Case does not count, wildcards do, conditions are kept, and what cannot be resolved is unknown."""
    assert _allowed(Action=actions) == expected


def test_a_parameters_default_may_bring_several_actions() -> None:
    """A list's default counts where the parameter has no other value: what it lacks can be missing."""
    found = _allowed(Action={"Ref": "Actions"})
    possible = of(TEMPLATE, "template").conditions.possible
    brought = {"logs:PutLogEvents", "logs:PutResourcePolicy", "logs:CreateLogDelivery"}
    assert {action for action in ROLE_ACTIONS if possible(found[action])} == brought
    assert {action for action in ROLE_ACTIONS if possible(negate(found[action]))} == set(ROLE_ACTIONS) - brought


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ("iam:*", all_actions(TRUE)),
        (["iam:*", "organizations:*"], all_actions(TRUE)),
        ("logs:Put*", _some("logs:PutLogEvents", "logs:PutResourcePolicy", formula=FALSE, rest=TRUE)),
        ("*", all_actions(FALSE)),
        (if_prod("*", "iam:*"), all_actions(negate(IS_PROD))),
        (ELSEWHERE, all_actions(UNKNOWN)),
        (None, all_actions(UNKNOWN)),
    ],
    ids=str,
)
def test_not_action_is_everything_else(actions: Any, expected: dict[str, Formula]) -> None:
    """A statement with NotAction is about the actions that it does not name."""
    assert _allowed(Action=..., NotAction=actions) == expected


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("*", TRUE),
        (["*"], TRUE),
        (["arn:aws:logs:*:*:*", "*"], TRUE),
        ("arn:aws:logs:*:*:*", FALSE),
        ("arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/*", FALSE),
        ({"Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:*"}, FALSE),
        ({"Fn::Sub": "arn:aws:logs:${Env}"}, FALSE),
        (if_prod("*", "arn:aws:logs:*:*:*"), IS_PROD),
        (["arn:aws:s3:::b", if_prod("*", NO_VALUE)], IS_PROD),
        ({"Ref": "Everything"}, TRUE),
        ({"Ref": "Env"}, UNKNOWN),
        (ELSEWHERE, UNKNOWN),
        (MACRO, UNKNOWN),
    ],
    ids=str,
)
def test_actions_without_a_resource_level_form_need_everything(resource: Any, expected: Formula) -> None:
    """AWS matches most of the actions against ``*`` alone; those of a log group are let pass on any resource."""
    found = _allowed(Resource=resource)
    assert {found[action] for action in ROLE_ACTIONS if action not in ON_ANY_RESOURCE} == {expected}
    assert len(ON_ANY_RESOURCE) == 3
    assert {found[action] for action in ON_ANY_RESOURCE} == {TRUE}


def test_statements_add_up() -> None:
    """Each action needs but one statement that allows it."""
    halves = [statement_with(Action=list(ROLE_ACTIONS[:4])), statement_with(Action=list(ROLE_ACTIONS[4:]))]
    assert judged(document_of(*halves))[0] == all_actions(TRUE)
    assert judged(document_of(halves[0]))[0] == _some(*ROLE_ACTIONS[:4])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, all_actions(TRUE)),
        ({"Action": "logs:Put*"}, _some("logs:PutLogEvents", "logs:PutResourcePolicy")),
        ({"Action": ..., "NotAction": "states:*"}, all_actions(TRUE)),
        ({"Action": ..., "NotAction": ELSEWHERE}, all_actions(FALSE)),
        ({"Action": if_prod("*", "s3:*")}, all_actions(IS_PROD)),
        ({"Resource": "arn:aws:logs:*:*:*"}, all_actions(FALSE)),
        ({"Resource": {"Ref": "Env"}}, all_actions(FALSE)),
        ({"Resource": ..., "NotResource": "arn:aws:s3:::*"}, all_actions(FALSE)),
        ({"Condition": {"Bool": {"aws:SecureTransport": "false"}}}, all_actions(FALSE)),
        ({"Condition": if_prod({"Bool": {"aws:SecureTransport": "false"}}, NO_VALUE)}, all_actions(negate(IS_PROD))),
    ],
    ids=str,
)
def test_a_deny_counts_only_if_it_surely_applies(changes: dict[str, Any], expected: dict[str, Formula]) -> None:
    """It takes an action away on every resource and without a condition, or not at all."""
    assert _denied(**changes) == expected
