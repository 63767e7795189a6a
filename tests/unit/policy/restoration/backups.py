"""Statements of a backup and of today, and what a restoration writes of them."""

from typing import Any

from tests.unit.policy.policies import SHARED, aws_statement, group, text
from tests.unit.policy.requested import statements
from tests.unit.policy.universe import HOME, SEARCH
from vended_logs.policy.document import ResourcePolicy
from vended_logs_tools.planning.restoration import Restoration

Json = dict[str, Any]

ENTRY_A, ENTRY_B = (aws_statement([group(name)]) for name in ("/aws/vendedlogs/a", "/aws/vendedlogs/b"))
BOTH = aws_statement([group("/aws/vendedlogs/a"), group("/aws/vendedlogs/b")])
SEARCHES = aws_statement([group("/search")], sid="Search", service=SEARCH)
DENIAL = SEARCHES | {"Sid": "No", "Effect": "Deny"}
REVOCABLE = ENTRY_A | {"Sid": "VendedLogsPolicyR0123abcd"}
VARIABLE = ENTRY_A | {"Sid": "Mine", "Resource": f"{HOME}:log-group:/${{aws:PrincipalTag/team}}/*"}


def policy_of(*found: Json, name: str = SHARED, version: str | None = "2012-10-17") -> ResourcePolicy:
    """Return a policy of these statements."""
    return ResourcePolicy.parse(name, text(*found, version=version))


def written_by(found: Restoration) -> list[Json]:
    """Return the statements of the one policy that is put."""
    [made] = found.plans
    [put] = made.puts
    return statements(put.document.to_json())
