"""Compaction: fewer characters, the same meaning."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vended_logs.policy.compaction import compact, context, drop_covered, merge, retain
from vended_logs.policy.compaction import entries as entries_of
from vended_logs.policy.document import PolicyDocument, Statement

from .evaluator import allowed, listed
from .policies import ACTIONS, CONDITION, aws_statement, group, states, text
from .requested import is_kept_as_it_is, meaning, statements
from .strategies import documents, entries
from .universe import ACCOUNT, DELIVERY, HOME, SEARCH, calls


def _compacted(policy: str) -> str:
    document = PolicyDocument.parse(policy)
    return PolicyDocument(statements=compact(document.statements), version=document.version, id=document.id).to_json()


def _entries(policy: str) -> list[str]:
    return [resource for statement in statements(policy) for resource in listed(statement.get("Resource", []))]


@given(documents())
def test_compaction_loses_nothing_and_gains_nothing(policy: str) -> None:
    """A compacted document allows exactly what it allowed."""
    after = _compacted(policy)
    tried = calls([policy, after])
    for crossing in (False, True):
        assert allowed([after], tried, crossing=crossing) == allowed([policy], tried, crossing=crossing)


@given(documents())
def test_compaction_of_the_compact_changes_nothing(policy: str) -> None:
    """Compacting twice is compacting once, on every run."""
    found = PolicyDocument.parse(policy).statements
    assert compact(compact(found)) == compact(found) == compact(found)


@given(documents())
def test_compaction_never_makes_a_document_longer(policy: str) -> None:
    """A compacted document has no more characters, statements or entries than it had."""
    after = _compacted(policy)
    assert len(after) <= PolicyDocument.parse(policy).size
    assert len(statements(after)) <= len(statements(policy))
    assert len(_entries(after)) <= len(_entries(policy))


@given(documents())
def test_compaction_leaves_denies_exceptions_and_revocable_grants(policy: str) -> None:
    """A Deny, a grant to everyone, one with a NotX element and one that will be taken back are kept as they are."""
    after = {meaning(one) for one in statements(_compacted(policy))}
    assert {meaning(one) for one in statements(policy) if is_kept_as_it_is(one)} <= after


@given(documents(), st.randoms(use_true_random=False))
def test_compaction_gives_the_same_meaning_in_any_order(policy: str, dice: Any) -> None:
    """However the statements are ordered, compaction keeps the meaning and reaches as small a number of entries."""
    document = json.loads(policy)
    document["Statement"] = listed(document["Statement"])
    dice.shuffle(document["Statement"])
    shuffled = _compacted(json.dumps(document))
    tried = calls([policy])
    assert allowed([shuffled], tried) == allowed([policy], tried)
    assert len(_entries(shuffled)) == len(_entries(_compacted(policy)))


@given(st.lists(entries, min_size=2, max_size=6), st.booleans())
def test_no_entry_of_a_compact_statement_is_covered_by_another(resources: list[str], condition: bool) -> None:  # noqa: FBT001
    """In a compacted statement no entry can be taken out without losing something."""
    after = _compacted(text(aws_statement(resources, condition=condition)))
    left = _entries(after)
    for entry in left:
        rest = [one for one in left if one != entry]
        without = text(aws_statement(rest, condition=False)) if rest else text(aws_statement([group("/none")]))
        alone = text(aws_statement([entry], condition=False))
        tried = calls([alone])
        assert not allowed([alone], tried) <= allowed([without], tried), f"{entry} is not needed"


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ("$*", "${aws:SourceAccount}"),
        ("${*}", "${aws:SourceAccount}"),
        ("?" * 20, "${aws:SourceAccount}"),
        ("*t}", "${x:t}"),
    ],
)
def test_a_variable_is_not_covered_by_a_pattern_that_matches_its_spelling(wide: str, narrow: str) -> None:
    """`${aws:SourceAccount}` stands for an account, not for its own twenty characters."""
    after = _compacted(text(aws_statement([f"{HOME}:log-group:/aws/{name}" for name in (wide, narrow)])))
    assert len(_entries(after)) == 2


@pytest.mark.parametrize(
    "names",
    [("a*", "a**"), ("a**", "a*"), ("a", "a*"), ("a*?", "a?*"), ("a", "a"), ("a*", "a**", "a***", "ab", "a?*")],
)
def test_patterns_of_one_meaning_leave_exactly_one(names: tuple[str, ...]) -> None:
    """Of entries that mean the same one is kept: never both, never none."""
    policy = text(aws_statement([f"{HOME}:log-group:/aws/{name}" for name in names]))
    assert len(_entries(_compacted(policy))) == 1


def test_patterns_of_one_meaning_in_two_statements_leave_exactly_one() -> None:
    """Statements that cover each other leave one of the two, in either order."""
    one, other = (aws_statement([f"{HOME}:log-group:/aws/{name}"], sid=name[:1]) for name in ("a*", "a**"))
    for pair in ((one, other), (other, one), (one, one | {"Sid": "c"})):
        after = _compacted(text(*pair))
        assert (len(statements(after)), len(_entries(after))) == (1, 1)


def test_statements_that_differ_only_in_resources_are_merged() -> None:
    """Two statements of one class become one with the entries of both."""
    after = _compacted(text(aws_statement(states(3)), aws_statement(states(3, start=3), sid="AWSLogDeliveryWrite2")))
    assert len(statements(after)) == 1
    assert sorted(_entries(after)) == states(6)


def test_classes_with_and_without_conditions_are_not_merged() -> None:
    """A statement under a condition and one without stay two: merging them would lose or gain."""
    bare = aws_statement(states(3, start=3), sid="AWSLogDeliveryWrite2", condition=False)
    after = _compacted(text(aws_statement(states(3)), bare))
    assert len(statements(after)) == 2
    assert sorted(_entries(after)) == states(6)


def test_an_entry_under_a_condition_goes_when_it_stands_without() -> None:
    """What one class allows unconditionally need not be said again under a condition, but not the other way round."""
    after = _compacted(text(aws_statement(states(3)), aws_statement(states(2), sid="Bare", condition=False)))
    assert sorted(_entries(after)) == states(3)
    bare = [one for one in statements(after) if "Condition" not in one]
    assert [sorted(listed(one["Resource"])) for one in bare] == [states(2)]


def test_an_entry_stands_once_whichever_statement_comes_first() -> None:
    """What stands with and without a condition stays without, in either order of the two."""
    under, bare = aws_statement(states(1), sid="Under"), aws_statement(states(1), sid="Bare", condition=False)
    for found in ((under, bare), (bare, under)):
        [left] = statements(_compacted(text(*found)))
        assert left["Sid"] == "Bare"


def test_other_principals_keep_their_entries() -> None:
    """A broad entry of log delivery takes nothing from another service, nor the other way round."""
    policy = text(aws_statement([f"{HOME}:*"], sid="A"), aws_statement(states(2), sid="B", service=SEARCH))
    assert sorted(_entries(_compacted(policy))) == sorted([f"{HOME}:*", *states(2)])


def test_a_revocable_statement_is_neither_merged_nor_used() -> None:
    """What one resource will take back covers nobody else's entries and takes in none."""
    revocable = aws_statement([f"{HOME}:*"], sid="VendedLogsPolicyR0123abcd", service=DELIVERY)
    after = _compacted(text(aws_statement(states(2)), revocable))
    assert sorted(_entries(after)) == sorted([*states(2), f"{HOME}:*"])
    assert len(statements(after)) == 2


