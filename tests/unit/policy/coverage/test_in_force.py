"""Whether policies, each of them or all together, give a grant."""

import json
from dataclasses import replace

import pytest
from hypothesis import given

from tests.unit.policy.coverage.grants import GRANTED, REQUEST, Json, grant_stands
from tests.unit.policy.evaluator import allowed
from tests.unit.policy.policies import ACTIONS, BROAD, SHARED, aws_statement, text
from tests.unit.policy.requested import asked, granting
from tests.unit.policy.strategies import SCOPE, Scene, scenes
from tests.unit.policy.universe import ACCOUNT, DELIVERY, HOME, OTHER_ACCOUNT, ROLE, SEARCH, calls
from vended_logs.policy.coverage import in_force, missing
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.plan import plan
from vended_logs.policy.request import Request
from vended_logs.policy.standing import stands


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


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (GRANTED, True),
        (aws_statement([BROAD], condition=False), True),
        (aws_statement([f"{HOME}:*"]), True),
        (aws_statement(["*"]), True),
        (aws_statement([BROAD], service=SEARCH), False),
        (aws_statement([f"{HOME}:log-group:/aws/vendedlogs/states/*"]), False),
        (aws_statement([BROAD + ":log-stream:*"]), False),
        (GRANTED | {"Principal": {"Service": [SEARCH, DELIVERY]}}, True),
        (GRANTED | {"Principal": "*"}, False),
        (GRANTED | {"Principal": {"AWS": "*"}}, False),
        (GRANTED | {"Principal": {"AWS": "*", "Service": DELIVERY}}, False),
        (GRANTED | {"Condition": {"StringEquals": {"aws:SourceAccount": OTHER_ACCOUNT}}}, False),
        (GRANTED | {"Condition": {"StringEquals": {"aws:SourceOrgID": "o-ours"}}}, False),
        ({key: value for key, value in GRANTED.items() if key != "Resource"} | {"NotResource": f"{HOME}:x"}, False),
        ({key: value for key, value in GRANTED.items() if key != "Action"} | {"NotAction": "logs:x"}, False),
        ({k: v for k, v in GRANTED.items() if k != "Principal"} | {"NotPrincipal": {"AWS": ROLE}}, False),
    ],
)
def test_what_counts_as_in_force(statement: Json, expected: bool) -> None:  # noqa: FBT001 - a table's column
    """A statement for exactly our principal counts; everyone and "all but" do not."""
    assert grant_stands(statement) is expected


def test_a_grant_may_stand_in_pieces() -> None:
    """Each action may be allowed by another statement, in another policy."""
    halves = [GRANTED | {"Action": action} for action in ACTIONS]
    policies = [ResourcePolicy.parse(f"half-{number}", text(half)) for number, half in enumerate(halves)]
    [grant] = REQUEST.grants
    assert in_force(policies, grant)
    assert not in_force(policies[:1], grant)
    assert not in_force([], grant)


def test_a_request_stands_where_each_of_its_grants_does() -> None:
    """With two principals it is not enough that one of them is granted, whichever it is."""
    request = replace(REQUEST, principals=(DELIVERY, SEARCH))
    each = [json.loads(granting(grant))["Statement"] for grant in request.grants]
    each = [one[0] if isinstance(one, list) else one for one in each]
    policies = {
        name: (ResourcePolicy.parse("any", text(*found)),)
        for name, found in {"both": each, "first": each[:1], "second": each[1:], "none": []}.items()
    }
    assert {name for name, found in policies.items() if stands(found, request)} == {"both"}


def test_what_is_missing_is_told_in_the_order_asked_for() -> None:
    """An entry is there if both actions are allowed on it, by whichever statements of whichever policies."""
    [grant] = replace(REQUEST, patterns=("/c/*", "/a/*", "/b/*")).grants
    a, b, c = (f"{HOME}:log-group:/{name}/*" for name in "abc")
    halves = [
        ResourcePolicy.parse(action[-4:], text(GRANTED | {"Action": action, "Resource": listed}))
        for action, listed in zip(ACTIONS, ([a, b], [a, c]), strict=True)
    ]
    assert missing(halves, grant) == (c, b)
    assert missing([], grant) == (c, a, b)
    assert not in_force(halves, grant)
    assert in_force([*halves, ResourcePolicy.parse("rest", text(GRANTED | {"Resource": [c, b]}))], grant)


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
        (REQUEST, "Added"),
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
    statement = GRANTED | {"Sid": "VendedLogsPolicyRoute"}
    assert plan([ResourcePolicy.parse(SHARED, text(statement))], REQUEST).outcome == "AlreadyGranted"
