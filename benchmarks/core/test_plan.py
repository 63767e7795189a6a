"""A plan, and its two largest parts, on the largest policies."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from vended_logs.errors import PlanRefused
from vended_logs.policy import proof
from vended_logs.policy.compaction import compact
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.plan import plan
from vended_logs.policy.request import Request

from . import worst
from .conftest import Measure
from .worst import Maker, mixed, one, plain, starred, ten

ENTRIES: Mapping[str, Maker] = {"plain": plain, "mixed": mixed, "starred": starred}


def planned(policies: tuple[ResourcePolicy, ...], request: Request) -> str:
    """Return the outcome of a plan, or the refusal."""
    try:
        return plan(policies, request).outcome
    except PlanRefused as error:
        return str(error)


@pytest.mark.parametrize("request_of", worst.REQUESTS)
@pytest.mark.parametrize("entries", ENTRIES)
def test_plan_one(measure: Measure, entries: str, request_of: str) -> None:
    """One policy of 51,200 characters."""
    policies = one(ENTRIES[entries])
    assert 500 <= sum(len(each.resource.values) for each in policies[0].document.statements if each.resource) <= 660
    outcome = measure(lambda: planned(policies, worst.REQUESTS[request_of]))
    assert outcome != "AlreadyGranted"


@pytest.mark.parametrize("request_of", worst.REQUESTS)
@pytest.mark.parametrize("entries", ENTRIES)
def test_plan_ten(measure: Measure, entries: str, request_of: str) -> None:
    """Ten policies of 5,120 characters."""
    policies = ten(ENTRIES[entries])
    assert measure(lambda: planned(policies, worst.REQUESTS[request_of])) != "AlreadyGranted"


@pytest.mark.parametrize("entries", ENTRIES)
def test_compaction(measure: Measure, entries: str) -> None:
    """All statements of 51,200 characters."""
    statements = one(ENTRIES[entries])[0].document.statements
    assert measure(lambda: compact(statements))


@pytest.mark.parametrize("entries", ENTRIES)
def test_proof(measure: Measure, entries: str) -> None:
    """What was compacted is held against what was there."""
    statements = one(ENTRIES[entries])[0].document.statements
    compacted = compact(statements)
    measure(lambda: proof.check("a", statements, compacted, ()))
