"""Accounts as the survey gives them, made of statements."""

from __future__ import annotations

from typing import Any

from tests.unit.policy.policies import SHARED, aws_statement, group, text
from tests.unit.policy.universe import HOME
from vended_logs.errors import UnreadableDocument
from vended_logs.policy.document import PolicyDocument
from vended_logs.policy.grant import Scope
from vended_logs.policy.request import Request
from vended_logs_tools.account.survey import AccountPolicy, Survey

_, PARTITION, _, REGION, ACCOUNT = HOME.split(":")
SCOPE = Scope(PARTITION, REGION, ACCOUNT)
REQUEST = Request(scope=SCOPE)
BROAD = f"{HOME}:log-group:/aws/vendedlogs/*"


def policy(name: str, *statements: dict[str, Any], document: str = "") -> AccountPolicy:
    """Return a policy of statements, or of a text, which may be none that can be read in full."""
    document = document or text(*statements)
    try:
        return AccountPolicy(name, len(document), 1_700_000_000_000, PolicyDocument.parse(document))
    except UnreadableDocument as error:
        return AccountPolicy(name, len(document), 1_700_000_000_000, None, str(error))


def account(*policies: AccountPolicy, log_groups: frozenset[str] | None = None) -> Survey:
    """Return an account; without names, all the log groups that its policies name exist."""
    return Survey(SCOPE, policies, (), log_groups)


def granting(*more: str) -> dict[str, Any]:
    """Return the statement that grants vended logs, and what else it names."""
    return aws_statement([BROAD, *more])


def waf(room: int, *, broad: bool = False) -> AccountPolicy:
    """Return the shared policy with so much room left, filled with log groups that the grant does not cover."""

    def sized(names: list[str]) -> int:
        return len(text(statement(names)))

    def statement(names: list[str]) -> dict[str, Any]:
        entries = [group(name) for name in names]
        return granting(*entries) if broad else aws_statement(entries)

    names = ["aws-waf-logs-000"]
    while sized([*names, f"aws-waf-logs-{len(names):03}"]) <= 5120 - room:
        names.append(f"aws-waf-logs-{len(names):03}")
    names[-1] += "x" * (5120 - room - sized(names))
    return policy(SHARED, statement(names))


def deny(log_group: str, sid: str | None = "KeepOut") -> dict[str, Any]:
    """Return a statement that keeps log delivery from log groups."""
    statement = aws_statement([f"{HOME}:log-group:{log_group}"], sid=sid, condition=False)
    return statement | {"Effect": "Deny"}
