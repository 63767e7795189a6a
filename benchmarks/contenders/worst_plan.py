"""Prints the seconds that the plan for the worst policies takes: 51,200 characters, several stars in every entry."""

import time
from contextlib import suppress

from benchmarks.core.worst import REQUESTS, one, starred
from vended_logs.errors import PlanRefused
from vended_logs.policy.plan import plan

policies = one(starred)
longest = 0.0
for request in REQUESTS.values():
    begun = time.perf_counter()
    with suppress(PlanRefused):
        plan(policies, request)
    longest = max(longest, time.perf_counter() - begun)
print(longest)
