"""The command: its arguments, what it prints where, and its exit codes."""
