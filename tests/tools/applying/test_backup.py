"""Backup files: never overwritten, never half there, and read back as they were written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.fake_logs import SCOPE
from tests.tools.applying.terminal import NOON, delivery, document, search
from vended_logs.policy.document import ResourcePolicy
from vended_logs_tools.applying import backup
from vended_logs_tools.errors import ToolError

HELD = (
    ResourcePolicy.parse("one", document(delivery("/a"), version="2008-10-17"), 17),
    ResourcePolicy.parse("zwei-ä", document(search("/ß", effect="Deny"))),
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Names, documents with their Version, times, the account and the moment come back as they were."""
    found = backup.read(backup.write(tmp_path, SCOPE, HELD, NOON))
    assert [(one.name, one.document, one.last_updated) for one in found.policies] == [
        (one.name, one.document, one.last_updated) for one in HELD
    ]
    assert (found.scope, found.taken) == (SCOPE, "2026-03-04T12:00:00Z")


def test_no_file_is_ever_overwritten(tmp_path: Path) -> None:
    """Backups of the same second get numbers, also beside a file or a link that is none of ours."""
    first = backup.write(tmp_path, SCOPE, HELD, NOON)
    before = first.read_bytes()
    first.with_name(first.name.replace(".backup", "-2.backup")).symlink_to(tmp_path / "elsewhere")
    third = backup.write(tmp_path, SCOPE, (), NOON)
    assert third.name == "vended-logs-123456789012-us-west-2-20260304T120000Z-3.backup.json"
    assert first.read_bytes() == before
    assert not (tmp_path / "elsewhere").exists()


def test_it_is_on_the_disk_before_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is synced, whole, before write returns."""
    synced = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_size))
    path = backup.write(tmp_path, SCOPE, HELD, NOON)
    assert synced[0] == path.stat().st_size
    assert len(synced) == 2, "the folder, too"


def test_an_interrupted_backup_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while it is written: no part of a file stays, under its name or another."""

    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        backup.write(tmp_path, SCOPE, HELD, NOON)
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The backup is written whole all the same, and still overwrites nothing."""

    def no_links(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    one, two = backup.write(tmp_path, SCOPE, HELD, NOON), backup.write(tmp_path, SCOPE, (), NOON)
    assert len(backup.read(one).policies) == len(HELD)
    assert backup.read(two).policies == ()
    assert sorted(tmp_path.iterdir()) == sorted((one, two))


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be written whole is taken away again, and the sentence names the cure."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ToolError, match=r"cannot be written to .* \(No space left on device\).*--backup-dir"):
        backup.write(tmp_path, SCOPE, HELD, NOON)
    assert list(tmp_path.iterdir()) == []


def test_a_file_without_an_end_is_no_backup() -> None:
    """Reading stops at a size that no backup has."""
    with pytest.raises(ToolError, match="/dev/zero is no backup"):
        backup.read(Path("/dev/zero"))
