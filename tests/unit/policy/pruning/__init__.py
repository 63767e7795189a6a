"""Stale entries: exactly those that name a log group which is not there go, and nothing else changes."""
