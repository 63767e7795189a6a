"""Whether the newest entry of CHANGELOG.md is that of the release: its version, a day and some text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from release.project import VERSION, Project

_HEAD: Final = re.compile(r"^## +(?P<head>.*?) *$", re.MULTILINE)
_RELEASED: Final = re.compile(r"\[?(?P<version>\d[^\]\s]*)\]?(?: - (?P<day>.*))?")
_AHEAD: Final = timedelta(days=1)
"""How far a day may lie ahead of the one in UTC: on some clocks it is tomorrow already."""


def changelog_faults(project: Project, today: date) -> Iterator[str]:
    """Tell what the changelog lacks on a day (in UTC)."""
    text = project.text("CHANGELOG.md")
    heads = [found["head"] for found in _HEAD.finditer(text)]
    if not heads or not (newest := _RELEASED.fullmatch(heads[0])):
        first = f"begins with '{heads[0]}'" if heads else "has no entry"
        cure = f"head what is released now with '## {project.version} - ' and the day, as 2006-01-31"
        yield f"CHANGELOG.md {first}: {cure}."
        return
    told = newest["version"]
    if told != project.version:
        said = f"CHANGELOG.md has {told} as its newest entry, and pyproject.toml the version {project.version}"
        yield f"{said}: add an entry."
    yield from _day_faults(told, newest["day"] or "", today)
    if not _HEAD.split(text)[2].strip():
        yield f"CHANGELOG.md says nothing about {told}: write what has changed."
    yield from _order_faults(heads)


def _day_faults(version: str, text: str, today: date) -> Iterator[str]:
    day = _day(text)
    if day is None:
        said = f"the day '{text}', which is none" if text else "no day"
        yield f"CHANGELOG.md gives {version} {said}: head it with '## {version} - ' and the day, as 2006-01-31."
    elif day - today > _AHEAD:
        yield f"CHANGELOG.md gives {version} the day {day}, and in UTC it is {today}: write the day of the release."


def _order_faults(heads: list[str]) -> Iterator[str]:
    known = [found for head in heads if (found := VERSION.match(head.strip("[")))]
    for newer, older in pairwise(known):
        if tuple(map(int, newer.groups())) <= tuple(map(int, older.groups())):
            yield f"CHANGELOG.md has {newer[0]} above {older[0]}: put the newest version first, each of them once."


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None