def test_nothing_compacts_to_nothing() -> None:
    """No statements stay no statements."""
    assert compact(()) == ()
    assert all(
        isinstance(one, Statement) for one in compact(PolicyDocument.parse(text(aws_statement(states(1)))).statements)
    )


def _statements(*found: dict[str, Any]) -> tuple[Statement, ...]:
    return PolicyDocument.parse(text(*found)).statements


_ONE = aws_statement([group("/b"), group("/a")], sid="One")
_TWO = aws_statement([group("/c"), group("/a")], sid="Two")
_BARE = aws_statement([group("/x")], sid="Bare", condition=False)


def test_merged_statements_stand_where_the_first_stood_under_its_sid() -> None:
    """Order and Sids of the first of each kind are kept, and the entries are those of all, sorted, each once."""
    merged = _ONE | {"Resource": [group("/a"), group("/b"), group("/c")]}
    assert merge(_statements(_BARE, _ONE, _BARE | {"Sid": "Also", "Resource": group("/w")}, _TWO)) == _statements(
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
    pair = _statements(
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
def test_statements_of_one_context_differ_in_sid_and_entries_alone(changes: dict[str, Any], same: bool) -> None:  # noqa: FBT001
    """Spellings that mean the same are the same; whom, what, when and the kind of element are not left out."""
    [one, other] = _statements(_ONE, {key: value for key, value in (_ONE | changes).items() if value is not None})
    assert (context(one) == context(other)) is same


def test_of_two_entries_of_equal_meaning_the_first_stays() -> None:
    """Entries go from the end, and only while what covers them is there."""
    wide, same = f"{HOME}:log-group:/a*", f"{HOME}:log-group:/a**"
    first, second = _ONE | {"Resource": wide}, _TWO | {"Resource": same}
    assert drop_covered(_statements(first, second)) == _statements(first)
    assert drop_covered(_statements(second, first)) == _statements(second)
    third = _BARE | {"Resource": group("/ab")}
    assert drop_covered(_statements(third, first, second)) == _statements(third, first)


def test_an_entry_without_our_condition_covers_one_under_it() -> None:
    """Across statements, only where what is narrower in whom, what and when is narrower in its entries too."""
    broad = _BARE | {"Resource": f"{HOME}:log-group:/*"}
    assert drop_covered(_statements(_ONE, broad)) == _statements(broad)
    assert drop_covered(_statements(_ONE | {"Resource": f"{HOME}:log-group:/*"}, _BARE)) == _statements(
        _ONE | {"Resource": f"{HOME}:log-group:/*"}, _BARE
    )
    assert drop_covered(_statements(_ONE | {"Action": "logs:*"}, broad)) == _statements(
        _ONE | {"Action": "logs:*"}, broad
    )


def test_only_the_entries_to_be_kept_are_retained() -> None:
    """A statement that loses all its entries goes, one that never had any stays, and what must stay loses none."""
    empty, deny = _BARE | {"Resource": []}, _BARE | {"Effect": "Deny"}
    found = _statements(_ONE, _TWO, empty, deny, _BARE)
    kept = retain(found, lambda entry: entry == (0, group("/a")))
    assert kept == _statements(_ONE | {"Resource": group("/a")}, empty, deny)
    assert retain(found, lambda _: True) == found


def test_the_entries_that_may_go_are_known_by_their_place() -> None:
    """Entries of what must stay as it is are not among them."""
    found = _statements(_BARE | {"Effect": "Deny"}, _ONE, _BARE)
    assert entries_of(found) == [(1, group("/a")), (1, group("/b")), (2, group("/x"))]
