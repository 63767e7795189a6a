"""Policies as real accounts hold them, and what is planned for each."""
