"""What comes of an action, over all that can be known of it."""

from __future__ import annotations

import itertools
from typing import Any, Final

import pytest

from vended_logs_tools.account.calls import Call
from vended_logs_tools.account.roles import RolePolicies, RolePolicy, Simulated
from vended_logs_tools.diagnosis.finding import Weight
from vended_logs_tools.diagnosis.identity import Denial, Said, said_of
from vended_logs_tools.diagnosis.policies import Answer
from vended_logs_tools.diagnosis.role import WRITING, Ruling, ruling, weight_of
from vended_logs_tools.rules.iam import ON_ANY_RESOURCE, ROLE_ACTIONS

PUT: Final = "logs:PutResourcePolicy"
WRITE: Final = "logs:PutLogEvents"
CALL: Final = Call("iam", "GetRolePolicy")
LOG_GROUP: Final = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/vendedlogs/states/billing:*"


def policy(*statements: dict[str, object], name: str = "own") -> RolePolicy:
    """Return a policy."""
    return RolePolicy(name, {"Version": "2012-10-17", "Statement": list(statements)}, CALL)


def statement(action: str, effect: str = "Allow", resource: str = "*", **more: object) -> dict[str, object]:
    """Return a statement."""
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def said(*policies: RolePolicy, boundary: RolePolicy | None = None, is_whole: bool = True) -> dict[str, Said]:
    """Return what policies say."""
    whole = RolePolicies(policies, boundary, is_whole=is_whole)
    return said_of(whole, has_boundary=boundary is not None)


CONDITION: Final[dict[str, Any]] = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
DENIED: Final = Denial(policy(), "No")


@pytest.mark.parametrize(
    ("document", "answer"),
    [
        (policy(statement("logs:*")), Answer.YES),
        (policy(statement("LOGS:putresourcepolicy")), Answer.YES),
        (policy(statement("logs:*", resource=LOG_GROUP)), Answer.NO),
        (policy(statement("logs:*", **CONDITION)), Answer.MAYBE),
        (policy(statement("s3:*")), Answer.NO),
        (RolePolicy("own", None, CALL), Answer.MAYBE),
    ],
    ids=["all", "case", "single log group", "condition", "another service", "unreadable"],
)
def test_allowed(document: RolePolicy, answer: Answer) -> None:
    """A policy allows an action surely, perhaps or not at all; what cannot be read may allow anything."""
    assert said(document)[PUT].allowed == answer


def test_allowed_on_single_log_groups() -> None:
    """The actions that have a form for log groups count on any resource."""
    found = said(policy(statement("logs:*", resource=LOG_GROUP)))

    assert {action for action in ROLE_ACTIONS if found[action].allowed == Answer.YES} == ON_ANY_RESOURCE


def test_allowed_by_what_was_not_read() -> None:
    """While some policies were not read, no action is surely not allowed."""
    assert said(policy(statement("s3:*")), is_whole=False)[PUT].allowed == Answer.MAYBE


def test_denials() -> None:
    """A Deny on everything is sure and named; one under a condition may take, one on single log groups does not."""
    sure = statement("logs:Put*", "Deny", Sid="Sure")
    maybe = statement("logs:Delete*", "Deny", **CONDITION)
    narrow = statement("logs:List*", "Deny", resource=LOG_GROUP)
    found = said(policy(sure, maybe, narrow))

    assert [one.sid for one in found[PUT].denials] == ["Sure"]
    assert (found["logs:DeleteLogDelivery"].denials, found["logs:DeleteLogDelivery"].may_be_denied) == ((), True)
    assert found["logs:ListLogDeliveries"] == Said(Answer.NO)


@pytest.mark.parametrize(
    ("statements", "answer"),
    [
        ([statement("logs:*")], Answer.YES),
        ([statement("s3:*")], Answer.NO),
        ([statement("*"), statement("logs:*", "Deny")], Answer.NO),
        ([statement("*"), statement("logs:*", "Deny", **CONDITION)], Answer.MAYBE),
        ([statement("*", **CONDITION)], Answer.MAYBE),
    ],
)
def test_bounded(statements: list[dict[str, object]], answer: Answer) -> None:
    """A boundary allows what it allows and does not deny."""
    assert said(policy(statement("*")), boundary=policy(*statements))[PUT].bounded == answer


