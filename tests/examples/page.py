"""What an example's page has its reader type, and where."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from tests.e2e.local_cloud import ROOT

_BLOCK: Final = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def typed(page: Path) -> list[tuple[Path, str]]:
    """Return the commands of a page's blocks with the folder that each is typed in: one shell, from the project's root.

    Raises AssertionError for a `cd` that leads nowhere.
    """
    folder = ROOT
    found = []
    for command in _commands(page):
        verb, _, argument = command.partition(" ")
        if verb == "cd":
            folder = (folder / argument).resolve()
            assert folder.is_dir(), f"{page.name}: {command} leads to {folder}"
        else:
            found.append((folder, command))
    return found


def typed_with_ours(page: Path) -> list[tuple[Path, str]]:
    """Return the same without what puts our own command on PATH, which has to come first."""
    first, second, *others = typed(page)
    assert [first, second] == [(ROOT, "make setup"), (ROOT, 'export PATH="$PWD/.venv/bin:$PATH"')]
    return others


def _commands(page: Path) -> list[str]:
    lines = "".join(_BLOCK.findall(page.read_text(encoding="utf-8"))).splitlines()
    return [part.strip() for line in lines for part in re.sub(r" +# .*", "", line).split("&&") if part.strip()]
