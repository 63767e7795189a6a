"""What a version brings, for the page of its release: `python -m release.notes VERSION` prints it from CHANGELOG.md."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Final

from release.changelog import of_version
from release.project import Project, Unreleasable

# A line that goes on where the one above it ended: indented, and no item of a list, row of a table or fence.
_WRAPPED: Final = re.compile(r"(?<=\S)\n +(?!\s|[-*|] ?|```|\d+\.)")
_RELATIVE: Final = re.compile(r"\]\((?![a-z]+:|#)")


def notes(project: Project, version: str) -> str:
    """Return what the changelog says of a version, as the page of a release wants it.

    Links to files lead to them as they were at that version, and an item is one line: there, line ends are shown.

    Raises:
        Unreleasable: the changelog says nothing of that version, or cannot be read.
    """
    text = _WRAPPED.sub(" ", of_version(project, version))
    return _RELATIVE.sub(f"]({project.page}/blob/v{version}/", text)


def main() -> int:
    """Print the changelog's entry of the version that the command line names, of the project that this file is in."""
    parser = argparse.ArgumentParser(prog="python -m release.notes", description=__doc__)
    parser.add_argument("version", help="a version that CHANGELOG.md has, such as 1.2.3")
    version = parser.parse_args().version
    try:
        text = notes(Project(Path(__file__).resolve().parents[1]), version)
    except Unreleasable as error:
        print(error, file=sys.stderr)  # noqa: T201  this is what the module is for
        return 1
    print(text)  # noqa: T201  as above
    return 0


if __name__ == "__main__":
    sys.exit(main())
