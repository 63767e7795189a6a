"""Patterns with `*` and `?`: every answer of the core against the plain meaning of a pattern."""
