"""Files are replaced whole or left as they were, whatever fails or interrupts."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.tools.inject.samples import AFTER, BEFORE
from vended_logs_tools import inject as verb
from vended_logs_tools.editing import replacement
from vended_logs_tools.errors import Refused
from vended_logs_tools.inject import inject, write

_NAME = "windows.yaml"
_OLD = (BEFORE / _NAME).read_bytes()
_NEW = (AFTER / _NAME).read_bytes()
# Everything that a replacement does to files, each of which may fail.
_STEPS: list[tuple[Any, str]] = [
    (os, "access"),
    (tempfile, "mkstemp"),
    (os, "close"),
    (Path, "stat"),
    (Path, "open"),
    (os, "fsync"),
    (Path, "chmod"),
    (Path, "read_bytes"),
    (verb, "_prove"),
    (Path, "replace"),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A template that lacks what inject adds."""
    file = tmp_path / _NAME
    file.write_bytes(_OLD)
    return file


def _raising(error: BaseException) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> Any:
        raise error

    return fail


@pytest.mark.parametrize(("owner", "name"), _STEPS, ids=[name for _, name in _STEPS])
def test_a_step_that_fails_leaves_the_file(owner: Any, name: str, file: Path) -> None:
    """A failure of the file system at any step is told in one sentence, and nothing has changed."""
    injection = inject(file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, _raising(OSError(28, "No space left on device")))
        with pytest.raises(Refused, match="No space left on device"):
            write(injection)
    assert file.read_bytes() == _OLD
    assert os.listdir(file.parent) == [_NAME]  # noqa: PTH208 - not by what was patched


@pytest.mark.parametrize("error", [KeyboardInterrupt(), MemoryError()], ids=["Ctrl-C", "memory"])
@pytest.mark.parametrize(("owner", "name"), _STEPS, ids=[name for _, name in _STEPS])
def test_an_interruption_leaves_the_file(owner: Any, name: str, error: BaseException, file: Path) -> None:
    """Ctrl-C at any step goes through, and nothing has changed."""
    injection = inject(file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, _raising(error))
        with pytest.raises(type(error)):
            write(injection)
    assert file.read_bytes() == _OLD
    assert os.listdir(file.parent) == [_NAME]  # noqa: PTH208 - not by what was patched


def test_a_file_changed_meanwhile_is_left(file: Path) -> None:
    """What somebody else wrote since the file was read is not overwritten."""
    injection = inject(file)
    file.write_bytes(_OLD + b"# new\r\n")
    with pytest.raises(Refused, match="changed by someone else meanwhile"):
        write(injection)
    assert file.read_bytes() == _OLD + b"# new\r\n"
    assert list(file.parent.iterdir()) == [file]


def test_a_file_that_went_away_is_not_made_anew(file: Path) -> None:
    """A file that was deleted since it was read stays deleted."""
    injection = inject(file)
    file.unlink()
    with pytest.raises(Refused, match="cannot be written"):
        write(injection)
    assert list(file.parent.iterdir()) == []


def test_what_the_disk_gives_back_is_what_is_proved(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that returns other bytes than were written is noticed before anything is replaced."""
    injection = inject(file)
    write_bytes = replacement._write  # noqa: SLF001  to be patched, and called by the patch

    def damage(temporary: Path, data: bytes, target: Path) -> None:
        write_bytes(temporary, data.replace(b"VendedLogsPolicy:", b"VendedLogsPolity:"), target)

    monkeypatch.setattr(replacement, "_write", damage)
    with pytest.raises(Refused, match="would not read as it should"):
        write(injection)
    assert file.read_bytes() == _OLD
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755])
def test_the_mode_is_kept(mode: int, file: Path) -> None:
    """Who may read, write and run the file is as before."""
    file.chmod(mode)
    write(inject(file))
    assert stat.S_IMODE(file.stat().st_mode) == mode
    assert file.read_bytes() == _NEW


def test_the_owner_is_kept_where_that_is_allowed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of another owner is given back to them, or written all the same where that is forbidden."""
    asked: list[tuple[int, int]] = []

    def chown(_path: Path, user: int, group: int) -> None:
        asked.append((user, group))
        raise PermissionError

    real = Path.stat

    def stat_of_another(path: Path, **options: Any) -> os.stat_result:
        status = real(path, **options)
        return os.stat_result([*status[:4], 4321, 1234, *status[6:]]) if path == file else status

    injection = inject(file)
    with monkeypatch.context() as patch:
        patch.setattr(os, "chown", chown)
        patch.setattr(Path, "stat", stat_of_another)
        write(injection)
    assert asked == [(4321, 1234)]
    assert file.read_bytes() == _NEW


def test_a_link_keeps_pointing_where_it_did(file: Path, tmp_path: Path) -> None:
    """A symbolic link stays one, and the file that it points to is replaced."""
    folder = tmp_path / "links"
    folder.mkdir()
    link = folder / "template.yaml"
    link.symlink_to(file)
    write(inject(link))
    assert link.is_symlink()
    assert file.read_bytes() == _NEW
    assert list(folder.iterdir()) == [link]


def test_a_read_only_file_is_left(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that its owner has made read-only is not replaced, though its folder would allow it."""
    injection = inject(file)
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    with pytest.raises(Refused, match="it is read-only"):
        write(injection)
    assert file.read_bytes() == _OLD
