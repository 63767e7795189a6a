"""The rules, held to templates that pass and templates that fail."""
