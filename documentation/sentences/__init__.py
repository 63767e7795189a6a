"""The sentences that the function fails with, said by the function itself: none of them is written here.

Each is what a stack event shows, cut to the length that a stack event has, unless its note says that it stays in the
log. What in it differs from account to account (names, numbers, what a library says) is that of an example.
"""

from __future__ import annotations

from functools import cache

from documentation.markdown import code, table
from documentation.sentences import of_accounts, of_calls, of_requests, of_tools
from documentation.sentences.said import Group

_GROUPS = (
    of_requests.properties,
    of_accounts.room,
    of_accounts.strangers,
    of_requests.bounds,
    of_calls.permissions,
    of_calls.settings,
    of_calls.again,
    of_calls.faults,
    of_requests.events,
)
_OF_THE_COMMAND = (of_tools.templates, of_tools.accounts)


@cache
def groups() -> tuple[Group, ...]:
    """Return all sentences of the function, by what they ask for."""
    return tuple(made() for made in _GROUPS)


def ours() -> str:
    """Return a section for each group: its heading, what goes for all of it, and a table of its sentences."""
    return "\n\n".join(map(_section, groups()))


def of_the_command() -> str:
    """Return the same for the command ``vended-logs``."""
    return "\n\n".join(_section(made()) for made in _OF_THE_COMMAND)


def unreadable() -> str:
    """Return the list of reasons for which a policy's document is not read."""
    return "\n".join(f"- {code(reason)}" for reason in of_accounts.unreadable())


def _section(group: Group) -> str:
    rows = ((code(said.sentence), said.note) for said in group.said)
    shown = table(("it says", "what is behind it"), rows)
    return "\n\n".join(part for part in (f"### {group.heading}", group.intro, shown) if part)
