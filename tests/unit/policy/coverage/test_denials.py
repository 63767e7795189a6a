"""What a Deny takes from a grant."""

from dataclasses import replace

import pytest

from tests.unit.policy.coverage.grants import GRANTED, REQUEST, Json, grant_stands
from tests.unit.policy.policies import BROAD, group, text
from tests.unit.policy.universe import ACCOUNT, DELIVERY, HOME, OTHER_ACCOUNT, OTHER_REGION, ROLE, SEARCH
from vended_logs.policy.coverage import Denial, denials
from vended_logs.policy.document import ResourcePolicy

_DENY = {**GRANTED, "Effect": "Deny"}


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
def test_a_deny_that_may_touch_the_grant_takes_it_out_of_force(changes: Json) -> None:
    """A Deny that is not provably disjoint leaves the grant not in force."""
    deny = {key: value for key, value in (_DENY | changes).items() if value}
    assert not grant_stands(GRANTED, deny)


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
def test_a_deny_of_something_else_leaves_the_grant_in_force(changes: Json) -> None:
    """A Deny for another principal, action, resource or source is provably disjoint."""
    deny = {key: value for key, value in (_DENY | changes).items() if value}
    assert grant_stands(GRANTED, deny)


def test_a_deny_that_touches_one_of_two_patterns_takes_the_grant_out_of_force() -> None:
    """It is enough that one entry is denied, though the other is not."""
    request = replace(REQUEST, patterns=("/aws/vendedlogs/*", "/other/*"))
    both = GRANTED | {"Resource": [BROAD, f"{HOME}:log-group:/other/*"]}
    assert grant_stands(both, request=request)
    assert not grant_stands(both, _DENY | {"Resource": group("/other/x")}, request=request)


def test_a_deny_is_told_by_policy_and_sid() -> None:
    """Every Deny that touches the grant is told, in order; an Allow and a Deny of something else are not."""
    [grant] = REQUEST.grants
    policies = [
        ResourcePolicy.parse("one", text(GRANTED, _DENY | {"Sid": "A"}, _DENY | {"Principal": {"Service": SEARCH}})),
        ResourcePolicy.parse("two", text(_DENY)),
    ]
    assert list(denials(policies, grant)) == [Denial("one", "A"), Denial("two", None)]
