"""CHANGELOG.md in the form of Keep a Changelog 1.1.0: what it says of a version, whether the newest is the release's.

The form is that of https://keepachangelog.com/en/1.1.0/: a heading a version, `## [1.2.3] - 2006-01-31`, the newest
first, above all of them perhaps `## [Unreleased]`; below each, sections of six kinds; at the end each heading's link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Final

from release.project import VERSION, Project, Unreleasable

NAME: Final = "CHANGELOG.md"
SECTIONS: Final = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
UNRELEASED: Final = "Unreleased"

_HEAD: Final = re.compile(r"^## +(?P<head>.*?) *$", re.MULTILINE)
_RELEASED: Final = re.compile(r"\[(?P<version>\d[^\]\s]*)\](?: - (?P<day>.*))?")
_SECTION: Final = re.compile(r"^### +(?P<name>.*?) *$", re.MULTILINE)
_LINK: Final = re.compile(r"^\[(?P<label>[^\]]+)\]: +(?P<url>\S+) *(?:\n|\Z)", re.MULTILINE)
_AHEAD: Final = timedelta(days=1)
"""How far a day may lie ahead of the one in UTC: on some clocks it is tomorrow already."""


@dataclass(frozen=True)
class Entry:
    """What stands below one heading: the heading without its sign, and the text without the links at the file's end."""

    head: str
    text: str

    @property
    def version(self) -> str | None:
        """Return the version of a heading that has the form; None for any other, that of the unreleased included."""
        found = _RELEASED.fullmatch(self.head)
        return found["version"] if found else None

    @property
    def day(self) -> str:
        """Return what the heading gives as the day, empty if nothing."""
        found = _RELEASED.fullmatch(self.head)
        return (found["day"] or "") if found else ""

    @cached_property
    def parts(self) -> list[tuple[str, str]]:
        """Return the names of the sections with what stands in each, first what stands above them, under no name."""
        above, *others = _SECTION.split(self.text)
        return [("", above.strip()), *zip(others[::2], (text.strip() for text in others[1::2]), strict=True)]


def entries(project: Project) -> list[Entry]:
    """Return the changelog's entries in their order. Raises Unreleasable where it cannot be read."""
    text = _LINK.sub("", project.text(NAME))
    _, *found = _HEAD.split(text)
    return [Entry(head, body.strip()) for head, body in zip(found[::2], found[1::2], strict=True)]


def of_version(project: Project, version: str) -> str:
    """Return what the changelog says of a version, its sections and all, without the heading and the links.

    Raises:
        Unreleasable: it says nothing of that version, or cannot be read.
    """
    known = entries(project)
    text = next((entry.text for entry in known if entry.version == version), None)
    if text is None:
        others = ", ".join(entry.version for entry in known if entry.version) or "none"
        raise Unreleasable(f"{NAME} has no entry for {version} (it has: {others}): name one that it has, or add one.")
    if not text:
        raise Unreleasable(f"{NAME} says nothing about {version}: write what has changed.")
    return text


def changelog_faults(project: Project, today: date) -> Iterator[str]:
    """Tell what the changelog lacks on a day (in UTC)."""
    known = entries(project)
    if known and known[0].head == f"[{UNRELEASED}]":
        if known[0].text:
            yield f"{NAME} has entries under {UNRELEASED}: move them below '## [{project.version}] - ' and the day."
        known = known[1:]
    if not known or not (told := known[0].version):
        first = f"begins with '{known[0].head}'" if known else "has no entry"
        yield f"{NAME} {first}: {_heading(project.version)}."
        return
    if told != project.version:
        said = f"{NAME} has {told} as its newest entry, and pyproject.toml the version {project.version}"
        yield f"{said}: add an entry."
    yield from _day_faults(told, known[0].day, today)
    yield from _section_faults(known)
    disordered = list(_order_faults(known))
    yield from disordered
    # Where each link is to lead is known once the versions are right.
    if told == project.version and not disordered:
        yield from _link_faults(project, [entry.version for entry in known if entry.version])


def _heading(version: str) -> str:
    return f"head what is released now with '## [{version}] - ' and the day, as 2006-01-31"


def _day_faults(version: str, text: str, today: date) -> Iterator[str]:
    day = _day(text)
    if day is None:
        said = f"the day '{text}', which is none" if text else "no day"
        yield f"{NAME} gives {version} {said}: {_heading(version)}."
    elif day - today > _AHEAD:
        yield f"{NAME} gives {version} the day {day}, and in UTC it is {today}: write the day of the release."


def _section_faults(known: list[Entry]) -> Iterator[str]:
    for entry in known:
        if not entry.text:
            yield f"{NAME} says nothing about {entry.version or entry.head}: write what has changed."
        for name, text in entry.parts:
            told = entry.version or entry.head
            if name not in ("", *SECTIONS):
                kinds = f"{', '.join(SECTIONS[:-1])} or {SECTIONS[-1]}"
                yield f"{NAME} has a section '{name}' under {told}: name it {kinds}."
            elif name and not text:
                yield f"{NAME} has nothing under '{name}' of {told}: write it, or take the heading out."
            elif not name and text.startswith(("-", "*")):
                yield f"{NAME} has changes of {told} in no section: put them below '### {SECTIONS[0]}' or its like."


def _order_faults(known: list[Entry]) -> Iterator[str]:
    versions = [found for entry in known if (found := VERSION.fullmatch(entry.version or ""))]
    for newer, older in pairwise(versions):
        if tuple(map(int, newer.groups())) <= tuple(map(int, older.groups())):
            yield f"{NAME} has {newer[0]} above {older[0]}: put the newest version first, each of them once."


def _link_faults(project: Project, versions: list[str]) -> Iterator[str]:
    """Tell the headings whose link is missing or leads elsewhere: each to what changed since the version before it."""
    page = project.page
    wanted = {UNRELEASED: f"{page}/compare/v{versions[0]}...HEAD", versions[-1]: f"{page}/releases/tag/v{versions[-1]}"}
    wanted |= {newer: f"{page}/compare/v{older}...v{newer}" for newer, older in pairwise(versions)}
    links = {found["label"]: found["url"] for found in _LINK.finditer(project.text(NAME))}
    for label, url in wanted.items():
        if links.get(label) != url:
            said = f"links {label} to {links[label]}" if label in links else f"has no link for {label}"
            yield f"{NAME} {said}: write '[{label}]: {url}' at its end."


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None
