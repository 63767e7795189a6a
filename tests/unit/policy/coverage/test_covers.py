"""Whether one statement alone allows all that another allows."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.policy.coverage.grants import Json
from tests.unit.policy.evaluator import allowed
from tests.unit.policy.policies import ACTIONS, BROAD, CONDITION, aws_statement, group, text
from tests.unit.policy.strategies import deliveries, statements
from tests.unit.policy.universe import ACCOUNT, DELIVERY, HOME, OTHER_ACCOUNT, OTHER_REGION, ROLE, SEARCH, calls
from vended_logs.policy.compaction import resources
from vended_logs.policy.coverage import Allowances, gives
from vended_logs.policy.document import PolicyDocument, Statement


def _one(statement: Json) -> Statement:
    [found] = PolicyDocument.parse(text(statement)).statements
    return found


def _covers(wide: Statement, narrow: Statement) -> bool:
    """Return whether the first alone allows all that the second allows, asked as a plan's proof asks it."""
    return gives(narrow) and Allowances([wide]).resources(narrow) == frozenset(resources(narrow))


@st.composite
def _narrowed(draw: st.DrawFn) -> tuple[Json, Json]:
    """Draw a statement and one made from it by narrowing, so that the first often covers the second."""
    wide = draw(st.one_of(statements(), deliveries()).filter(lambda one: one["Effect"] == "Allow"))
    narrow = dict(wide)
    if "Resource" in wide:
        letters = draw(st.sampled_from(["", "a", "ab"]))
        narrow["Resource"] = [entry.replace("*", letters) if letters else entry for entry in wide["Resource"]]
    if draw(st.booleans()):
        other = draw(st.one_of(statements(), deliveries()))
        narrow["Condition"] = other.get("Condition", CONDITION)
    if draw(st.booleans()) and "Action" in wide:
        narrow["Action"] = ACTIONS[:1]
    return wide, narrow


_pairs = st.one_of(
    _narrowed(), _narrowed(), st.tuples(deliveries(), deliveries()), st.tuples(statements(), statements())
)


@given(_pairs)
def test_a_covering_statement_allows_all_that_the_covered_allows(pair: tuple[Json, Json]) -> None:
    """If one Allow covers another, no call is allowed by the second alone."""
    wide, narrow = pair
    assume(wide["Effect"] == narrow["Effect"] == "Allow")
    if _covers(_one(wide), _one(narrow)):
        tried = calls([text(wide), text(narrow)])
        assert allowed([text(narrow)], tried) <= allowed([text(wide)], tried)


_NARROW = aws_statement([group("/aws/vendedlogs/states/x")])
_ACCOUNT_ONLY = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"Resource": BROAD}, True),
        ({"Resource": [group("/a"), f"{HOME}:*"]}, True),
        ({"Resource": "*"}, True),
        ({"Resource": group("/aws/vendedlogs/states/x", stream=False)}, False),
        ({"Resource": BROAD.replace("eu-west-1", "*")}, True),
        ({"Resource": BROAD.replace("eu-west-1", OTHER_REGION)}, False),
        ({"Action": ["LOGS:putlogevents", "logs:createLogStream"]}, True),
        ({"Action": "logs:*"}, True),
        ({"Action": "logs:PutLogEvents"}, False),
        ({"Principal": {"Service": [SEARCH, DELIVERY]}}, True),
        ({"Principal": {"Service": SEARCH}}, False),
        ({"Principal": {"AWS": ROLE}}, False),
        ({"Condition": {}}, True),
        ({"Condition": _ACCOUNT_ONLY}, True),
        ({"Condition": {"StringEquals": {"AWS:sourceAccount": [OTHER_ACCOUNT, ACCOUNT]}}}, True),
        ({"Condition": {"StringLike": {"aws:SourceAccount": "1234*"}}}, True),
        ({"Condition": {"ArnLike": {"aws:sourcearn": "arn:aws:logs:*:*:*"}}}, True),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": OTHER_ACCOUNT}}}, False),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": "1234*"}}}, False),
        ({"Condition": {"StringEquals": {"aws:SourceOrgID": "o-ours"}}}, False),
        ({"Condition": {"StringNotEquals": {"aws:SourceAccount": OTHER_ACCOUNT}}}, False),
        ({"Condition": {"ArnLike": {"aws:SourceArn": f"{HOME}:a*"}}}, False),
        ({"Condition": {"ArnLike": {"aws:PrincipalArn": f"{HOME}:*"}}}, False),
        ({"Condition": {"StringLike": {"aws:SourceOrgID": "*"}}}, False),
    ],
)
def test_covers_says_yes_where_it_can_know(changes: Json, expected: bool) -> None:  # noqa: FBT001 - a table's column
    """Wider resources, actions, principals and implied conditions cover; narrower or unknown ones do not."""
    wide = {key: value for key, value in (_NARROW | changes).items() if value}
    assert _covers(_one(wide), _one(_NARROW)) is expected


def test_an_unconditional_statement_is_not_covered_by_a_conditional_one() -> None:
    """A condition on the wide side alone is not implied."""
    bare = aws_statement([group("/aws/vendedlogs/states/x")], condition=False)
    assert not _covers(_one(_NARROW), _one(bare))
    assert _covers(_one(bare), _one(_NARROW))


@pytest.mark.parametrize(
    "changes",
    [
        {"Effect": "Deny"},
        {"Principal": "*"},
        {"Principal": {}, "NotPrincipal": {"Service": DELIVERY}},
        {"Action": [], "NotAction": ACTIONS},
        {"Resource": [], "NotResource": _NARROW["Resource"]},
        {"Resource": []},
    ],
)
def test_only_an_allow_that_names_what_it_allows_covers_and_is_covered(changes: Json) -> None:
    """A Deny, everyone and the Not- elements neither cover nor are covered, not even by their own."""
    odd = {key: value for key, value in (_NARROW | changes).items() if value}
    for wide, narrow in ((odd, _NARROW), (_NARROW, odd), (odd, odd)):
        assert not _covers(_one(wide), _one(narrow))


def test_each_resource_and_each_action_must_be_covered() -> None:
    """A statement that covers one of two entries, or one of two actions, does not cover the statement."""
    both = _NARROW | {"Resource": [*_NARROW["Resource"], group("/other")]}
    assert not _covers(_one(_NARROW), _one(both))
    assert not _covers(_one(_NARROW | {"Action": ACTIONS[:1]}), _one(_NARROW))
    assert _covers(_one(both), _one(_NARROW))


def test_a_condition_we_do_not_know_covers_only_itself() -> None:
    """IfExists, ForAnyValue, negative operators and variables are compared as they are written."""
    for condition in (
        {"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}},
        {"ForAnyValue:StringEquals": {"aws:SourceAccount": ACCOUNT}},
        {"StringNotEquals": {"aws:SourceAccount": OTHER_ACCOUNT}},
        {"StringEquals": {"aws:SourceAccount": "${aws:PrincipalAccount}"}},
    ):
        strange = _one(_NARROW | {"Condition": condition})
        assert _covers(strange, strange), condition
        assert not _covers(strange, _one(_NARROW)), condition
