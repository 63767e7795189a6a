"""Compaction: fewer characters, the same meaning."""
