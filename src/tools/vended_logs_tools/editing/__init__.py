"""Edits of a template's text by insertion alone: no byte that was there is moved, changed or written anew."""
