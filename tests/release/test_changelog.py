"""CHANGELOG.md is in the form of Keep a Changelog 1.1.0, and its newest entry is the release's."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from release.changelog import SECTIONS
from tests.release.copies import PROJECT, Break, amiss, faults, replace

NAME: Final = "CHANGELOG.md"
HEADING: Final = "head what is released now with '## [1.2.3] - ' and the day, as 2006-01-31."
NEWEST: Final = r"^## \[1\..*"


def linked(label: str, to: str, wanted: str) -> str:
    """Return the sentence about a link that leads elsewhere."""
    return f"CHANGELOG.md links {label} to {PROJECT}/{to}: write '[{label}]: {PROJECT}/{wanted}' at its end."


BROKEN: Final[Mapping[str, Break]] = {
    "no day": (NAME, NEWEST, "## [1.2.3]", f"CHANGELOG.md gives 1.2.3 no day: {HEADING}"),
    "a day that is none": (
        NAME,
        NEWEST,
        "## [1.2.3] - 2026-02-30",
        f"CHANGELOG.md gives 1.2.3 the day '2026-02-30', which is none: {HEADING}",
    ),
    "a day that is two days ahead": (
        NAME,
        NEWEST,
        "## [1.2.3] - 2026-02-01",
        "CHANGELOG.md gives 1.2.3 the day 2026-02-01, and in UTC it is 2026-01-30: write the day of the release.",
    ),
    "a version that is no link": (
        NAME,
        NEWEST,
        "## 1.2.3 - 2026-01-31",
        f"CHANGELOG.md begins with '1.2.3 - 2026-01-31': {HEADING}",
    ),
    "something that is not released": (
        NAME,
        r"^## \[Unreleased\]\n",
        "## [Unreleased]\n\n### Added\n\n- Another.\n",
        "CHANGELOG.md has entries under Unreleased: move them below '## [1.2.3] - ' and the day.",
    ),
    "an older version": (
        NAME,
        NEWEST,
        "## [1.2.2] - 2026-01-30",
        "CHANGELOG.md has 1.2.2 as its newest entry, and pyproject.toml the version 1.2.3: add an entry.",
    ),
    "an empty entry": (
        NAME,
        r"^### Fixed\n\n(?:[- ].*\n)+",
        "",
        "CHANGELOG.md says nothing about 1.2.3: write what has changed.",
    ),
    "an empty entry of an older version": (
        NAME,
        r"^### Added\n\n- Something.*\n",
        "",
        "CHANGELOG.md says nothing about 0.0.9: write what has changed.",
    ),
    "a section of another kind": (
        NAME,
        r"^### Fixed",
        "### New",
        "CHANGELOG.md has a section 'New' under 1.2.3: name it Added, Changed, Deprecated, Removed, Fixed or Security.",
    ),
    "an empty section": (
        NAME,
        r"^### Fixed",
        "### Removed\n\n### Fixed",
        "CHANGELOG.md has nothing under 'Removed' of 1.2.3: write it, or take the heading out.",
    ),
    "a change in no section": (
        NAME,
        r"^### Fixed\n",
        "",
        "CHANGELOG.md has changes of 1.2.3 in no section: put them below '### Added' or its like.",
    ),
    "a version told twice": (
        NAME,
        r"^## \[0\.0\.9\]",
        "## [1.2.3]",
        "CHANGELOG.md has 1.2.3 above 1.2.3: put the newest version first, each of them once.",
    ),
    "no link of a version": (
        NAME,
        r"^\[1\.2\.3\]: .*\n",
        "",
        f"CHANGELOG.md has no link for 1.2.3: write '[1.2.3]: {PROJECT}/compare/v0.0.9...v1.2.3' at its end.",
    ),
    "a link that was left behind": (
        NAME,
        r"v1\.2\.3\.\.\.HEAD",
        "v0.0.9...HEAD",
        linked("Unreleased", "compare/v0.0.9...HEAD", "compare/v1.2.3...HEAD"),
    ),
    "a first version that is compared": (
        NAME,
        r"releases/tag/v0\.0\.9",
        "compare/v0.0.0...v0.0.9",
        linked("0.0.9", "compare/v0.0.0...v0.0.9", "releases/tag/v0.0.9"),
    ),
    "no address to link to": (
        "pyproject.toml",
        r"^Homepage = .*\n",
        "",
        "pyproject.toml has no Homepage under [project.urls]: write the repository's address there.",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_not_of_the_form_is_told(case: str, root: Path) -> None:
    """Each fault is one sentence with its cause and its cure."""
    assert amiss(root, BROKEN[case]) == []


def test_a_changelog_without_an_entry_is_told(root: Path) -> None:
    """Where nothing but the unreleased is headed, the sentence says which heading to write."""
    (root / NAME).write_text("# Changelog\n\n## [Unreleased]\n", encoding="utf-8")
    assert faults(root) == [f"CHANGELOG.md has no entry: {HEADING}"]


def test_a_heading_for_what_comes_next_may_be_missing(root: Path) -> None:
    """At a release, an empty heading for the unreleased may stand on top, or none."""
    replace(root, NAME, r"^## \[Unreleased\]\n", "")
    assert faults(root) == []


@pytest.mark.parametrize("name", SECTIONS)
def test_every_kind_of_change_may_be_told(name: str, root: Path) -> None:
    """Each of the six kinds of section may stand in an entry, with headings below it and a sentence above."""
    replace(root, NAME, r"^### Fixed\n", f"A sentence.\n\n### {name}\n\n#### Of a part\n")
    assert faults(root) == []
