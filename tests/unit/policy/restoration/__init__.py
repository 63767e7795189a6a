"""Putting a backup back: a merge gives back what is gone and takes nothing; an exact one says what it takes."""
