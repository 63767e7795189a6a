"""What holds of texts for any output; apart from the console, so that a pipe does not pay for loading that."""


def printable(text: str) -> str:
    """Return the text with escapes for what would steer a terminal or begin a line of its own."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
