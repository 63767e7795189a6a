"""Statements of an account, and what is tried with them."""

from collections.abc import Sequence
from typing import Any

from tests.unit.policy.policies import BROAD, aws_statement, group, states, text
from tests.unit.policy.strategies import SCOPE
from tests.unit.policy.universe import SEARCH
from vended_logs.policy.document import ResourcePolicy, Statement
from vended_logs.policy.request import Request
from vended_logs.policy.steps import Candidate, candidates

Json = dict[str, Any]

REQUEST = Request(scope=SCOPE)
REVOCABLE = Request(scope=SCOPE, on_delete="RemoveWhenUnused", stack_id="stack/one", logical_id="Logs")
GRANT = aws_statement([BROAD], sid="VendedLogsPolicy")
ENTRIES = aws_statement(states(3))
MORE = aws_statement([*states(2, start=2), group("/other")], sid="More")
BARE = aws_statement([*states(2), group("/other")], sid="Bare", condition=False)
SEARCHES = aws_statement([group("/search")], sid="Search", service=SEARCH)


def tried_with(policies: dict[str, Sequence[Json]], request: Request = REQUEST) -> list[Candidate]:
    """Return the candidates for policies of these statements."""
    read = tuple(ResourcePolicy.parse(name, text(*found)) for name, found in policies.items())
    return list(candidates(read, request))


def said_by(tried: list[Candidate]) -> list[tuple[str, tuple[Statement, ...]]]:
    """Return the outcome of each candidate, and the statements of its policy."""
    return [(one.outcome, one.policy.document.statements) for one in tried]


def with_resources(statement: Json, *resources: str) -> Json:
    """Return a statement of other resources."""
    return statement | {"Resource": list(resources)}
