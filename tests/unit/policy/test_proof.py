"""The proof that every plan must pass: what it lets through, what it refuses, and what it calls lost."""

from typing import Any

import pytest

from vended_logs.errors import PlanRefused
from vended_logs.policy.document import PolicyDocument, ResourcePolicy
from vended_logs.policy.proof import lost, prove, within
from vended_logs.policy.request import Request

from .policies import ACTIONS, BROAD, SHARED, aws_statement, group, parsed, text
from .strategies import SCOPE
from .universe import DELIVERY, SEARCH

_Json = dict[str, Any]

REQUEST = Request(scope=SCOPE)
GRANT = aws_statement([BROAD], sid="VendedLogsPolicy")
OTHER = aws_statement([group("/other/a"), group("/other/b")], sid="Other", service=SEARCH)
FEWER = OTHER | {"Resource": group("/other/a")}
MORE = OTHER | {"Resource": [*OTHER["Resource"], group("/other/c")]}
DENY = OTHER | {"Effect": "Deny", "Sid": "No"}
DENIED = GRANT | {"Effect": "Deny", "Sid": "No"}
BARE = aws_statement([group("/aws/vendedlogs/states/x")], sid="Bare", condition=False)
REVOCABLE = OTHER | {"Sid": "VendedLogsPolicyR0123abcd"}


def _held(*statements: _Json, name: str = SHARED) -> ResourcePolicy:
    return ResourcePolicy.parse(name, text(*statements))


def _without(statement: _Json, *names: str) -> _Json:
    return {key: value for key, value in statement.items() if key not in names}


ALL_BUT = _without(OTHER, "Resource") | {"NotResource": group("/secret"), "Sid": "AllBut"}
BUT_MORE = ALL_BUT | {"NotResource": [group("/secret"), group("/more")]}
NOT_ACTION = _without(OTHER, "Action") | {"NotAction": "logs:PutLogEvents"}
NO_RESOURCE = _without(OTHER, "Resource") | {"Sid": "Attached"}
EVERYONE = OTHER | {"Principal": "*", "Sid": "Everyone"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], [GRANT]),
        ([OTHER], [OTHER, GRANT]),
        ([OTHER], [GRANT, OTHER | {"Sid": "Renamed"}]),
        ([OTHER], [FEWER, OTHER | {"Sid": "Rest", "Resource": group("/other/b")}, GRANT]),
        ([DENY, ALL_BUT, NO_RESOURCE, EVERYONE], [DENY, ALL_BUT, NO_RESOURCE, EVERYONE, GRANT]),
        ([aws_statement([group("/aws/vendedlogs/x")])], [GRANT]),
        ([REVOCABLE], [REVOCABLE, GRANT]),
        ([REVOCABLE], [REVOCABLE | {"Action": [action.upper() for action in ACTIONS]}, GRANT]),
        ([ALL_BUT | {"Sid": REVOCABLE["Sid"]}], [ALL_BUT | {"Sid": REVOCABLE["Sid"]}, GRANT]),
    ],
    ids=[
        "created",
        "added",
        "renamed",
        "split",
        "kept",
        "dropped",
        "beside-a-revocable",
        "respelt-revocable",
        "beside-an-odd-revocable",
    ],
)
def test_what_loses_and_gains_nothing_is_proved(before: list[_Json], after: list[_Json]) -> None:
    """The same things said in other statements, with the grant beside them, pass."""
    prove([_held(*before)] if before else [], [_held(*after)], REQUEST)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ([OTHER], [OTHER], "would not put the grant in force"),
        ([OTHER], [OTHER, GRANT | {"Sid": "VendedLogsPolicyR0123abcd"}], "would not put the grant in force"),
        ([DENIED, GRANT], [DENIED, GRANT], "would not put the grant in force"),
        ([OTHER], [FEWER, GRANT], "would lose"),
        ([OTHER], [GRANT], "would lose"),
        ([OTHER], [OTHER | {"Action": ACTIONS[0]}, GRANT], "would lose"),
        ([OTHER], [REVOCABLE, GRANT], "would lose"),
        ([DENY], [GRANT], "would lose"),
        ([DENY], [DENY | {"Resource": group("/other/a")}, GRANT], "would lose"),
        ([DENY], [OTHER, GRANT], "would lose"),
        ([ALL_BUT], [OTHER | {"Resource": "*"}, GRANT], "would lose"),
        ([ALL_BUT], [BUT_MORE, GRANT], "would lose"),
        ([ALL_BUT | {"Sid": REVOCABLE["Sid"]}], [BUT_MORE | {"Sid": REVOCABLE["Sid"]}, GRANT], "would lose"),
        ([NO_RESOURCE], [OTHER | {"Resource": "*"}, GRANT], "would lose"),
        ([EVERYONE], [EVERYONE | {"Resource": "*"}, GRANT], "would lose"),
        ([REVOCABLE], [GRANT], "would lose"),
        ([REVOCABLE], [REVOCABLE | {"Resource": group("/other/a")}, GRANT], "would lose"),
        ([REVOCABLE], [REVOCABLE | {"Sid": "VendedLogsPolicyRdcba3210"}, GRANT], "would lose"),
        ([REVOCABLE], [REVOCABLE | {"Condition": {}}, GRANT], "would lose"),
        ([OTHER], [MORE, GRANT], "would allow more"),
        ([OTHER], [OTHER | {"Action": "logs:*"}, GRANT], "would allow more"),
        ([OTHER], [_without(OTHER, "Condition"), GRANT], "would allow more"),
        ([OTHER], [OTHER, DENY, GRANT], "would allow more"),
        ([OTHER], [OTHER, BARE, GRANT], "would allow more"),
        ([BARE], [BARE | {"Resource": BROAD}], "would allow more"),
        ([], [GRANT, OTHER], "would allow more"),
    ],
)
def test_what_loses_or_gains_is_refused(before: list[_Json], after: list[_Json], reason: str) -> None:
    """A plan after which the grant does not stand, something is gone or something is new is refused with which."""
    with pytest.raises(PlanRefused, match=reason):
        prove([_held(*before)], [_held(*after)], REQUEST)


