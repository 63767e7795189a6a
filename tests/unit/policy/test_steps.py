"""What could be written, one candidate after the other: from the least change to the largest."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from vended_logs.policy.document import PolicyDocument, ResourcePolicy, Statement
from vended_logs.policy.request import Request
from vended_logs.policy.steps import Candidate, candidates

from .policies import SHARED, aws_statement, foreign, group, states, text
from .strategies import SCOPE, SPILL
from .universe import DELIVERY, HOME, SEARCH

_Json = dict[str, Any]

BROAD = f"{HOME}:log-group:/aws/vendedlogs/*"
REQUEST = Request(scope=SCOPE)
REVOCABLE = Request(scope=SCOPE, on_delete="RemoveWhenUnused", stack_id="stack/one", logical_id="Logs")
GRANT = aws_statement([BROAD], sid="VendedLogsPolicy")
ENTRIES = aws_statement(states(3))
MORE = aws_statement([*states(2, start=2), group("/other")], sid="More")
BARE = aws_statement([*states(2), group("/other")], sid="Bare", condition=False)
SEARCHES = aws_statement([group("/search")], sid="Search", service=SEARCH)


def _tried(policies: dict[str, Sequence[_Json]], request: Request = REQUEST) -> list[Candidate]:
    read = tuple(ResourcePolicy.parse(name, text(*found)) for name, found in policies.items())
    return list(candidates(read, request))


def _statements(*found: _Json) -> tuple[Statement, ...]:
    return PolicyDocument.parse(text(*found)).statements


def _said(tried: list[Candidate]) -> list[tuple[str, tuple[Statement, ...]]]:
    return [(one.outcome, one.policy.document.statements) for one in tried]


def _with(statement: _Json, *resources: str) -> _Json:
    return statement | {"Resource": list(resources)}


def test_a_policy_that_is_not_there_is_created() -> None:
    """Every way comes to the grant alone, under the name asked for; the last would make a policy of its own."""
    found = _statements(GRANT)
    tried = _tried({"other": [SEARCHES]})
    assert _said(tried) == [("Created", found)] * 3 + [("Spilled", found)] * 3
    assert [one.policy.name for one in tried] == [SHARED] * 3 + [SPILL] * 3
    assert all(one.policy == ResourcePolicy.of(one.policy.name, PolicyDocument(found)) for one in tried)


def test_the_changes_grow() -> None:
    """Add; drop what the grant covers; merge; widen what has no condition; a policy of its own."""
    tried = _tried({SHARED: [ENTRIES, BARE, MORE, SEARCHES]})
    added = (_with(ENTRIES, *states(3), BROAD), BARE, MORE, SEARCHES)
    dropped = (_with(ENTRIES, BROAD), BARE, _with(MORE, group("/other")), SEARCHES)
    merged = (_with(ENTRIES, BROAD), BARE, SEARCHES)
    widened = (_with(BARE, group("/other"), BROAD), SEARCHES)
    assert _said(tried) == [
        ("Added", _statements(*added)),
        ("Compacted", _statements(*dropped)),
        ("Compacted", _statements(*merged)),
        ("Widened", _statements(*widened)),
        *[("Spilled", _statements(GRANT))] * 3,
    ]
    assert [one.widened for one in tried] == [(), (), (), (BROAD,), (), (), ()]


def test_a_variable_is_not_dropped_for_a_pattern_that_matches_its_spelling() -> None:
    """An entry with a policy variable stands for what nobody knows here, so that the grant does not cover it."""
    unknown = f"{HOME}:log-group:/aws/vendedlogs/${{aws:SourceAccount}}:*"
    for tried in _tried({SHARED: [_with(ENTRIES, unknown, *states(1))]})[:3]:
        [left] = tried.policy.document.statements
        assert left.resource is not None
        assert unknown in left.resource.values


_WAYS = [("Added", SHARED), ("Compacted", SHARED), ("Compacted", SHARED)]
_WIDENED = ("Widened", SHARED)
_SPILLS = [("Spilled", SPILL)] * 3


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (REQUEST, [*_WAYS, _WIDENED, *_SPILLS]),
        (replace(REQUEST, when_full="Spill"), [*_WAYS, *_SPILLS]),
        (replace(REQUEST, when_full="Fail"), _WAYS),
        (replace(REQUEST, may_spill=False), [*_WAYS, _WIDENED]),
        (replace(REVOCABLE, when_full="Widen"), [*_WAYS, *_SPILLS]),
        (replace(REVOCABLE, when_full="Fail"), _WAYS),
    ],
)
def test_when_full_says_how_far_to_go(request_: Request, expected: list[tuple[str, str]]) -> None:
    """`Spill` widens nothing, `Fail` stops at compaction, and a revocable grant never widens."""
    tried = _tried({SHARED: [BARE]}, request_)
    assert [(one.outcome, one.policy.name) for one in tried] == expected


def test_version_and_id_are_kept() -> None:
    """Whatever is written, a policy keeps its Version and Id, and its spill keeps its own."""
    read = ResourcePolicy.of(SHARED, PolicyDocument(_statements(BARE), "2008-10-17", "I"))
    spill = ResourcePolicy.of(SPILL, PolicyDocument(_statements(SEARCHES), None, "J"))
    kept = {
        (one.policy.name, one.policy.document.version, one.policy.document.id)
        for one in candidates((read, spill), REQUEST)
    }
    assert kept == {(SHARED, "2008-10-17", "I"), (SPILL, None, "J")}


def test_the_other_policies_count() -> None:
    """Only what no policy gives is added."""
    both = replace(REQUEST, patterns=("/aws/vendedlogs/*", "/own"))
    tried = _tried({SHARED: [SEARCHES], "other": [GRANT]}, both)
    assert tried[0].policy.document.statements == _statements(
        SEARCHES, _with(GRANT, group("/own", stream=False) + ":*")
    )


def test_a_spill_that_is_there_is_added_to() -> None:
    """It keeps what it holds; then what the grant covers in it is dropped, then it is merged."""
    tried = _tried({SHARED: [SEARCHES], SPILL: [ENTRIES, MORE]})
    assert _said(tried)[-3:] == [
        ("Spilled", _statements(_with(ENTRIES, *states(3), BROAD), MORE)),
        ("Spilled", _statements(_with(ENTRIES, BROAD), _with(MORE, group("/other")))),
        ("Spilled", _statements(_with(ENTRIES, BROAD, group("/other")))),
    ]


@pytest.mark.parametrize(("others", "spills"), [(8, 3), (9, 0)])
def test_a_spill_needs_a_free_slot(others: int, spills: int) -> None:
    """A tenth policy may be made, an eleventh not."""
    tried = _tried({SHARED: [BARE]} | {f"other-{number}": [SEARCHES] for number in range(others)})
    assert len([one for one in tried if one.outcome == "Spilled"]) == spills


def test_a_grant_goes_where_its_kind_stands() -> None:
    """Into the first statement of equal effect, principal, actions and condition, and else into one at the end."""
    for stands, expected in (
        ([SEARCHES, ENTRIES, MORE], [SEARCHES, _with(ENTRIES, *states(3), BROAD), MORE]),
        ([BARE], [BARE, GRANT]),
        ([ENTRIES | {"Effect": "Deny"}], [ENTRIES | {"Effect": "Deny"}, GRANT]),
        ([ENTRIES | {"Sid": "VendedLogsPolicyR0123abcd"}], [ENTRIES | {"Sid": "VendedLogsPolicyR0123abcd"}, GRANT]),
    ):
        assert _tried({SHARED: stands})[0].policy.document.statements == _statements(*expected)


def test_a_taken_sid_is_not_used_again() -> None:
    """Where another statement has our Sid, ours gets the next that is free."""
    taken = BARE | {"Sid": "VendedLogsPolicy"}
    [_, ours] = _tried({SHARED: [taken]})[0].policy.document.statements
    assert ours.sid is not None
    assert ours.sid.startswith("VendedLogsPolicy")
    [*_, third] = _tried({SHARED: [taken, SEARCHES | {"Sid": ours.sid}]})[0].policy.document.statements
    assert third.sid not in {"VendedLogsPolicy", ours.sid}


def test_a_revocable_grant_goes_into_its_own_statement() -> None:
    """It grows the resource's own statement in a policy it named, no other, and drops nothing."""
    own = GRANT | {"Sid": REVOCABLE.owner.sid}
    other = GRANT | {"Sid": "VendedLogsPolicyR0123abcd"}
    request = replace(REVOCABLE, patterns=("/aws/vendedlogs/*", "/aws/vendedlogs/states/*"))
    narrow = f"{HOME}:log-group:/aws/vendedlogs/states/*"
    tried = _tried({SHARED: [ENTRIES, other, _with(own, narrow)]}, request)
    expected = _statements(ENTRIES, other, _with(own, BROAD, narrow))
    assert _said(tried)[:3] == [("Added", expected), ("Compacted", expected), ("Compacted", expected)]
    assert _tried({SHARED: [ENTRIES]}, REVOCABLE)[1].policy.document.statements == _statements(ENTRIES, own)


