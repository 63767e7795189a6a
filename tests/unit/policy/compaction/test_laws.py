"""The laws of compaction, whatever the document."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.policy.compaction.documents import compacted
from tests.unit.policy.evaluator import allowed, listed
from tests.unit.policy.policies import aws_statement, group, text
from tests.unit.policy.requested import entries_of, is_kept_as_it_is, meaning, statements
from tests.unit.policy.strategies import documents, entries
from tests.unit.policy.universe import calls
from vended_logs.policy.compaction import compact
from vended_logs.policy.document import PolicyDocument


@given(documents())
def test_compaction_loses_nothing_and_gains_nothing(policy: str) -> None:
    """A compacted document allows exactly what it allowed."""
    after = compacted(policy)
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
    after = compacted(policy)
    assert len(after) <= PolicyDocument.parse(policy).size
    assert len(statements(after)) <= len(statements(policy))
    assert len(entries_of(after)) <= len(entries_of(policy))


@given(documents())
def test_compaction_leaves_denies_exceptions_and_revocable_grants(policy: str) -> None:
    """A Deny, a grant to everyone, one with a NotX element and one that will be taken back are kept as they are."""
    after = {meaning(one) for one in statements(compacted(policy))}
    assert {meaning(one) for one in statements(policy) if is_kept_as_it_is(one)} <= after


@given(documents(), st.randoms(use_true_random=False))
def test_compaction_gives_the_same_meaning_in_any_order(policy: str, dice: Any) -> None:
    """However the statements are ordered, compaction keeps the meaning and reaches as small a number of entries."""
    document = json.loads(policy)
    document["Statement"] = listed(document["Statement"])
    dice.shuffle(document["Statement"])
    shuffled = compacted(json.dumps(document))
    tried = calls([policy])
    assert allowed([shuffled], tried) == allowed([policy], tried)
    assert len(entries_of(shuffled)) == len(entries_of(compacted(policy)))


@given(st.lists(entries, min_size=2, max_size=6), st.booleans())
def test_no_entry_of_a_compact_statement_is_covered_by_another(resources: list[str], condition: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    """In a compacted statement no entry can be taken out without losing something."""
    after = compacted(text(aws_statement(resources, condition=condition)))
    left = entries_of(after)
    for entry in left:
        rest = [one for one in left if one != entry]
        without = text(aws_statement(rest, condition=False)) if rest else text(aws_statement([group("/none")]))
        alone = text(aws_statement([entry], condition=False))
        tried = calls([alone])
        assert not allowed([alone], tried) <= allowed([without], tried), f"{entry} is not needed"
