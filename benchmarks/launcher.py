"""Runs a program and prints what it took: `python launcher.py COMMAND...`; ends as the program ended.

A small process of its own, because Linux counts the memory of whoever starts a program into the program's peak
(getrusage(2), ru_maxrss, survives execve).
"""

import json
import os
import sys
import time

_PEAK = 2**20 if sys.platform == "darwin" else 2**10
"""What makes MiB of the system's unit."""

begun = time.perf_counter()
child = os.posix_spawn(
    sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
)
_, status, used = os.wait4(child, 0)
wall = time.perf_counter() - begun
print(json.dumps({"cpu": used.ru_utime + used.ru_stime, "wall": wall, "peak": used.ru_maxrss / _PEAK}))
sys.exit(os.waitstatus_to_exitcode(status) != 0)
