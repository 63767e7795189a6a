"""Changing an account from a terminal, on a store in memory and virtual time."""
