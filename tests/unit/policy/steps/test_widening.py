"""The patterns in place of the entries that they cover, where nothing less makes room."""

from dataclasses import replace

from tests.unit.policy.policies import BROAD, SHARED, aws_statement, group, parsed, states
from tests.unit.policy.steps.tried import BARE, ENTRIES, GRANT, REQUEST, tried_with, with_resources
from tests.unit.policy.universe import DELIVERY, HOME, SEARCH


def test_widening_takes_statements_of_exactly_our_kind() -> None:
    """Ours, with our condition or none: not another's, not one with other actions, not a revocable one."""
    others = [
        ENTRIES | {"Sid": "Put", "Action": "logs:*", "Condition": {}},
        ENTRIES | {"Sid": "Search", "Principal": {"Service": SEARCH}, "Condition": {}},
        ENTRIES | {"Sid": "Org", "Condition": {"StringLike": {"aws:SourceOrgID": "o"}}},
        BARE | {"Sid": "VendedLogsPolicyR0123abcd"},
    ]
    tried = tried_with({SHARED: [BARE, *others]})
    [widened] = [one for one in tried if one.outcome == "Widened"]
    kept = parsed(*others[:2], others[3])
    assert widened.policy.document.statements == (*parsed(with_resources(BARE, group("/other"), BROAD)), *kept)
    assert not [one for one in tried_with({SHARED: others}) if one.outcome == "Widened"]


def test_widening_reports_each_pattern_that_was_put_somewhere() -> None:
    """Only patterns that stand for others in a statement without our condition are reported, sorted."""
    request = replace(REQUEST, patterns=("/b/*", "/a/*", "/c/*", "/d/*"))
    entries = {name: f"{HOME}:log-group:/{name}/*" for name in "abcd"}
    bare = with_resources(BARE, group("/a/x"), group("/a/y"), group("/b/x"), entries["c"])
    ours = with_resources(ENTRIES, group("/d/x"))
    [widened] = [one for one in tried_with({SHARED: [ours, bare]}, request) if one.outcome == "Widened"]
    assert widened.widened == (entries["a"], entries["b"])
    assert widened.policy.document.statements == parsed(
        with_resources(ours, entries["d"]), with_resources(bare, entries["a"], entries["b"], entries["c"])
    )


def test_widening_reaches_statements_under_our_condition_and_every_principal() -> None:
    """Though the grant stands elsewhere, each pattern takes the place of what it covers, for each principal."""
    request = replace(REQUEST, patterns=("/aws/vendedlogs/*", "/b/*"), principals=(DELIVERY, SEARCH))
    there = [with_resources(GRANT, BROAD, f"{HOME}:log-group:/b/*")]
    searches = aws_statement(states(2), sid="Search", condition=False, service=SEARCH)
    found = [
        one.policy.document.statements
        for one in tried_with(
            {SHARED: [ENTRIES, with_resources(BARE, group("/b/x")), searches], "other": there}, request
        )
        if one.outcome == "Widened"
    ]
    assert [statements[:3] for statements in found] == [
        parsed(
            with_resources(ENTRIES, BROAD),
            with_resources(BARE, f"{HOME}:log-group:/b/*"),
            with_resources(searches, BROAD),
        )
    ]
