"""What answers when the provider cannot start: a package without its libraries, a runtime too old, a broken variable.

Lambda would never call a function whose import fails, and CloudFormation would wait until its own time-out. So this is
all standard library and leaves of ours, in words that older Pythons understand as well.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from typing import Any

from vended_logs import answer
from vended_logs.deletion import FAILED_CREATE_ID, revoked_policy_name
from vended_logs.errors import VendedLogsError, shortened
from vended_logs.identifiers import plain
from vended_logs.redaction import LOGGER_NAME, keep_secret, redact, redacted
from vended_logs.surroundings import variable_in

_OLDEST_PYTHON = (3, 11)
_ROOM = 90
"""Characters for what a library says; the cure needs the rest."""

logger = logging.getLogger(LOGGER_NAME)


class CannotStart(VendedLogsError):
    """The provider could not be imported."""


def stand_in(error: BaseException) -> Callable[[dict[str, Any], Any], None]:
    """Return a handler that answers every request of CloudFormation's in the place of the one that failed to start."""
    redact(logger)
    sentence = f"The provider function could not start, because {_cause(error)}: {_cure(error)}, then"

    def handler(event: dict[str, Any], context: Any) -> None:  # noqa: ANN401 - Lambda's context has no public type
        """Answer CloudFormation.

        Raises:
            CannotStart: the event is not CloudFormation's, so that nobody waits for an answer.
            NotAllowed: the event is no object.
        """
        event = plain(event)
        keep_secret(event.get("ResponseURL"))
        logger.critical("The provider could not start", exc_info=error)
        if "RequestType" not in event:
            message = f"{sentence} try again."
            raise CannotStart(message) from error
        _answer(event, context, sentence)

    return handler


def _answer(event: dict[str, Any], context: Any, sentence: str) -> None:  # noqa: ANN401  the context is Lambda's, which has no type
    url = event.get("ResponseURL")
    if not answer.is_deliverable(url):
        logger.error("Refused: the ResponseURL is not HTTPS, so there is no one to answer")
        return
    is_delete = event.get("RequestType") == "Delete"
    # A Delete that takes nothing back would do nothing if all were well; failing it would only get the stack stuck.
    is_done = is_delete and revoked_policy_name(event) is None
    fields = {
        "Status": "SUCCESS" if is_done else "FAILED",
        "PhysicalResourceId": str(event.get("PhysicalResourceId") or FAILED_CREATE_ID),
        "StackId": event.get("StackId", ""),
        "RequestId": event.get("RequestId", ""),
        "LogicalResourceId": event.get("LogicalResourceId", ""),
        "Reason": "" if is_done else answer.fit(f"{sentence} {'delete' if is_delete else 'deploy'} again."),
        "NoEcho": False,
        "Data": {},
    }
    logger.error("Answering", extra={"status": fields["Status"], "reason": fields["Reason"]})
    answer.deliver(
        str(url), answer.body(fields), lambda: context.get_remaining_time_in_millis() / 1000 - answer.LAST_WORDS
    )


def _cause(error: BaseException) -> str:
    if sys.version_info < _OLDEST_PYTHON:
        return f"it runs on Python {sys.version_info[0]}.{sys.version_info[1]}"
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"its package has no module {error.name}"
    said = shortened(redacted(" ".join(str(error).split())), _ROOM).rstrip(" .")
    return f"of an error in the import ({type(error).__name__}{': ' if said else ''}{said})"


def _cure(error: BaseException) -> str:
    if sys.version_info < _OLDEST_PYTHON:
        return "set its Runtime to python3.11 or newer"
    if isinstance(error, ModuleNotFoundError) and error.name:
        return "build it with sam build, which puts in all that it needs"
    variable = variable_in(str(error), os.environ)
    if variable:
        return f"mend or remove its environment variable {variable}"
    return "put the released package in its place"
