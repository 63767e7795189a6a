"""A policy document with a statement of ours added: all that was there is kept."""

from collections.abc import Mapping
from typing import Any


def statements_of(document: Mapping[str, Any]) -> list[Any]:
    """Return a document's statements: it may have one alone instead of a list."""
    listed = document.get("Statement", [])
    return list(listed) if isinstance(listed, list) else [listed]


def with_statement(document: Mapping[str, Any], statement: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with a statement added; ours have no Sid, so that they never take another's."""
    return {**document, "Statement": [*statements_of(document), dict(statement)]}