def test_every_principal_makes_room() -> None:
    """For each principal asked for the entries that its grant covers are dropped, those of others are not."""
    bare = replace(REQUEST, source_conditions=False, principals=(DELIVERY, SEARCH))
    mine, yours, third = (
        aws_statement(states(2), sid=service[:2], condition=False, service=service)
        for service in (DELIVERY, SEARCH, "route53.amazonaws.com")
    )
    tried = _tried({SHARED: [mine, yours, third]}, bare)
    assert tried[1].policy.document.statements == _statements(_with(mine, BROAD), _with(yours, BROAD), third)


def test_only_the_patterns_that_stand_make_room() -> None:
    """A pattern of ours that another policy gives makes nothing needless here: it might go there."""
    request = replace(REQUEST, patterns=("/aws/vendedlogs/*", "/own/*"))
    own = f"{HOME}:log-group:/own/*"
    tried = _tried({SHARED: [ENTRIES], "other": [GRANT]}, request)
    assert tried[1].policy.document.statements == _statements(_with(ENTRIES, *states(3), own))


def test_what_a_pattern_does_not_cover_stays() -> None:
    """Entries under another or no condition, of a Deny and of other actions are not made needless by the grant."""
    others = [
        BARE,
        ENTRIES | {"Action": "logs:PutLogEvents", "Sid": "Put", "Condition": {}},
        ENTRIES | {"Effect": "Deny", "Sid": "Deny", "Principal": {"Service": SEARCH}},
    ]
    tried = _tried({SHARED: [ENTRIES, *others]})
    assert tried[1].policy.document.statements == _statements(_with(ENTRIES, BROAD), *others)
    stronger = ENTRIES | {"Sid": "Org", "Condition": ENTRIES["Condition"] | {"StringLike": {"aws:SourceOrgID": "o"}}}
    fewer = ENTRIES | {"Sid": "Put", "Action": "logs:PutLogEvents"}
    tried = _tried({SHARED: [ENTRIES, stronger, fewer]})
    assert tried[1].policy.document.statements == _statements(_with(ENTRIES, BROAD))


