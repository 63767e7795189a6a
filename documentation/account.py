"""What the verbs for live accounts print, about accounts that are held in memory."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Final

from documentation import scenes
from documentation.markdown import fenced
from tests.tools.applying.terminal import NAME, PLACE, Terminal, delivery, document, grant, search
from vended_logs_tools.screen.console import console

_GROUPS: Final = (*(f"/aws/vendedlogs/states/{name}" for name in ("orders", "billing", "refunds")), "aws-waf-logs-shop")
_OTHERS: Final = search("/aws/OpenSearchService/domains/shop")


def doctor() -> str:
    """Return what the doctor prints of the account of the demo where nothing is a terminal: no colours."""
    stream = io.StringIO()
    scenes.doctor(console(stream, {}))
    return fenced("\n".join(line.rstrip() for line in stream.getvalue().splitlines()), "console")


def ensure() -> str:
    """Return what a dry run of `ensure` prints of a small account."""
    with tempfile.TemporaryDirectory() as folder:
        terminal = _terminal(Path(folder))
        terminal.ensure(dry_run=True)
    return fenced(f"$ vended-logs ensure --dry-run {PLACE}\n{terminal.said}", "console")


def restore() -> str:
    """Return what a dry run of `restore` prints after `ensure`, and after somebody who wrote the grant alone."""
    with tempfile.TemporaryDirectory() as folder:
        terminal = _terminal(Path(folder))
        terminal.ensure(yes=True)
        [backup] = terminal.backups
        terminal.logs.hold(NAME, document(grant()))
        terminal.out = io.StringIO()
        terminal.restore(backup, dry_run=True)
    return fenced(f"$ vended-logs restore --dry-run {PLACE} {backup.name}\n{terminal.said}", "console")


def _terminal(folder: Path) -> Terminal:
    terminal = Terminal(folder)
    terminal.logs.hold(NAME, document(delivery(*_GROUPS), _OTHERS))
    return terminal
