"""The answer to CloudFormation: its text, and its way there.

Source of the limits: CloudFormation User Guide, "Custom resource response objects" (4,096 bytes).
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from vended_logs.errors import shortened
from vended_logs.transport import Request, Transport

MAX_BYTES = 4096
MAX_REASON = 240
"""Characters; what CloudFormation's events and consoles show without cutting."""

LAST_WORDS = 0.2
"""Seconds before the function's end at which no attempt to answer is begun any more."""
_ATTEMPTS = 20
_ATTEMPT_SECONDS = 3.0
_PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0)
"""Seconds between attempts, the last of them again and again: where there is time, it goes on for a minute or two."""
_NO_ANSWER = 0
_OK, _REDIRECT, _SERVER_ERROR = 200, 300, 500

logger = logging.getLogger("vended-logs-policy")


def fit(sentence: str, room: int = MAX_REASON) -> str:
    """Return the sentence in at most ``room`` characters: the cause first, the cure whole, no word cut.

    A sentence reads ``cause: cure.``; if it is too long, the end of the cause goes, whole words at a time.
    """
    text = " ".join(sentence.split())
    cause, colon, cure = text.rpartition(": ")
    if len(text) <= room or not colon or len(cure) > room // 2:
        return shortened(text, room)
    return f"{shortened(cause, room - len(colon + cure))}{colon}{cure}"


def body(fields: Mapping[str, Any]) -> bytes:
    """Return the answer as JSON of at most 4,096 bytes; attributes go first if it would be longer."""
    found = _encoded(fields)
    return found if len(found) <= MAX_BYTES else _encoded({**fields, "Data": {}})


def _encoded(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace")


def is_deliverable(url: object) -> bool:
    """Return whether an answer may be sent there: HTTPS, and a host."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname)


def deliver(url: str, content: bytes, seconds_left: Callable[[], float]) -> bool:
    """Send the answer until it is taken, a number of times at most; return whether it was.

    Tried again on a failed connection and on 5xx; a redirect is not followed. Ends when no seconds are left, whatever
    hangs. The URL is a secret (it is signed) and is never logged.
    """
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(max(0.0, min(_PAUSES[min(attempt, len(_PAUSES)) - 1], seconds_left())))
            if seconds_left() <= 0:
                break
        status = _attempt(url, content, min(_ATTEMPT_SECONDS, max(seconds_left(), 0.1)))
        if _NO_ANSWER < status < _SERVER_ERROR:
            if not _OK <= status < _REDIRECT:
                logger.error("CloudFormation refused the answer", extra={"status": status})
            return _OK <= status < _REDIRECT
        logger.warning("The answer to CloudFormation was not taken", extra={"status": status})
    logger.error("The answer to CloudFormation could not be delivered")
    return False


def _attempt(url: str, content: bytes, seconds: float) -> int:
    """Send the answer once and return the status, 0 if none came within these seconds.

    In a thread of its own, because looking up a name knows no time-out. One that is left behind can do no harm: all
    attempts send the same.
    """
    statuses: list[int] = []
    # The URL is signed for an empty content type.
    request = Request("PUT", url, {"content-type": "", "content-length": str(len(content))}, content)

    def put() -> None:
        try:
            statuses.append(Transport(seconds).send(request).status)
        except (OSError, HTTPException, ValueError) as error:
            # Its text may hold the URL.
            logger.warning("No connection for the answer to CloudFormation", extra={"reason": type(error).__name__})

    thread = threading.Thread(target=put, daemon=True)
    thread.start()
    thread.join(seconds)
    return next(iter(statuses), _NO_ANSWER)
