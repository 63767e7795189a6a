"""A policy with an entry that is stale and one that is not, and what is pruned of it."""

from collections.abc import Collection
from typing import Any

from tests.unit.policy.policies import aws_statement, group
from tests.unit.policy.strategies import SCOPE
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.request import Request
from vended_logs_tools.planning.pruning import stale_entries, without

Json = dict[str, Any]

REQUEST = Request(scope=SCOPE)


def pruned(
    policies: Collection[ResourcePolicy], request: Request, existing: Collection[str]
) -> tuple[ResourcePolicy, ...]:
    """Return the policies without the entries that are stale in them."""
    return without(policies, request, stale_entries(policies, request, existing))


def texts_of(policies: Collection[ResourcePolicy]) -> dict[str, str]:
    """Return the texts of policies, by name."""
    return {policy.name: policy.document.to_json() for policy in policies}


GONE, THERE = group("/aws/vendedlogs/dead"), group("/aws/vendedlogs/alive")
MIXED = aws_statement([GONE, THERE])


def stale_of(policies: list[ResourcePolicy], *existing: str) -> Any:
    """Return the stale entries, where only these log groups exist."""
    return stale_entries(policies, REQUEST, existing)
