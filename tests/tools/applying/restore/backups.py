"""Backups to be put back."""

from __future__ import annotations

from pathlib import Path

from tests.support.fake_logs import SCOPE
from tests.tools.applying.terminal import NAME, NOON
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.grant import Scope
from vended_logs_tools.applying import backup


def saved(folder: Path, scope: Scope = SCOPE, **policies: str) -> Path:
    """Write a backup of these policies; `shared` stands for the shared one."""
    held = [ResourcePolicy.parse(NAME if name == "shared" else name, text) for name, text in policies.items()]
    return backup.write(folder, scope, held, NOON)
