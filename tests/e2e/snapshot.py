"""A log policy at one time, to be compared with another."""

from __future__ import annotations

from dataclasses import dataclass

from tests.e2e.account import LOG_GROUP_PREFIX, Statement, as_list


@dataclass(frozen=True)
class Snapshot:
    """A policy's characters and its statements."""

    size: int
    statements: list[Statement]

    @property
    def entries(self) -> list[str]:
        """All resources that the statements name, in order."""
        return [entry for statement in self.statements for entry in as_list(statement["Resource"])]

    def compared_with(self, later: Snapshot) -> tuple[list[str], list[str], list[str]]:
        """Return the entries that came, went and stayed until a later time."""
        return (
            [entry for entry in later.entries if entry not in self.entries],
            [entry for entry in self.entries if entry not in later.entries],
            [entry for entry in later.entries if entry in self.entries],
        )

    def terms_of(self, entry: str) -> list[object]:
        """Return what the statement that names an entry says beside its resources."""
        statement = next(one for one in self.statements if entry in as_list(one["Resource"]))
        return [statement.get(key) for key in ("Effect", "Principal", "Action", "Condition")]


def short(entry: str) -> str:
    """Return an entry without what all have in common."""
    return entry.removeprefix(LOG_GROUP_PREFIX)