@pytest.mark.parametrize(
    ("simulated", "found", "expected"),
    [
        (Simulated("allowed"), None, Ruling.ALLOWED),
        (Simulated("implicitDeny"), Said(Answer.NO), Ruling.LACKING),
        (Simulated("implicitDeny"), None, Ruling.LACKING),
        (Simulated("implicitDeny"), Said(Answer.MAYBE, doubtful=(policy(),)), Ruling.UNKNOWN),
        (Simulated("explicitDeny"), Said(Answer.YES, (DENIED,)), Ruling.DENIED),
        (Simulated("explicitDeny"), None, Ruling.DENIED),
        (Simulated("explicitDeny", missing=("aws:X",)), Said(Answer.YES, may_be_denied=True), Ruling.UNKNOWN),
        (Simulated("explicitDeny", missing=("aws:X",)), Said(Answer.YES, (DENIED,)), Ruling.DENIED),
        (Simulated("explicitDeny", by_boundary=False), Said(Answer.YES, (DENIED,)), Ruling.DENIED),
        (Simulated("implicitDeny", by_boundary=False), Said(Answer.YES), Ruling.BOUNDARY),
        (Simulated("implicitDeny", by_boundary=False), None, Ruling.BOUNDARY),
        (Simulated("implicitDeny", by_boundary=False), Said(Answer.NO), Ruling.LACKING),
        (Simulated("explicitDeny", by_organization=False), Said(Answer.YES), Ruling.ORGANIZATION),
        (Simulated("implicitDeny", by_organization=False, by_boundary=False), None, Ruling.ORGANIZATION),
        (Simulated("implicitDeny"), Said(Answer.YES), Ruling.UNKNOWN),
        (Simulated("implicitDeny", by_organization=True), Said(Answer.YES), Ruling.UNKNOWN),
        (Simulated("implicitDeny", missing=("aws:X",)), Said(Answer.YES), Ruling.UNKNOWN),
        (Simulated("implicitDeny", by_organization=False), Said(Answer.YES), Ruling.ORGANIZATION),
        (None, Said(Answer.YES), Ruling.ALLOWED),
        (None, Said(Answer.YES, may_be_denied=True), Ruling.UNKNOWN),
        (None, Said(Answer.YES, bounded=Answer.NO), Ruling.BOUNDARY),
        (None, Said(Answer.YES, bounded=Answer.MAYBE), Ruling.UNKNOWN),
        (None, Said(Answer.NO, bounded=Answer.NO), Ruling.LACKING),
        (None, None, Ruling.UNKNOWN),
    ],
)
def test_ruling(simulated: Simulated | None, found: Said | None, expected: Ruling) -> None:
    """Each way to be without an action has its own cause, and what leaves it open is not guessed."""
    assert ruling(PUT, simulated, found, has_boundary=False) == expected


def test_ruling_on_writing() -> None:
    """The simulation's word on all log groups does not count against an action that may be allowed on some."""
    assert ruling(WRITE, Simulated("implicitDeny"), Said(Answer.YES), has_boundary=False) == Ruling.ALLOWED
    assert ruling(WRITE, Simulated("implicitDeny"), Said(Answer.NO), has_boundary=False) == Ruling.LACKING
    assert ruling(WRITE, Simulated("implicitDeny"), None, has_boundary=False) == Ruling.UNKNOWN


def test_ruling_under_a_boundary_that_the_simulation_does_not_mention() -> None:
    """A simulation that says nothing of a boundary that is there is not believed alone."""
    limited = Said(Answer.YES, bounded=Answer.NO)

    assert ruling(PUT, Simulated("allowed"), limited, has_boundary=True) == Ruling.BOUNDARY
    assert ruling(PUT, Simulated("allowed"), None, has_boundary=True) == Ruling.UNKNOWN
    assert ruling(PUT, Simulated("allowed", by_boundary=True), None, has_boundary=True) == Ruling.ALLOWED


def test_ruling_where_the_simulation_and_what_was_read_disagree() -> None:
    """A refusal that neither the policies nor the boundary, read in full, account for is no fault of theirs."""
    silent, blaming = Simulated("implicitDeny"), Simulated("implicitDeny", by_boundary=False)
    unread = Said(Answer.YES, bounded=Answer.MAYBE)

    assert ruling(PUT, silent, Said(Answer.YES), has_boundary=True) == Ruling.UNKNOWN
    assert ruling(PUT, blaming, Said(Answer.YES), has_boundary=True) == Ruling.UNKNOWN
    assert ruling(PUT, blaming, unread, has_boundary=True) == Ruling.BOUNDARY
    assert ruling(PUT, silent, Said(Answer.YES, bounded=Answer.NO), has_boundary=True) == Ruling.BOUNDARY


@pytest.mark.parametrize("answer", Answer)
@pytest.mark.parametrize("bounded", Answer)
@pytest.mark.parametrize("missing", [(), ("aws:X",)])
@pytest.mark.parametrize("action", [PUT, WRITE])
def test_law_what_the_policies_allow_is_never_lacking(
    answer: Answer, bounded: Answer, missing: tuple[str, ...], action: str
) -> None:
    """An action that the policies surely allow is never said to be lacking, whatever the simulation says."""
    for has_boundary, takes, by_boundary in itertools.product((False, True), (False, True), (None, True, False)):
        found = Said(answer, bounded=bounded, may_be_denied=takes, doubtful=(policy(),) if takes else ())
        simulated = Simulated("implicitDeny", by_boundary, missing=missing)

        assert answer != Answer.YES or ruling(action, simulated, found, has_boundary=has_boundary) != Ruling.LACKING


def test_law_a_refusal_is_never_passed_over() -> None:
    """An action that the simulation refuses on everything is allowed only if the policies surely allow it on some."""
    decisions, limits, answers = ("implicitDeny", "explicitDeny"), (None, True, False), tuple(Answer)
    for decision, by_boundary, by_organization, answer, action, takes in itertools.product(
        decisions, limits, limits, answers, (PUT, WRITE), (False, True)
    ):
        simulated = Simulated(decision, by_boundary, by_organization)
        found = ruling(action, simulated, Said(answer, may_be_denied=takes), has_boundary=by_boundary is not None)
        is_passed = found == Ruling.ALLOWED

        assert not is_passed or (action == WRITE and answer == Answer.YES and not takes and decision == "implicitDeny")


def test_weight() -> None:
    """To be without the two writing actions alone is a warning; any other action is a fault."""
    assert weight_of(tuple(WRITING)) == Weight.NOTE
    assert weight_of((*WRITING, PUT)) == weight_of(("logs:DescribeLogGroups",)) == Weight.FAULT
