"""Backups: all account policies of a region as they were read, in a file of their own.

The policies are in the shape of ``aws logs describe-resource-policies``, whose plain output can be read as well.
"""

import contextlib
import errno
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Final

from vended_logs.errors import UnreadableDocument
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.grant import Scope
from vended_logs_tools.errors import ToolError
from vended_logs_tools.screen.console import printable

FORMAT: Final = "vended-logs-backup"
VERSION: Final = 1
_LARGEST: Final = 16 << 20
"""Bytes: ten policies take a hundredth of it."""
_NO_LINKS: Final = frozenset({errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EMLINK})
"""What file systems say that know no hard links."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What is in a backup."""

    policies: tuple[ResourcePolicy, ...]
    scope: Scope | None
    """Where the policies were read; None if the file does not say."""
    taken: str = ""
    """When, as ISO 8601 has it; empty if the file does not say."""
    skipped: tuple[str, ...] = ()
    """Policies in the file that are a log group's own: those are no account-level policies."""


def write(folder: Path, scope: Scope, policies: Iterable[ResourcePolicy], now: datetime) -> Path:
    """Write a new file, readable by its owner alone, and return it once it is on the disk.

    Raises:
        ToolError: it cannot be written; nothing of it is left.
    """
    text = _as_text(scope, policies, now)
    stem = f"vended-logs-{scope.account}-{scope.region}-{now:%Y%m%dT%H%M%SZ}"
    try:
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=".vended-logs-", suffix=".part")
    except OSError as error:
        raise _unwritten(folder, error) from error
    draft = Path(name)
    try:
        _fill(descriptor, text)
        path = _named(draft, folder, stem)
        _sync(folder)
    except OSError as error:
        raise _unwritten(folder, error) from error
    finally:
        # However it ends, by Ctrl-C too: a backup is there as a whole under its name, or not at all.
        with contextlib.suppress(OSError):
            draft.unlink()
    return path


def _fill(descriptor: int, text: str) -> None:
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _named(draft: Path, folder: Path, stem: str) -> Path:
    """Give the file a name that was not there: of two in one second the later gets a number."""
    for turn in count(1):
        path = folder / f"{stem}{'' if turn == 1 else f'-{turn}'}.backup.json"
        with contextlib.suppress(FileExistsError):
            _link(draft, path)
            return path
    raise AssertionError  # pragma: no cover - count never ends


def _link(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        draft.replace(path)


def _sync(folder: Path) -> None:
    """Have the name on the disk, too, where a folder can be synced."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _as_text(scope: Scope, policies: Iterable[ResourcePolicy], now: datetime) -> str:
    listed = [
        {
            "policyName": policy.name,
            "policyDocument": policy.document.to_json(),
            **({} if policy.last_updated is None else {"lastUpdatedTime": policy.last_updated}),
        }
        for policy in policies
    ]
    head = {
        "format": FORMAT,
        "version": VERSION,
        "partition": scope.partition,
        "region": scope.region,
        "account": scope.account,
        "taken": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
    return json.dumps({**head, "resourcePolicies": listed}, indent=2, ensure_ascii=False) + "\n"


def _unwritten(path: Path, error: OSError) -> ToolError:
    cause = error.strerror or str(error)
    return ToolError(
        f"the backup cannot be written to {printable(str(path))} ({cause}), and without it nothing is changed: name a"
        " folder with --backup-dir"
    )


def read(path: Path) -> Backup:
    """Return what a backup holds, or what ``aws logs describe-resource-policies`` printed.

    Raises:
        ToolError: the file is neither, is of a later version, or holds a policy that cannot be read in full.
    """
    name = printable(str(path))
    try:
        # Not read_bytes: a file without an end, such as /dev/zero, would never be read.
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        found = json.loads(content)
    except OSError as error:
        raise ToolError(f"{name} cannot be read ({error.strerror}): give the path of a backup") from error
    except (ValueError, RecursionError) as error:
        raise ToolError(f"{name} is no backup (it is not JSON): give the file that ensure or restore wrote") from error
    if not isinstance(found, dict) or not isinstance(found.get("resourcePolicies"), list):
        raise ToolError(f"{name} is no backup (it has no resourcePolicies): give the file that ensure or restore wrote")
    if "format" in found and (found["format"] != FORMAT or found.get("version") != VERSION):
        raise ToolError(f"{name} is a backup of another format or version: restore it with the release that wrote it")
    listed = found["resourcePolicies"]
    skipped = tuple(str(one.get("policyName")) for one in listed if _is_of_a_log_group(one))
    policies = _policies(name, [one for one in listed if not _is_of_a_log_group(one)])
    return Backup(policies, _scope(name, found), str(found.get("taken", "")), skipped)


def _is_of_a_log_group(item: object) -> bool:
    """Return whether it is the policy of one log group, which the same call lists with ``--policy-scope RESOURCE``."""
    return isinstance(item, dict) and (item.get("policyScope", "ACCOUNT") != "ACCOUNT" or bool(item.get("resourceArn")))


def _scope(name: str, found: Mapping[str, Any]) -> Scope | None:
    if "format" not in found:
        return None
    parts = [found.get(part) for part in ("partition", "region", "account")]
    if not all(isinstance(part, str) and part for part in parts):
        raise ToolError(f"{name} does not say of which account and region it is: give a backup that is whole")
    return Scope(*map(str, parts))


def _policies(name: str, listed: list[Any]) -> tuple[ResourcePolicy, ...]:
    found: dict[str, ResourcePolicy] = {}
    for policy in _checked(name, listed):
        if policy.name in found:
            raise ToolError(f"{name} holds the policy {policy.name!r} twice: leave one of them")
        found[policy.name] = policy
    return tuple(found.values())


def _checked(name: str, listed: list[Any]) -> Iterator[ResourcePolicy]:
    for item in listed:
        fields = item if isinstance(item, dict) else {}
        policy_name, text = fields.get("policyName"), fields.get("policyDocument")
        if not isinstance(policy_name, str) or not isinstance(text, str) or not policy_name:
            raise ToolError(f"{name} holds a policy without policyName or policyDocument: give a backup that is whole")
        changed = fields.get("lastUpdatedTime")
        try:
            yield ResourcePolicy.parse(policy_name, text, changed if isinstance(changed, int) else None)
        except UnreadableDocument as error:
            cause = str(error.__cause__ or error)
            raise ToolError(f"{name}: the policy {policy_name!r} cannot be read in full ({cause}): mend it") from error
