"""Where the grant goes, and what it makes needless."""

from dataclasses import replace

from tests.unit.policy.policies import BROAD, SHARED, aws_statement, group, parsed, states
from tests.unit.policy.steps.tried import (
    BARE,
    ENTRIES,
    GRANT,
    MORE,
    REQUEST,
    REVOCABLE,
    SEARCHES,
    said_by,
    tried_with,
    with_resources,
)
from tests.unit.policy.universe import DELIVERY, HOME, SEARCH


def test_the_other_policies_count() -> None:
    """Only what no policy gives is added."""
    both = replace(REQUEST, patterns=("/aws/vendedlogs/*", "/own"))
    tried = tried_with({SHARED: [SEARCHES], "other": [GRANT]}, both)
    assert tried[0].policy.document.statements == parsed(
        SEARCHES, with_resources(GRANT, group("/own", stream=False) + ":*")
    )


def test_a_grant_goes_where_its_kind_stands() -> None:
    """Into the first statement of equal effect, principal, actions and condition, and else into one at the end."""
    for stands, expected in (
        ([SEARCHES, ENTRIES, MORE], [SEARCHES, with_resources(ENTRIES, *states(3), BROAD), MORE]),
        ([BARE], [BARE, GRANT]),
        ([ENTRIES | {"Effect": "Deny"}], [ENTRIES | {"Effect": "Deny"}, GRANT]),
        ([ENTRIES | {"Sid": "VendedLogsPolicyR0123abcd"}], [ENTRIES | {"Sid": "VendedLogsPolicyR0123abcd"}, GRANT]),
    ):
        assert tried_with({SHARED: stands})[0].policy.document.statements == parsed(*expected)


def test_a_taken_sid_is_not_used_again() -> None:
    """Where another statement has our Sid, ours gets the next that is free."""
    taken = BARE | {"Sid": "VendedLogsPolicy"}
    [_, ours] = tried_with({SHARED: [taken]})[0].policy.document.statements
    assert ours.sid is not None
    assert ours.sid.startswith("VendedLogsPolicy")
    [*_, third] = tried_with({SHARED: [taken, SEARCHES | {"Sid": ours.sid}]})[0].policy.document.statements
    assert third.sid not in {"VendedLogsPolicy", ours.sid}


def test_a_revocable_grant_goes_into_its_own_statement() -> None:
    """It grows the resource's own statement in a policy it named, no other, and drops nothing."""
    own = GRANT | {"Sid": REVOCABLE.owner.sid}
    other = GRANT | {"Sid": "VendedLogsPolicyR0123abcd"}
    request = replace(REVOCABLE, patterns=("/aws/vendedlogs/*", "/aws/vendedlogs/states/*"))
    narrow = f"{HOME}:log-group:/aws/vendedlogs/states/*"
    tried = tried_with({SHARED: [ENTRIES, other, with_resources(own, narrow)]}, request)
    expected = parsed(ENTRIES, other, with_resources(own, BROAD, narrow))
    assert said_by(tried)[:3] == [("Added", expected), ("Compacted", expected), ("Compacted", expected)]
    assert tried_with({SHARED: [ENTRIES]}, REVOCABLE)[1].policy.document.statements == parsed(ENTRIES, own)


def test_every_principal_makes_room() -> None:
    """For each principal asked for the entries that its grant covers are dropped, those of others are not."""
    bare = replace(REQUEST, source_conditions=False, principals=(DELIVERY, SEARCH))
    mine, yours, third = (
        aws_statement(states(2), sid=service[:2], condition=False, service=service)
        for service in (DELIVERY, SEARCH, "route53.amazonaws.com")
    )
    tried = tried_with({SHARED: [mine, yours, third]}, bare)
    assert tried[1].policy.document.statements == parsed(
        with_resources(mine, BROAD), with_resources(yours, BROAD), third
    )


def test_only_the_patterns_that_stand_make_room() -> None:
    """A pattern of ours that another policy gives makes nothing needless here: it might go there."""
    request = replace(REQUEST, patterns=("/aws/vendedlogs/*", "/own/*"))
    own = f"{HOME}:log-group:/own/*"
    tried = tried_with({SHARED: [ENTRIES], "other": [GRANT]}, request)
    assert tried[1].policy.document.statements == parsed(with_resources(ENTRIES, *states(3), own))


def test_what_a_pattern_does_not_cover_stays() -> None:
    """Entries under another or no condition, of a Deny and of other actions are not made needless by the grant."""
    others = [
        BARE,
        ENTRIES | {"Action": "logs:PutLogEvents", "Sid": "Put", "Condition": {}},
        ENTRIES | {"Effect": "Deny", "Sid": "Deny", "Principal": {"Service": SEARCH}},
    ]
    tried = tried_with({SHARED: [ENTRIES, *others]})
    assert tried[1].policy.document.statements == parsed(with_resources(ENTRIES, BROAD), *others)
    stronger = ENTRIES | {"Sid": "Org", "Condition": ENTRIES["Condition"] | {"StringLike": {"aws:SourceOrgID": "o"}}}
    fewer = ENTRIES | {"Sid": "Put", "Action": "logs:PutLogEvents"}
    tried = tried_with({SHARED: [ENTRIES, stronger, fewer]})
    assert tried[1].policy.document.statements == parsed(with_resources(ENTRIES, BROAD))


def test_only_what_nothing_gives_is_added() -> None:
    """What stands in the policy itself under any statement, or in one's own, is not said again."""
    both = replace(REQUEST, patterns=("/aws/vendedlogs/*", "/own/*"))
    own = f"{HOME}:log-group:/own/*"
    bare = with_resources(BARE, BROAD)
    assert tried_with({SHARED: [bare]}, both)[0].policy.document.statements == parsed(bare, with_resources(GRANT, own))
    mine = with_resources(GRANT, BROAD) | {"Sid": REVOCABLE.owner.sid}
    narrow = replace(REVOCABLE, patterns=("/aws/vendedlogs/states/*", "/own/*"))
    assert tried_with({SHARED: [mine]}, narrow)[0].policy.document.statements == parsed(
        with_resources(mine, BROAD, own)
    )


def test_the_pattern_itself_is_needless_where_it_says_less() -> None:
    """Our entry under a further condition goes, and what any one of our patterns covers goes."""
    both = replace(REQUEST, patterns=("/aws/vendedlogs/*", "/other/*"))
    other = f"{HOME}:log-group:/other/*"
    stronger = ENTRIES | {"Sid": "Org", "Condition": ENTRIES["Condition"] | {"StringLike": {"aws:SourceOrgID": "o"}}}
    tried = tried_with(
        {
            SHARED: [
                with_resources(ENTRIES, *states(2), group("/other/x")),
                with_resources(stronger, BROAD, group("/z")),
            ]
        },
        both,
    )
    assert tried[1].policy.document.statements == parsed(
        with_resources(ENTRIES, BROAD, other), with_resources(stronger, group("/z"))
    )
