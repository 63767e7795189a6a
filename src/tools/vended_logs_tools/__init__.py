"""Command line and lint rules for templates and accounts that deliver vended logs. Never part of the function."""
