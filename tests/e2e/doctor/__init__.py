"""`vended-logs doctor` on the local cloud: each cause is made by real calls, found, and found alone."""
