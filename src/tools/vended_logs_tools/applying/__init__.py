"""Changing the policies of an account from a terminal: planned, shown, agreed to, backed up, then applied."""
