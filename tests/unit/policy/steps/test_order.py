"""The order of the candidates: how far each goes, and which are left out."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.unit.policy.policies import BROAD, SHARED, foreign, group, parsed, states
from tests.unit.policy.steps.tried import (
    BARE,
    ENTRIES,
    GRANT,
    MORE,
    REQUEST,
    REVOCABLE,
    SEARCHES,
    Json,
    said_by,
    tried_with,
    with_resources,
)
from tests.unit.policy.strategies import SPILL
from tests.unit.policy.universe import HOME
from vended_logs.policy.document import PolicyDocument, ResourcePolicy
from vended_logs.policy.request import Request
from vended_logs.policy.steps import candidates


def test_a_policy_that_is_not_there_is_created() -> None:
    """Every way comes to the grant alone, under the name asked for; the last would make a policy of its own."""
    found = parsed(GRANT)
    tried = tried_with({"other": [SEARCHES]})
    assert said_by(tried) == [("Created", found)] * 3 + [("Spilled", found)] * 3
    assert [one.policy.name for one in tried] == [SHARED] * 3 + [SPILL] * 3
    assert all(one.policy == ResourcePolicy.of(one.policy.name, PolicyDocument(found)) for one in tried)


def test_the_changes_grow() -> None:
    """Add; drop what the grant covers; merge; widen what has no condition; a policy of its own."""
    tried = tried_with({SHARED: [ENTRIES, BARE, MORE, SEARCHES]})
    added = (with_resources(ENTRIES, *states(3), BROAD), BARE, MORE, SEARCHES)
    dropped = (with_resources(ENTRIES, BROAD), BARE, with_resources(MORE, group("/other")), SEARCHES)
    merged = (with_resources(ENTRIES, BROAD), BARE, SEARCHES)
    widened = (with_resources(BARE, group("/other"), BROAD), SEARCHES)
    assert said_by(tried) == [
        ("Added", parsed(*added)),
        ("Compacted", parsed(*dropped)),
        ("Compacted", parsed(*merged)),
        ("Widened", parsed(*widened)),
        *[("Spilled", parsed(GRANT))] * 3,
    ]
    assert [one.widened for one in tried] == [(), (), (), (BROAD,), (), (), ()]


def test_a_variable_is_not_dropped_for_a_pattern_that_matches_its_spelling() -> None:
    """An entry with a policy variable stands for what nobody knows here, so that the grant does not cover it."""
    unknown = f"{HOME}:log-group:/aws/vendedlogs/${{aws:SourceAccount}}:*"
    for tried in tried_with({SHARED: [with_resources(ENTRIES, unknown, *states(1))]})[:3]:
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
    tried = tried_with({SHARED: [BARE]}, request_)
    assert [(one.outcome, one.policy.name) for one in tried] == expected


def test_version_and_id_are_kept() -> None:
    """Whatever is written, a policy keeps its Version and Id, and its spill keeps its own."""
    read = ResourcePolicy.of(SHARED, PolicyDocument(parsed(BARE), "2008-10-17", "I"))
    spill = ResourcePolicy.of(SPILL, PolicyDocument(parsed(SEARCHES), None, "J"))
    kept = {
        (one.policy.name, one.policy.document.version, one.policy.document.id)
        for one in candidates((read, spill), REQUEST)
    }
    assert kept == {(SHARED, "2008-10-17", "I"), (SPILL, None, "J")}


def test_a_spill_that_is_there_is_added_to() -> None:
    """It keeps what it holds; then what the grant covers in it is dropped, then it is merged."""
    tried = tried_with({SHARED: [SEARCHES], SPILL: [ENTRIES, MORE]})
    assert said_by(tried)[-3:] == [
        ("Spilled", parsed(with_resources(ENTRIES, *states(3), BROAD), MORE)),
        ("Spilled", parsed(with_resources(ENTRIES, BROAD), with_resources(MORE, group("/other")))),
        ("Spilled", parsed(with_resources(ENTRIES, BROAD, group("/other")))),
    ]


@pytest.mark.parametrize(("others", "spills"), [(8, 3), (9, 0)])
def test_a_spill_needs_a_free_slot(others: int, spills: int) -> None:
    """A tenth policy may be made, an eleventh not."""
    tried = tried_with({SHARED: [BARE]} | {f"other-{number}": [SEARCHES] for number in range(others)})
    assert len([one for one in tried if one.outcome == "Spilled"]) == spills


def test_nothing_to_widen_is_no_candidate() -> None:
    """Where the patterns stand for nothing but themselves, widening is left out."""
    for stands in ([with_resources(BARE, BROAD, group("/other"))], [ENTRIES], [SEARCHES]):
        assert not [one for one in tried_with({SHARED: stands} | _others()) if one.outcome == "Widened"]


def _others() -> dict[str, Sequence[Json]]:
    return {name: [SEARCHES] for name in foreign(2)}
