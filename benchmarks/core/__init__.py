"""The policy core against the clock: the largest policies that an account may hold, and larger ones."""
