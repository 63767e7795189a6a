"""Hostile input: documents, properties, patterns, plans and whole events that nobody would send in good faith."""
