"""What compaction takes out and merges, and what it leaves."""

import pytest

from tests.unit.policy.compaction.documents import compacted
from tests.unit.policy.evaluator import listed
from tests.unit.policy.policies import aws_statement, states, text
from tests.unit.policy.requested import entries_of, statements
from tests.unit.policy.universe import DELIVERY, HOME, SEARCH
from vended_logs.policy.compaction import compact
from vended_logs.policy.document import PolicyDocument, Statement


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
    after = compacted(text(aws_statement([f"{HOME}:log-group:/aws/{name}" for name in (wide, narrow)])))
    assert len(entries_of(after)) == 2


@pytest.mark.parametrize(
    "names",
    [("a*", "a**"), ("a**", "a*"), ("a", "a*"), ("a*?", "a?*"), ("a", "a"), ("a*", "a**", "a***", "ab", "a?*")],
)
def test_patterns_of_one_meaning_leave_exactly_one(names: tuple[str, ...]) -> None:
    """Of entries that mean the same one is kept: never both, never none."""
    policy = text(aws_statement([f"{HOME}:log-group:/aws/{name}" for name in names]))
    assert len(entries_of(compacted(policy))) == 1


def test_patterns_of_one_meaning_in_two_statements_leave_exactly_one() -> None:
    """Statements that cover each other leave one of the two, in either order."""
    one, other = (aws_statement([f"{HOME}:log-group:/aws/{name}"], sid=name[:1]) for name in ("a*", "a**"))
    for pair in ((one, other), (other, one), (one, one | {"Sid": "c"})):
        after = compacted(text(*pair))
        assert (len(statements(after)), len(entries_of(after))) == (1, 1)


def test_statements_that_differ_only_in_resources_are_merged() -> None:
    """Two statements of one class become one with the entries of both."""
    after = compacted(text(aws_statement(states(3)), aws_statement(states(3, start=3), sid="AWSLogDeliveryWrite2")))
    assert len(statements(after)) == 1
    assert sorted(entries_of(after)) == states(6)


def test_classes_with_and_without_conditions_are_not_merged() -> None:
    """A statement under a condition and one without stay two: merging them would lose or gain."""
    bare = aws_statement(states(3, start=3), sid="AWSLogDeliveryWrite2", condition=False)
    after = compacted(text(aws_statement(states(3)), bare))
    assert len(statements(after)) == 2
    assert sorted(entries_of(after)) == states(6)


def test_an_entry_under_a_condition_goes_when_it_stands_without() -> None:
    """What one class allows unconditionally need not be said again under a condition, but not the other way round."""
    after = compacted(text(aws_statement(states(3)), aws_statement(states(2), sid="Bare", condition=False)))
    assert sorted(entries_of(after)) == states(3)
    bare = [one for one in statements(after) if "Condition" not in one]
    assert [sorted(listed(one["Resource"])) for one in bare] == [states(2)]


def test_an_entry_stands_once_whichever_statement_comes_first() -> None:
    """What stands with and without a condition stays without, in either order of the two."""
    under, bare = aws_statement(states(1), sid="Under"), aws_statement(states(1), sid="Bare", condition=False)
    for found in ((under, bare), (bare, under)):
        [left] = statements(compacted(text(*found)))
        assert left["Sid"] == "Bare"


def test_other_principals_keep_their_entries() -> None:
    """A broad entry of log delivery takes nothing from another service, nor the other way round."""
    policy = text(aws_statement([f"{HOME}:*"], sid="A"), aws_statement(states(2), sid="B", service=SEARCH))
    assert sorted(entries_of(compacted(policy))) == sorted([f"{HOME}:*", *states(2)])


def test_a_revocable_statement_is_neither_merged_nor_used() -> None:
    """What one resource will take back covers nobody else's entries and takes in none."""
    revocable = aws_statement([f"{HOME}:*"], sid="VendedLogsPolicyR0123abcd", service=DELIVERY)
    after = compacted(text(aws_statement(states(2)), revocable))
    assert sorted(entries_of(after)) == sorted([*states(2), f"{HOME}:*"])
    assert len(statements(after)) == 2


def test_nothing_compacts_to_nothing() -> None:
    """No statements stay no statements."""
    assert compact(()) == ()
    assert all(
        isinstance(one, Statement) for one in compact(PolicyDocument.parse(text(aws_statement(states(1)))).statements)
    )
