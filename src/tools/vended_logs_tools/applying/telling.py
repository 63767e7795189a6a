"""What the function's log says while its code runs on a terminal: a short line where people want to know."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from vended_logs.redaction import LOGGER_NAME


@contextmanager
def telling(say: Callable[[str], None]) -> Iterator[None]:
    """Turn warnings of the function's logger into lines, and keep everything else from the terminal."""
    logger = logging.getLogger(LOGGER_NAME)
    before = logger.handlers, logger.propagate, logger.level
    logger.handlers, logger.propagate = [_Lines(say)], False
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.handlers, logger.propagate = before[:2]
        logger.setLevel(before[2])


class _Lines(logging.Handler):
    """Prints one line for each warning that is for people."""

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        """Say it, if it is for people: that a policy is being replaced, they have been told."""
        line = _line(record.getMessage(), vars(record))
        if line:
            self._say(line)


def _line(message: str, fields: dict[str, object]) -> str:
    if message == "Will try again":
        # Without its cure, which is for when trying again has come to an end.
        cause = str(fields.get("cause", ""))
        return f"trying again: {cause.rpartition(': ')[0] or cause}"
    if message == "Grants of others vanished":
        return f"meanwhile others took entries of theirs out of the policy {fields.get('policy_name')!r}"
    if message == "Grants of others cannot be put back":
        return "what others lost in a stale overwrite does not fit into the policy any more"
    if message == "The service refused the size":
        return f"CloudWatch Logs refused the size; planning for {fields.get('limit')} characters"
    return ""
