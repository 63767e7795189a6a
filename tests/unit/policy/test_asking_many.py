"""What is asked of many statements at once is answered as if each were asked by itself."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vended_logs.policy.coverage import Allowances, Contexts, Denial, context_covers, denials, gives
from vended_logs.policy.document import Element, ResourcePolicy, Statement
from vended_logs.policy.grant import Grant
from vended_logs.policy.request import Request
from vended_logs.policy.wildcard import arn_covers

from .policies import ACTIONS, CONDITION, aws_statement, group, parsed, text
from .strategies import SCOPE, deliveries, statements
from .universe import ACCOUNT, DELIVERY, HOME, OTHER_ACCOUNT, ROLE, SEARCH

_Json = dict[str, Any]
OURS = aws_statement([group("/aws/vendedlogs/states/x"), group("/other/y")])
_CHANGES: list[_Json] = [
    {},
    {"Effect": "Deny"},
    {"Principal": {"Service": SEARCH}},
    {"Principal": {"Service": [SEARCH, DELIVERY]}},
    {"Principal": {"AWS": [ROLE], "Service": DELIVERY}},
    {"Principal": "*"},
    {"Principal": {}, "NotPrincipal": {"Service": SEARCH}},
    {"Action": ACTIONS[:1]},
    {"Action": ACTIONS[1:]},
    {"Action": "LOGS:Put*"},
    {"Action": "*"},
    {"Action": [], "NotAction": ACTIONS},
    {"Condition": {}},
    {"Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}}},
    {"Condition": {"StringEquals": {"aws:SourceAccount": [ACCOUNT, OTHER_ACCOUNT]}}},
    {"Condition": CONDITION | {"Bool": {"aws:SecureTransport": "true"}}},
    {"Resource": "*"},
    {"Resource": "arn:aws:*"},
    {"Resource": "arn:aws:logs:*:*:*"},
    {"Resource": group("/aws/vendedlogs/*", stream=False)},
    {"Resource": group("/other/*", stream=False)},
    {"Resource": [], "NotResource": group("/secret")},
]
"""The kinds of statements that differ in one thing, the grant itself first."""


KINDS = parsed(*({key: value for key, value in (OURS | change).items() if value} for change in _CHANGES))
_drawn = st.lists(st.one_of(statements(), deliveries()), min_size=1, max_size=4).map(lambda found: parsed(*found))


def _those(found: int) -> list[int]:
    return [position for position in range(found.bit_length()) if found >> position & 1]


def _asked_each(wide: tuple[Statement, ...], narrow: Statement) -> list[int]:
    return [position for position, one in enumerate(wide) if context_covers(one, narrow)]


@pytest.mark.parametrize("narrow", KINDS, ids=map(str, _CHANGES))
def test_the_wider_contexts_are_those_that_cover(narrow: Statement) -> None:
    """Of all kinds of statements, each is found for each exactly where it covers the other's context."""
    assert _those(Contexts(KINDS).wider(narrow)) == _asked_each(KINDS, narrow)
    assert _those(Contexts(KINDS[::-1]).wider(narrow)) == _asked_each(KINDS[::-1], narrow)


@given(_drawn, _drawn)
def test_the_wider_contexts_of_any_statements_are_those_that_cover(
    wide: tuple[Statement, ...], narrow: tuple[Statement, ...]
) -> None:
    """The same holds for any statements, asked one after the other."""
    contexts = Contexts(wide)
    for one in narrow:
        assert _those(contexts.wider(one)) == _asked_each(wide, one)


def _allowed_each(wide: tuple[Statement, ...], narrow: Statement) -> set[str]:
    """Return the resources of which every action is allowed by some statement, each pair compared."""
    if not gives(narrow) or narrow.resource is None or narrow.action is None:
        return set()
    return {
        resource
        for resource in narrow.resource.values
        if all(_allows(wide, narrow, action, resource) for action in narrow.action.values)
    }


def _allows(wide: tuple[Statement, ...], narrow: Statement, action: str, resource: str) -> bool:
    asked = Statement(narrow.effect, narrow.principal, Element((action,)), narrow.resource, narrow.condition)
    return any(
        context_covers(one, asked) and any(arn_covers(pattern, resource) for pattern in one.resource.values)
        for one in wide
        if one.resource is not None
    )


@pytest.mark.parametrize("narrow", KINDS, ids=map(str, _CHANGES))
def test_what_two_statements_allow_together_is_found(narrow: Statement) -> None:
    """Of each pair of kinds, exactly those resources are allowed of which each action is allowed by one of the two."""
    for pair in product(KINDS, repeat=2):
        assert Allowances(pair).resources(narrow) == _allowed_each(pair, narrow)


@given(_drawn, _drawn)
def test_what_any_statements_allow_together_is_found(
    wide: tuple[Statement, ...], narrow: tuple[Statement, ...]
) -> None:
    """The same holds for any statements, asked one after the other."""
    allowances = Allowances(wide)
    for one in narrow:
        assert allowances.resources(one) == _allowed_each(wide, one)


GRANTS: tuple[Grant, ...] = (
    *Request(scope=SCOPE, principals=(DELIVERY, SEARCH)).grants,
    *Request(scope=SCOPE, patterns=("/other/*",)).grants,
)
_DENIED = {
    "ours": f"{HOME}:log-group:/aws/vendedlogs/states/*",
    "the other": group("/other/y"),
    "neither": group("/elsewhere"),
}


def test_the_denials_of_several_grants_are_those_of_each() -> None:
    """Each Deny is told for each grant that it touches, whatever stood before it, in the order of the grants."""
    denies = [
        aws_statement([resource], sid=f"{name} {service}", condition=False, service=service) | {"Effect": "Deny"}
        for name, resource in _DENIED.items()
        for service in (DELIVERY, SEARCH)
    ]
    for listed in (denies, denies[::-1]):
        policies = [ResourcePolicy.parse("one", text(*listed[:3])), ResourcePolicy.parse("two", text(*listed[3:]))]
        found = list(denials(policies, *GRANTS))
        assert found == [one for grant in GRANTS for one in denials(policies, grant)]
        assert {one.sid for one in found} == {f"ours {DELIVERY}", f"ours {SEARCH}", f"the other {DELIVERY}"}
        assert all(isinstance(one, Denial) for one in found)
        assert list(denials(policies)) == []
