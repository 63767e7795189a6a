"""A file's content replaced whole or not at all."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vended_logs_tools.errors import Refused


def replace(path: Path, old: bytes, new: bytes, check: Callable[[bytes], None]) -> None:
    """Put new bytes in the place of a file's old ones, in one step; a symbolic link keeps pointing where it did.

    ``check`` is given what was read back from the disk, and raises if it will not do. Whatever fails or interrupts, the
    file is as it was and nothing is left beside it.

    Raises:
        Refused: the file may not be written, or no longer has its old bytes.
    """
    target = path.resolve()
    try:
        with _beside(target) as temporary:
            _write(temporary, new, target)
            check(temporary.read_bytes())
            if target.read_bytes() != old:
                raise Refused(f"{path}: was changed by someone else meanwhile, and is left as it is: run again")
            temporary.replace(target)
    except OSError as error:
        cause = error.strerror or str(error)
        raise Refused(
            f"{path}: cannot be written ({cause}), and is left as it was: make it and its folder writable"
        ) from error


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Give a new file in a file's folder, gone again at the end if it is still there."""
    if not os.access(target, os.W_OK):
        raise PermissionError(13, "it is read-only")
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    try:
        os.close(handle)
        yield Path(name)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


def _write(temporary: Path, data: bytes, target: Path) -> None:
    """Write and reach the disk, with the owner (where that is allowed) and the mode of the file to be replaced."""
    status = target.stat()
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    own = temporary.stat()
    if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
        with suppress(PermissionError):
            os.chown(temporary, status.st_uid, status.st_gid)
    temporary.chmod(status.st_mode & 0o7777)