def test_a_refusal_says_what_to_do() -> None:
    """A refusal names the policy and what would happen, and asks for the log."""
    with pytest.raises(PlanRefused) as refused:
        prove([_held(OTHER)], [_held(GRANT)], REQUEST)
    assert str(refused.value) == (
        f"The plan for the CloudWatch Logs resource policy '{SHARED}' would lose something that is allowed or denied"
        " now, so nothing was changed: report this with the provider's log, which holds the policy as it was read."
    )
    with pytest.raises(PlanRefused, match=rf"policy '{SHARED}' would not put the grant in force, so"):
        prove([], [], REQUEST)
    with pytest.raises(PlanRefused, match="would allow more than was asked for, so"):
        prove([], [_held(GRANT, OTHER)], REQUEST)


def test_each_policy_is_looked_at() -> None:
    """What one policy loses is not made up for by another, and a policy that comes or goes is no exception."""
    mine, yours = _held(GRANT), _held(OTHER, name="yours")
    prove([yours], [mine, yours], REQUEST)
    for after in ([mine], [_held(GRANT, OTHER)], [mine, _held(FEWER, name="yours")]):
        with pytest.raises(PlanRefused, match=r"'yours' would lose|would allow more"):
            prove([mine, yours], after, REQUEST)
    with pytest.raises(PlanRefused, match="'yours' would allow more"):
        prove([mine], [mine, yours], REQUEST)


def test_every_principal_asked_for_must_have_its_grant() -> None:
    """A plan that puts the grant of only one of two principals in force is refused."""
    both = Request(scope=SCOPE, principals=(DELIVERY, SEARCH))
    with pytest.raises(PlanRefused, match="in force"):
        prove([], [_held(GRANT)], both)


def test_widening_is_let_through_only_where_it_is_reported() -> None:
    """A pattern may stand without our condition where a statement of that kind stood, and is reported, and only it."""
    wider = [_held(BARE | {"Resource": BROAD})]
    prove([_held(BARE)], wider, REQUEST, widened=[BROAD])
    prove([_held(BARE)], wider, REQUEST, widened=iter([BROAD]))
    for before, reported in ((BARE, "/other/*"), (OTHER, BROAD)):
        kept = [] if before is BARE else [OTHER]
        after = [_held(*kept, BARE | {"Resource": BROAD})]
        with pytest.raises(PlanRefused, match="allow more"):
            prove([_held(before)], after, REQUEST, widened=[reported])


