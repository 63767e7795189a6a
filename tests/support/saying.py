"""What a run that takes long says on its way."""

import sys


def say(text: str) -> None:
    """Write a line at once, whoever reads it: a terminal, a file or a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