def test_widening_takes_statements_of_exactly_our_kind() -> None:
    """Ours, with our condition or none: not another's, not one with other actions, not a revocable one."""
    others = [
        ENTRIES | {"Sid": "Put", "Action": "logs:*", "Condition": {}},
        ENTRIES | {"Sid": "Search", "Principal": {"Service": SEARCH}, "Condition": {}},
        ENTRIES | {"Sid": "Org", "Condition": {"StringLike": {"aws:SourceOrgID": "o"}}},
        BARE | {"Sid": "VendedLogsPolicyR0123abcd"},
    ]
    tried = _tried({SHARED: [BARE, *others]})
    [widened] = [one for one in tried if one.outcome == "Widened"]
    kept = _statements(*others[:2], others[3])
    assert widened.policy.document.statements == (*_statements(_with(BARE, group("/other"), BROAD)), *kept)
    assert not [one for one in _tried({SHARED: others}) if one.outcome == "Widened"]


def test_widening_reports_each_pattern_that_was_put_somewhere() -> None:
    """Only patterns that stand for others in a statement without our condition are reported, sorted."""
    request = replace(REQUEST, patterns=("/b/*", "/a/*", "/c/*", "/d/*"))
    entries = {name: f"{HOME}:log-group:/{name}/*" for name in "abcd"}
    bare = _with(BARE, group("/a/x"), group("/a/y"), group("/b/x"), entries["c"])
    ours = _with(ENTRIES, group("/d/x"))
    [widened] = [one for one in _tried({SHARED: [ours, bare]}, request) if one.outcome == "Widened"]
    assert widened.widened == (entries["a"], entries["b"])
    assert widened.policy.document.statements == _statements(
        _with(ours, entries["d"]), _with(bare, entries["a"], entries["b"], entries["c"])
    )