def test_what_is_put_back_is_let_through() -> None:
    """A statement that a stale overwrite took away may come back, and nothing more than it."""
    prove([], [_held(GRANT, OTHER)], REQUEST, put_back=parsed(OTHER))
    with pytest.raises(PlanRefused, match="allow more"):
        prove([], [_held(GRANT, MORE)], REQUEST, put_back=parsed(OTHER))


def test_an_own_revocable_grant_may_grow() -> None:
    """A revocable statement that keeps all it had may get what its own resource asks for."""
    request = Request(scope=SCOPE, on_delete="RemoveWhenUnused", patterns=("/a/*", "/b/*"))
    [grant] = request.grants
    one, both = (
        ResourcePolicy.of(SHARED, PolicyDocument((grant.statement(*found),)))
        for found in (grant.resources[:1], grant.resources)
    )
    prove([one], [both], request)


@pytest.mark.parametrize(
    ("statement", "others", "expected"),
    [
        (OTHER, [OTHER], True),
        (OTHER, [FEWER, OTHER | {"Resource": group("/other/b")}], True),
        (OTHER, [FEWER], False),
        (OTHER, [FEWER, OTHER | {"Resource": group("/other/b*"), "Sid": "Wide"}], True),
        (OTHER, [OTHER | {"Sid": "Renamed", "Principal": {"Service": [SEARCH, DELIVERY]}}], True),
        (OTHER, [DENY], False),
        (OTHER, [], False),
        (EVERYONE, [EVERYONE | {"Sid": "Renamed"}], True),
        (EVERYONE, [EVERYONE | {"Resource": [group("/other/a"), group("/other/*")]}], False),
        (DENY, [DENY], True),
        (DENY, [DENY | {"Sid": "Renamed"}], True),
        (DENY, [OTHER | {"Sid": "No"}], False),
        (DENY, [DENY | {"Resource": group("/other/a")}, DENY | {"Resource": group("/other/b")}], False),
        (EVERYONE, [EVERYONE | {"Resource": group("/other/a")}, EVERYONE | {"Resource": group("/other/b")}], True),
        (NOT_ACTION, [OTHER | {"Action": "*"}], False),
        (_without(OTHER, "Action"), [OTHER | {"Action": "*"}], False),
        (ALL_BUT, [ALL_BUT], True),
        (ALL_BUT, [ALL_BUT | {"Sid": "Renamed"}], True),
        (ALL_BUT, [BUT_MORE], False),
        (NO_RESOURCE, [NO_RESOURCE], True),
        (NO_RESOURCE, [NO_RESOURCE | {"Sid": "Renamed"}], True),
        (NO_RESOURCE, [NO_RESOURCE | {"Action": "*"}], False),
        (OTHER | {"Resource": []}, [OTHER], True),
        (OTHER | {"Resource": []}, [GRANT], False),
    ],
)
def test_a_statement_is_within_others_that_say_it(statement: _Json, others: list[_Json], expected: bool) -> None:  # noqa: FBT001 - a table's column
    """A statement may be renamed, split or covered; of a Deny and what names no resources, only the Sid may differ."""
    [found] = parsed(statement)
    assert within(found, parsed(*others)) is expected


def test_lost_are_the_allowed_entries_that_are_gone() -> None:
    """A statement is lost with those of its entries that the others do not allow; a Deny is never called lost."""
    before = parsed(OTHER, DENY, GRANT, ALL_BUT)
    assert lost(before, before) == ()
    assert lost(before, ()) == parsed(OTHER, GRANT, ALL_BUT)
    assert lost(before, parsed(FEWER, GRANT)) == parsed(OTHER | {"Resource": group("/other/b")}, ALL_BUT)
    assert lost(parsed(DENY, OTHER), parsed(GRANT)) == parsed(OTHER)
    wider = OTHER | {"Sid": "Wide", "Action": "logs:*", "Resource": group("/other/a*", stream=False)}
    gone = OTHER | {"Resource": group("/other/b")}
    assert lost(parsed(OTHER), parsed(wider)) == parsed(gone)
    assert lost(parsed(OTHER, GRANT), parsed(GRANT, wider)) == parsed(gone)
    assert lost(parsed(EVERYONE), parsed(EVERYONE | {"Resource": group("/other/a")})) == parsed(EVERYONE)
