"""A part of one processor, as a function in Lambda has it: by the kernel's quotas for groups of processes.

Sources: AWS Lambda Developer Guide, "Configure Lambda function memory" (at 1,769 MB a function has one vCPU, and less
or more in proportion); Linux, "CFS bandwidth control" and "Control group v2".
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.not_measured import NotMeasured

_PERIOD = 100_000
"""Microseconds, the kernel's own default."""
_OLD, _NEW = Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup")


@contextmanager
def limited_to(part: float) -> Iterator[list[str]]:
    """Give the words to put before a command so that it gets that part of a processor, 1.0 being a whole one.

    Raises:
        NotMeasured: no groups may be made here (that takes root).
    """
    quota = round(part * _PERIOD)
    parent = _OLD if _OLD.is_dir() else _NEW
    group = parent / f"vended-logs-policy-{os.getpid()}"
    try:
        group.mkdir()
        if parent is _OLD:
            (group / "cpu.cfs_period_us").write_text(str(_PERIOD))
            (group / "cpu.cfs_quota_us").write_text(str(quota))
        else:
            (group / "cpu.max").write_text(f"{quota} {_PERIOD}")
    except OSError as error:
        with suppress(OSError):
            group.rmdir()
        raise NotMeasured(f"no processor quota can be set ({error.strerror})") from error
    try:
        yield ["/bin/sh", "-c", f'echo $$ > {group}/cgroup.procs && exec "$@"', "sh"]
    finally:
        group.rmdir()