def test_nothing_to_widen_is_no_candidate() -> None:
    """Where the patterns stand for nothing but themselves, widening is left out."""
    for stands in ([_with(BARE, BROAD, group("/other"))], [ENTRIES], [SEARCHES]):
        assert not [one for one in _tried({SHARED: stands} | _others()) if one.outcome == "Widened"]


def _others() -> dict[str, Sequence[_Json]]:
    return {name: [SEARCHES] for name in foreign(2)}


def test_only_what_nothing_gives_is_added() -> None:
    """What stands in the policy itself under any statement, or in one's own, is not said again."""
    both = replace(REQUEST, patterns=("/aws/vendedlogs/*", "/own/*"))
    own = f"{HOME}:log-group:/own/*"
    bare = _with(BARE, BROAD)
    assert _tried({SHARED: [bare]}, both)[0].policy.document.statements == _statements(bare, _with(GRANT, own))
    mine = _with(GRANT, BROAD) | {"Sid": REVOCABLE.owner.sid}
    narrow = replace(REVOCABLE, patterns=("/aws/vendedlogs/states/*", "/own/*"))
    assert _tried({SHARED: [mine]}, narrow)[0].policy.document.statements == _statements(_with(mine, BROAD, own))


def test_the_pattern_itself_is_needless_where_it_says_less() -> None:
    """Our entry under a further condition goes, and what any one of our patterns covers goes."""
    both = replace(REQUEST, patterns=("/aws/vendedlogs/*", "/other/*"))
    other = f"{HOME}:log-group:/other/*"
    stronger = ENTRIES | {"Sid": "Org", "Condition": ENTRIES["Condition"] | {"StringLike": {"aws:SourceOrgID": "o"}}}
    tried = _tried({SHARED: [_with(ENTRIES, *states(2), group("/other/x")), _with(stronger, BROAD, group("/z"))]}, both)
    assert tried[1].policy.document.statements == _statements(
        _with(ENTRIES, BROAD, other), _with(stronger, group("/z"))
    )


def test_widening_reaches_statements_under_our_condition_and_every_principal() -> None:
    """Though the grant stands elsewhere, each pattern takes the place of what it covers, for each principal."""
    request = replace(REQUEST, patterns=("/aws/vendedlogs/*", "/b/*"), principals=(DELIVERY, SEARCH))
    there = [_with(GRANT, BROAD, f"{HOME}:log-group:/b/*")]
    searches = aws_statement(states(2), sid="Search", condition=False, service=SEARCH)
    found = [
        one.policy.document.statements
        for one in _tried({SHARED: [ENTRIES, _with(BARE, group("/b/x")), searches], "other": there}, request)
        if one.outcome == "Widened"
    ]
    assert [statements[:3] for statements in found] == [
        _statements(_with(ENTRIES, BROAD), _with(BARE, f"{HOME}:log-group:/b/*"), _with(searches, BROAD))
    ]
