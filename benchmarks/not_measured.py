"""What is raised where something is missing that a figure takes."""


class NotMeasured(Exception):
    """A figure cannot be had here; the message says what is missing."""
