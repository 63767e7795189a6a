"""The backups: whole, private, and of just what each write replaces."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.support.fake_logs import throttled
from tests.tools.applying.terminal import HOME, NAME, Terminal, delivery, document, search, texts_in
from vended_logs.policy.document import PolicyDocument, ResourcePolicy


def test_the_backup_is_whole_and_private(terminal: Terminal) -> None:
    """All policies as they were read, with the account, the region and the time, readable by the owner alone."""
    terminal.logs.hold("other", document(search("/search")))
    terminal.logs.hold(NAME, document(delivery("/a")))
    assert terminal.ensure() == 0
    [backup] = terminal.backups
    assert backup.name == "vended-logs-123456789012-us-west-2-20260304T120000Z.backup.json"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    held = json.loads(backup.read_text(encoding="utf-8"))
    assert {key: held[key] for key in ("format", "version", "partition", "region", "account", "taken")} == {
        "format": "vended-logs-backup",
        "version": 1,
        "partition": "aws",
        "region": "us-west-2",
        "account": "123456789012",
        "taken": "2026-03-04T12:00:00Z",
    }
    assert set(texts_in(backup)) == {"other", NAME}
    assert texts_in(backup)[NAME]["Statement"][0]["Resource"] == f"{HOME}/a:log-stream:*"


def test_without_a_backup_nothing_is_changed(terminal: Terminal, tmp_path: Path) -> None:
    """A folder that is not there: one sentence, 2, and no write."""
    terminal.folder = tmp_path / "missing"
    assert terminal.ensure(yes=True) == 2
    [line] = terminal.complained
    assert line.startswith("vended-logs: the backup cannot be written to ")
    assert terminal.changing == []


def test_a_change_in_another_policy_is_backed_up_too(terminal: Terminal) -> None:
    """What is written is what was shown, so it goes; but the backup of what it rests on is a new one."""
    terminal.meanwhile = [lambda: terminal.logs.hold("new", document(search("/search")))]
    assert terminal.ensure() == 0
    first, second = terminal.backups
    assert (texts_in(first), set(texts_in(second))) == ({}, {"new"})
    assert f"Backup: {second}" in terminal.said.splitlines()


def test_with_yes_a_changed_plan_is_shown_backed_up_and_applied(terminal: Terminal) -> None:
    """Agreed to beforehand: the entry that came in between is in the second backup, and stays."""
    terminal.logs.hold(NAME, document(delivery("/a")))
    terminal.logs.clock.on_sleep = [lambda: terminal.logs.hold(NAME, document(delivery("/a", "/b")))]
    terminal.logs.faults = [None, throttled]
    assert terminal.ensure(yes=True) == 0
    first, second = terminal.backups
    assert len(texts_in(second)[NAME]["Statement"][0]["Resource"]) == 2
    assert isinstance(texts_in(first)[NAME]["Statement"][0]["Resource"], str)
    assert set(terminal.entries()) == {"/a:log-stream:*", "/b:log-stream:*", "/aws/vendedlogs/*"}
    assert any("what is written now differs from what was shown" in line for line in terminal.complained)


def test_an_overwritten_grant_is_repaired_with_a_backup_of_its_own(terminal: Terminal) -> None:
    """Somebody writes an old document over ours while we wait: it is put back, and what that replaced is kept."""
    terminal.logs.hold(NAME, document(delivery("/a")))
    terminal.logs.clock.on_sleep = [lambda: terminal.logs.hold(NAME, document(delivery("/a", "/theirs")), 0)]
    assert terminal.ensure() == 0
    assert terminal.changing == [f"put {NAME}"] * 2
    assert set(terminal.entries()) == {"/a:log-stream:*", "/theirs:log-stream:*", "/aws/vendedlogs/*"}
    _, second = terminal.backups
    assert f"{HOME}/theirs:log-stream:*" in texts_in(second)[NAME]["Statement"][0]["Resource"]


def test_the_backup_holds_what_each_write_replaced(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the moment of each write, the newest backup file holds just what the account holds."""
    terminal.logs.hold(NAME, document(delivery("/a")))
    terminal.logs.clock.on_sleep = [lambda: terminal.logs.hold(NAME, document(delivery("/b")), 0)]
    seen = []
    put = terminal.logs.put

    def watched(policy: ResourcePolicy, may_send: Any) -> None:
        held = {name: json.loads(text) for name, (text, _) in terminal.logs.policies.items()}
        seen.append((_meaning(texts_in(terminal.backups[-1])), _meaning(held)))
        put(policy, may_send)

    monkeypatch.setattr(terminal.logs, "put", watched)
    assert terminal.ensure() == 0
    assert len(seen) == 2
    assert all(kept == held for kept, held in seen)


def _meaning(policies: dict[str, Any]) -> dict[str, PolicyDocument]:
    return {name: PolicyDocument.parse(json.dumps(one)) for name, one in policies.items()}


def test_a_slow_disk_does_not_make_a_write_late(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """If writing a backup takes longer than a write may rest on its read, the policies are read again first."""
    from vended_logs_tools.applying import backup  # noqa: PLC0415  elsewhere here the name is a file's

    write = backup.write

    def slowly(*arguments: Any) -> Path:
        terminal.logs.clock.now += 3
        return write(*arguments)

    terminal.meanwhile = [lambda: terminal.logs.hold("new", document(search("/search")))]
    monkeypatch.setattr(backup, "write", slowly)
    assert terminal.ensure() == 0
    assert terminal.logs.calls[:4] == ["read", "read", "read", f"put {NAME}"]
