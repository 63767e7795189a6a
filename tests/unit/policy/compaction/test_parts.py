"""What compaction is made of, each by itself: contexts, merging, covered entries, retaining."""

from typing import Any

import pytest

from tests.unit.policy.policies import ACTIONS, CONDITION, aws_statement, group, parsed
from tests.unit.policy.universe import ACCOUNT, DELIVERY, HOME, SEARCH
from vended_logs.policy.compaction import context, drop_covered, merge, retain
from vended_logs.policy.compaction import entries as entries_of

_ONE = aws_statement([group("/b"), group("/a")], sid="One")
_TWO = aws_statement([group("/c"), group("/a")], sid="Two")
_BARE = aws_statement([group("/x")], sid="Bare", condition=False)


def test_merged_statements_stand_where_the_first_stood_under_its_sid() -> None:
    """Order and Sids of the first of each kind are kept, and the entries are those of all, sorted, each once."""
    merged = _ONE | {"Resource": [group("/a"), group("/b"), group("/c")]}
    assert merge(parsed(_BARE, _ONE, _BARE | {"Sid": "Also", "Resource": group("/w")}, _TWO)) == parsed(
        _BARE | {"Resource": [group("/w"), group("/x")]}, merged
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"Effect": "Deny"},
        {"Principal": "*"},
        {"Principal": {"AWS": "*"}},
        {"Sid": "VendedLogsPolicyR0123abcd"},
        {"Resource": None, "NotResource": group("/x")},
        {"Action": None, "NotAction": "logs:x"},
        {"Principal": None, "NotPrincipal": {"Service": DELIVERY}},
        {"Resource": None},
        {"Action": None},
        {"Principal": None},
    ],
)
def test_what_must_stay_as_it_is_is_not_merged_even_with_its_like(changes: dict[str, Any]) -> None:
    """Two statements that compaction may not touch stay two, with all their entries."""
    pair = parsed(
        *({key: value for key, value in (one | changes).items() if value is not None} for one in (_ONE, _ONE))
    )
    assert merge(pair) == pair
    assert drop_covered(pair) == pair


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"Sid": "Other"}, True),
        ({"Resource": "*"}, True),
        ({"Action": ["LOGS:putlogevents", "logs:CreateLogStream"]}, True),
        (
            {
                "Condition": {
                    key: {name.upper(): one for name, one in value.items()} for key, value in CONDITION.items()
                }
            },
            True,
        ),
        ({"Effect": "Deny"}, False),
        ({"Principal": {"Service": SEARCH}}, False),
        ({"Action": "logs:PutLogEvents"}, False),
        ({"Action": None}, False),
        ({"Action": None, "NotAction": ACTIONS}, False),
        ({"Resource": None, "NotResource": _ONE["Resource"]}, False),
        ({"Resource": None}, False),
        ({"Condition": None}, False),
        ({"Condition": {"StringEquals": CONDITION["StringEquals"]}}, False),
        ({"Condition": CONDITION | {"StringEquals": {"aws:SourceAccount": "1"}}}, False),
        ({"Condition": CONDITION | {"StringEquals": {"aws:SourceOrgID": [ACCOUNT]}}}, False),
        ({"Condition": {"StringLike": CONDITION["StringEquals"], "ArnLike": CONDITION["ArnLike"]}}, False),
    ],
)
def test_statements_of_one_context_differ_in_sid_and_entries_alone(changes: dict[str, Any], same: bool) -> None:  # noqa: FBT001 - a table's column
    """Spellings that mean the same are the same; whom, what, when and the kind of element are not left out."""
    [one, other] = parsed(_ONE, {key: value for key, value in (_ONE | changes).items() if value is not None})
    assert (context(one) == context(other)) is same


def test_of_two_entries_of_equal_meaning_the_first_stays() -> None:
    """Entries go from the end, and only while what covers them is there."""
    wide, same = f"{HOME}:log-group:/a*", f"{HOME}:log-group:/a**"
    first, second = _ONE | {"Resource": wide}, _TWO | {"Resource": same}
    assert drop_covered(parsed(first, second)) == parsed(first)
    assert drop_covered(parsed(second, first)) == parsed(second)
    third = _BARE | {"Resource": group("/ab")}
    assert drop_covered(parsed(third, first, second)) == parsed(third, first)


def test_an_entry_without_our_condition_covers_one_under_it() -> None:
    """Across statements, only where what is narrower in whom, what and when is narrower in its entries too."""
    broad = _BARE | {"Resource": f"{HOME}:log-group:/*"}
    assert drop_covered(parsed(_ONE, broad)) == parsed(broad)
    assert drop_covered(parsed(_ONE | {"Resource": f"{HOME}:log-group:/*"}, _BARE)) == parsed(
        _ONE | {"Resource": f"{HOME}:log-group:/*"}, _BARE
    )
    assert drop_covered(parsed(_ONE | {"Action": "logs:*"}, broad)) == parsed(_ONE | {"Action": "logs:*"}, broad)


def test_only_the_entries_to_be_kept_are_retained() -> None:
    """A statement that loses all its entries goes, one that never had any stays, and what must stay loses none."""
    empty, deny = _BARE | {"Resource": []}, _BARE | {"Effect": "Deny"}
    found = parsed(_ONE, _TWO, empty, deny, _BARE)
    kept = retain(found, lambda entry: entry == (0, group("/a")))
    assert kept == parsed(_ONE | {"Resource": group("/a")}, empty, deny)
    assert retain(found, lambda _: True) == found


def test_the_entries_that_may_go_are_known_by_their_place() -> None:
    """Entries of what must stay as it is are not among them."""
    found = parsed(_BARE | {"Effect": "Deny"}, _ONE, _BARE)
    assert entries_of(found) == [(1, group("/a")), (1, group("/b")), (2, group("/x"))]
