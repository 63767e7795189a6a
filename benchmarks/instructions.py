"""Instructions of a whole process, start to end: the same number again on the same machine, however busy it is.

Counted by valgrind's callgrind (Valgrind User Manual, "Callgrind"), all threads together, user space only: what the
kernel does for reading files and sockets is not in it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence

from benchmarks.not_measured import NotMeasured

_COLLECTED = re.compile(r"Collected : (\d+)")


def count(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Return how many instructions a program executes.

    Raises:
        NotMeasured: there is no valgrind.
        RuntimeError: the program failed.
    """
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        raise NotMeasured("valgrind is not installed")
    done = subprocess.run(  # noqa: S603 - contenders
        [valgrind, "--tool=callgrind", "--callgrind-out-file=/dev/null", *command],
        env={**environment, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = _COLLECTED.search(done.stderr)
    if done.returncode or found is None:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return int(found[1])
