"""`python -m release.notes VERSION` prints what the changelog says of a version, for the page of its release."""

from pathlib import Path
from typing import Final

import pytest

from tests.release.copies import PROJECT, replace, run_module

NOTES: Final = f"""\
### Fixed

- More, see [the rules]({PROJECT}/blob/v1.2.3/docs/rules.md) and [elsewhere](https://example.com/).
  - And of it, a part.
"""


def test_the_notes_are_the_entry(root: Path) -> None:
    """The entry is printed without its heading, an item a line; files are linked as they were at the version."""
    done = run_module(root, "notes", "1.2.3")
    assert (done.returncode, done.stdout, done.stderr) == (0, NOTES, "")


def test_the_oldest_entry_ends_before_the_links(root: Path) -> None:
    """An older version's notes are to be had too, and the links at the file's end are not part of the last one."""
    assert run_module(root, "notes", "0.0.9").stdout == "### Added\n\n- Something.\n"


@pytest.mark.parametrize("version", ["9.0.0", "v1.2.3", "Unreleased", ""])
def test_a_version_that_is_not_there_is_refused(version: str, root: Path) -> None:
    """What the changelog has no entry for has no notes: one sentence, which names what there is."""
    done = run_module(root, "notes", version)
    told = f"CHANGELOG.md has no entry for {version} (it has: 1.2.3, 0.0.9): name one that it has, or add one.\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", told)


def test_a_version_of_which_nothing_is_said_is_refused(root: Path) -> None:
    """An empty entry makes no notes."""
    replace(root, "CHANGELOG.md", r"^### Fixed\n\n(?:[- ].*\n)+", "")
    done = run_module(root, "notes", "1.2.3")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "CHANGELOG.md says nothing about 1.2.3: write what has changed.\n"


def test_a_changelog_that_is_missing_is_told(root: Path) -> None:
    """Without a changelog there is one sentence and no traceback."""
    (root / "CHANGELOG.md").unlink()
    done = run_module(root, "notes", "1.2.3")
    assert done.returncode == 1
    assert done.stderr.startswith("CHANGELOG.md cannot be read (No such file or directory): ")
