"""What one statement says of another, and whether policies give a grant."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vended_logs.policy.coverage import Denial, denials, in_force, missing, statement_covers
from vended_logs.policy.document import PolicyDocument, ResourcePolicy, Statement
from vended_logs.policy.plan import plan
from vended_logs.policy.request import Request
from vended_logs.policy.standing import stands

from .evaluator import allowed
from .policies import ACTIONS, CONDITION, SHARED, aws_statement, group, text
from .requested import asked, granting
from .strategies import SCOPE, Scene, deliveries, scenes, statements
from .universe import ACCOUNT, DELIVERY, HOME, OTHER_ACCOUNT, OTHER_REGION, ROLE, SEARCH, calls

_Json = dict[str, Any]
BROAD = f"{HOME}:log-group:/aws/vendedlogs/*"


def _one(statement: _Json) -> Statement:
    [found] = PolicyDocument.parse(text(statement)).statements
    return found


@st.composite
def _narrowed(draw: st.DrawFn) -> tuple[_Json, _Json]:
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
def test_a_covering_statement_allows_all_that_the_covered_allows(pair: tuple[_Json, _Json]) -> None:
    """If one Allow covers another, no call is allowed by the second alone."""
    wide, narrow = pair
    assume(wide["Effect"] == narrow["Effect"] == "Allow")
    if statement_covers(_one(wide), _one(narrow)):
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
def test_covers_says_yes_where_it_can_know(changes: _Json, expected: bool) -> None:  # noqa: FBT001 - a table's column
    """Wider resources, actions, principals and implied conditions cover; narrower or unknown ones do not."""
    wide = {key: value for key, value in (_NARROW | changes).items() if value}
    assert statement_covers(_one(wide), _one(_NARROW)) is expected


def test_an_unconditional_statement_is_not_covered_by_a_conditional_one() -> None:
    """A condition on the wide side alone is not implied."""
    bare = aws_statement([group("/aws/vendedlogs/states/x")], condition=False)
    assert not statement_covers(_one(_NARROW), _one(bare))
    assert statement_covers(_one(bare), _one(_NARROW))


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
def test_only_an_allow_that_names_what_it_allows_covers_and_is_covered(changes: _Json) -> None:
    """A Deny, everyone and the Not- elements neither cover nor are covered, not even by their own."""
    odd = {key: value for key, value in (_NARROW | changes).items() if value}
    for wide, narrow in ((odd, _NARROW), (_NARROW, odd), (odd, odd)):
        assert not statement_covers(_one(wide), _one(narrow))


def test_each_resource_and_each_action_must_be_covered() -> None:
    """A statement that covers one of two entries, or one of two actions, does not cover the statement."""
    both = _NARROW | {"Resource": [*_NARROW["Resource"], group("/other")]}
    assert not statement_covers(_one(_NARROW), _one(both))
    assert not statement_covers(_one(_NARROW | {"Action": ACTIONS[:1]}), _one(_NARROW))
    assert statement_covers(_one(both), _one(_NARROW))


def test_a_condition_we_do_not_know_covers_only_itself() -> None:
    """IfExists, ForAnyValue, negative operators and variables are compared as they are written."""
    for condition in (
        {"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}},
        {"ForAnyValue:StringEquals": {"aws:SourceAccount": ACCOUNT}},
        {"StringNotEquals": {"aws:SourceAccount": OTHER_ACCOUNT}},
        {"StringEquals": {"aws:SourceAccount": "${aws:PrincipalAccount}"}},
    ):
        strange = _one(_NARROW | {"Condition": condition})
        assert statement_covers(strange, strange), condition
        assert not statement_covers(strange, _one(_NARROW)), condition


@given(scenes)
def test_in_force_means_that_every_call_of_the_grant_is_allowed(scene: Scene) -> None:
    """A grant that is in force is allowed in full: each principal, action, resource, in every context it covers."""
    texts = list(scene.before.values())
    for grant in scene.request.grants:
        if in_force(scene.policies, grant):
            tried = calls([*texts, granting(grant)])
            assert allowed([granting(grant)], tried) <= allowed(texts, tried)


@given(scenes)
def test_the_grants_are_what_the_properties_say(scene: Scene) -> None:
    """A request becomes one grant for each principal: the two actions, on its patterns, under its conditions."""
    wanted, got = asked(scene.request), [granting(grant) for grant in scene.request.grants]
    tried = calls(wanted + got)
    assert [allowed([one], tried) for one in got] == [allowed([one], tried) for one in wanted]


_REQUEST = Request(scope=SCOPE)
_GRANTED = aws_statement([BROAD], sid=None)


def _stands(*statements: _Json, request: Request = _REQUEST, version: str | None = "2012-10-17") -> bool:
    policy = ResourcePolicy.parse("any", text(*statements, version=version))
    return all(in_force([policy], grant) for grant in request.grants)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (_GRANTED, True),
        (aws_statement([BROAD], condition=False), True),
        (aws_statement([f"{HOME}:*"]), True),
        (aws_statement(["*"]), True),
        (aws_statement([BROAD], service=SEARCH), False),
        (aws_statement([f"{HOME}:log-group:/aws/vendedlogs/states/*"]), False),
        (aws_statement([BROAD + ":log-stream:*"]), False),
        (_GRANTED | {"Principal": {"Service": [SEARCH, DELIVERY]}}, True),
        (_GRANTED | {"Principal": "*"}, False),
        (_GRANTED | {"Principal": {"AWS": "*"}}, False),
        (_GRANTED | {"Principal": {"AWS": "*", "Service": DELIVERY}}, False),
        (_GRANTED | {"Condition": {"StringEquals": {"aws:SourceAccount": OTHER_ACCOUNT}}}, False),
        (_GRANTED | {"Condition": {"StringEquals": {"aws:SourceOrgID": "o-ours"}}}, False),
        ({key: value for key, value in _GRANTED.items() if key != "Resource"} | {"NotResource": f"{HOME}:x"}, False),
        ({key: value for key, value in _GRANTED.items() if key != "Action"} | {"NotAction": "logs:x"}, False),
        ({k: v for k, v in _GRANTED.items() if k != "Principal"} | {"NotPrincipal": {"AWS": ROLE}}, False),
    ],
)
def test_what_counts_as_in_force(statement: _Json, expected: bool) -> None:  # noqa: FBT001 - a table's column
    """A statement for exactly our principal counts; everyone and "all but" do not."""
    assert _stands(statement) is expected


def test_a_grant_may_stand_in_pieces() -> None:
    """Each action may be allowed by another statement, in another policy."""
    halves = [_GRANTED | {"Action": action} for action in ACTIONS]
    policies = [ResourcePolicy.parse(f"half-{number}", text(half)) for number, half in enumerate(halves)]
    [grant] = _REQUEST.grants
    assert in_force(policies, grant)
    assert not in_force(policies[:1], grant)
    assert not in_force([], grant)


_DENY = {**_GRANTED, "Effect": "Deny"}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"Condition": {}},
        {"Principal": "*"},
        {"Principal": {"AWS": "*"}},
        {"Principal": {"Service": [SEARCH, DELIVERY]}},
        {"Principal": {}, "NotPrincipal": {"Service": SEARCH}},
        {"Action": "logs:Put*"},
        {"Action": "*"},
        {"Action": [], "NotAction": "logs:CreateLogStream"},
        {"Resource": "*"},
        {"Resource": group("/aws/vendedlogs/states/x")},
        {"Resource": f"{HOME}:log-group:*z"},
        {"Resource": "arn:aws:logs"},
        {"Resource": f"{HOME}:log-group:/${{aws:SourceAccount}}*"},
        {"Resource": [], "NotResource": group("/aws/vendedlogs/states/x")},
        {"Condition": {"StringNotEquals": {"aws:SourceAccount": OTHER_ACCOUNT}}},
        {"Condition": {"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}}},
        {"Condition": {"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-theirs"}}},
        {"Condition": {"StringEquals": {"aws:SourceOrgID": "o-ours"}}},
        {"Condition": {"StringEquals": {"aws:SourceAccount": "${aws:SourceAccount}"}}},
        {"Condition": {"Null": {"aws:SourceOrgID": "true"}}},
        {"Condition": {"Null": {"aws:SourceAccount": "false"}}},
        {"Condition": {"Null": {"aws:SourceAccount": ["true", "false"]}}},
        {"Condition": {"StringEquals": {"aws:SourceOrgID": OTHER_ACCOUNT}}},
        {"Condition": {"ArnNotLike": {"aws:PrincipalArn": f"{HOME}:*"}}},
        {"Condition": {"ForAllValues:StringEquals": {"aws:SourceAccount": ACCOUNT}}},
        {"Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {"Condition": {"StringLike": {"aws:SourceArn": f"arn:aws:*:{ACCOUNT}:vpc/*:y"}}},
        {"Condition": {"StringLike": {"aws:SourceArn": "*"}}},
        {"Sid": "VendedLogsPolicyR0123abcd"},
        {"Principal": {}},
        {"Action": []},
        {"Action": [], "NotAction": "s3:*"},
        {"Resource": []},
        {"Resource": [], "NotResource": [group("/aws/vendedlogs/*"), group("/other/*")]},
    ],
)
def test_a_deny_that_may_touch_the_grant_takes_it_out_of_force(changes: _Json) -> None:
    """A Deny that is not provably disjoint leaves the grant not in force."""
    deny = {key: value for key, value in (_DENY | changes).items() if value}
    assert not _stands(_GRANTED, deny)


@pytest.mark.parametrize(
    "changes",
    [
        {"Principal": {"Service": SEARCH}},
        {"Principal": {"AWS": ROLE}},
        {"Principal": {"AWS": DELIVERY}},
        {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:*"}},
        {"Principal": {}, "NotPrincipal": {"Service": [SEARCH, DELIVERY]}},
        {"Action": [], "NotAction": ["s3:*", "LOGS:*"]},
        {"Resource": [], "NotResource": [group("/other/*"), f"{HOME}:log-group:/aws/*"]},
        {"Action": "logs:CreateLogGroup"},
        {"Action": "logs:Delete*"},
        {"Resource": f"{HOME}:log-group:/other/*"},
        {"Resource": BROAD.replace("eu-west-1", OTHER_REGION)},
        {"Condition": {"StringEquals": {"aws:SourceAccount": OTHER_ACCOUNT}}},
        {"Condition": {"StringLike": {"aws:sourceAccount": "9*"}}},
        {"Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:logs:{OTHER_REGION}:*:*"}}},
        {"Condition": {"StringNotEquals": {"aws:SourceAccount": ACCOUNT}}},
        {"Condition": {"StringNotEqualsIfExists": {"aws:SourceAccount": ACCOUNT}}},
        {"Condition": {"Null": {"aws:SourceAccount": "true"}}},
    ],
)
def test_a_deny_of_something_else_leaves_the_grant_in_force(changes: _Json) -> None:
    """A Deny for another principal, action, resource or source is provably disjoint."""
    deny = {key: value for key, value in (_DENY | changes).items() if value}
    assert _stands(_GRANTED, deny)


def test_a_deny_that_touches_one_of_two_patterns_takes_the_grant_out_of_force() -> None:
    """It is enough that one entry is denied, though the other is not."""
    request = replace(_REQUEST, patterns=("/aws/vendedlogs/*", "/other/*"))
    both = _GRANTED | {"Resource": [BROAD, f"{HOME}:log-group:/other/*"]}
    assert _stands(both, request=request)
    assert not _stands(both, _DENY | {"Resource": group("/other/x")}, request=request)


def test_a_request_stands_where_each_of_its_grants_does() -> None:
    """With two principals it is not enough that one of them is granted, whichever it is."""
    request = replace(_REQUEST, principals=(DELIVERY, SEARCH))
    each = [json.loads(granting(grant))["Statement"] for grant in request.grants]
    each = [one[0] if isinstance(one, list) else one for one in each]
    policies = {
        name: (ResourcePolicy.parse("any", text(*found)),)
        for name, found in {"both": each, "first": each[:1], "second": each[1:], "none": []}.items()
    }
    assert {name for name, found in policies.items() if stands(found, request)} == {"both"}


def test_a_deny_is_told_by_policy_and_sid() -> None:
    """Every Deny that touches the grant is told, in order; an Allow and a Deny of something else are not."""
    [grant] = _REQUEST.grants
    policies = [
        ResourcePolicy.parse("one", text(_GRANTED, _DENY | {"Sid": "A"}, _DENY | {"Principal": {"Service": SEARCH}})),
        ResourcePolicy.parse("two", text(_DENY)),
    ]
    assert list(denials(policies, grant)) == [Denial("one", "A"), Denial("two", None)]


def test_what_is_missing_is_told_in_the_order_asked_for() -> None:
    """An entry is there if both actions are allowed on it, by whichever statements of whichever policies."""
    [grant] = replace(_REQUEST, patterns=("/c/*", "/a/*", "/b/*")).grants
    a, b, c = (f"{HOME}:log-group:/{name}/*" for name in "abc")
    halves = [
        ResourcePolicy.parse(action[-4:], text(_GRANTED | {"Action": action, "Resource": listed}))
        for action, listed in zip(ACTIONS, ([a, b], [a, c]), strict=True)
    ]
    assert missing(halves, grant) == (c, b)
    assert missing([], grant) == (c, a, b)
    assert not in_force(halves, grant)
    assert in_force([*halves, ResourcePolicy.parse("rest", text(_GRANTED | {"Resource": [c, b]}))], grant)


def _revocable(logical_id: str, policy_name: str = SHARED) -> Request:
    stack_id = f"arn:aws:cloudformation:eu-west-1:{ACCOUNT}:stack/s/1"
    return Request(
        scope=SCOPE, on_delete="RemoveWhenUnused", stack_id=stack_id, logical_id=logical_id, policy_name=policy_name
    )


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (_revocable("Mine"), "AlreadyGranted"),
        (_revocable("Yours"), "Added"),
        (_revocable("Mine", "another-policy"), "Created"),
        (replace(_revocable("Mine"), on_delete="Retain"), "Added"),
        (_REQUEST, "Added"),
    ],
    ids=["own", "another-resource", "another-policy-name", "own-but-to-last-now", "lasting"],
)
def test_a_revocable_grant_is_in_force_for_its_own_resource_alone(request_: Request, expected: str) -> None:
    """A grant that one resource will take back counts for that resource under that policy name, and for no other."""
    [mine] = _revocable("Mine").grants
    statement = json.loads(granting(mine))["Statement"] | {"Sid": mine.sid}
    assert plan([ResourcePolicy.parse(SHARED, text(statement))], request_).outcome == expected


def test_a_sid_that_only_looks_like_a_revocable_one_counts() -> None:
    """A Sid that merely begins like a revocable one belongs to a lasting grant."""
    statement = _GRANTED | {"Sid": "VendedLogsPolicyRoute"}
    assert plan([ResourcePolicy.parse(SHARED, text(statement))], _REQUEST).outcome == "AlreadyGranted"
