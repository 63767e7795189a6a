"""The answer to CloudFormation: its text, and its way there.

Source of the limits: CloudFormation User Guide, "Custom resource response objects" (4,096 bytes).
"""

import json
import logging
import os
import ssl
import time
from collections.abc import Callable, Mapping
from http.client import HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from vended_logs.errors import shortened

MAX_BYTES = 4096
MAX_REASON = 240
"""Characters; what CloudFormation's events and consoles show without cutting."""

_ATTEMPTS = 8
_ATTEMPT_SECONDS = 3.0
_PAUSES = (0.2, 0.5, 1.0, 2.0)
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


def tls_context() -> ssl.SSLContext:
    """Return a context that trusts what SSL_CERT_FILE or the system names, and AWS_CA_BUNDLE beside it."""
    context = ssl.create_default_context()
    _trust(context, os.environ.get("AWS_CA_BUNDLE", ""))
    if not context.cert_store_stats()["x509_ca"]:
        # SSL_CERT_FILE names nothing of use; what the system was built with may.
        _trust(context, ssl.get_default_verify_paths().openssl_cafile)
    return context


def _trust(context: ssl.SSLContext, bundle: str) -> None:
    """Add a file of certificates; one that cannot be used must not cost the answer."""
    if not os.path.isfile(bundle):  # noqa: PTH113 - pathlib's import costs cold starts
        return
    try:
        context.load_verify_locations(cafile=bundle)
    except OSError as error:
        logger.warning("A file of certificates cannot be used", extra={"file": bundle, "reason": str(error)})


def deliver(url: str, content: bytes, seconds_left: Callable[[], float]) -> bool:
    """Send the answer until it is taken, a few times at most; return whether it was.

    Tried again on a failed connection and on 5xx. The URL is a secret (it is signed) and is never logged.
    """
    context = tls_context()
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(max(0.0, min(_PAUSES[min(attempt, len(_PAUSES)) - 1], seconds_left())))
            if seconds_left() <= 0:
                break
        try:
            status = _put(url, content, context, min(_ATTEMPT_SECONDS, max(seconds_left(), 0.1)))
        except (OSError, HTTPException, ValueError) as error:
            logger.warning("The answer to CloudFormation was not taken", extra={"reason": type(error).__name__})
            continue
        if status < _SERVER_ERROR:
            if not _OK <= status < _REDIRECT:
                logger.error("CloudFormation refused the answer", extra={"status": status})
            return _OK <= status < _REDIRECT
        logger.warning("The answer to CloudFormation was not taken", extra={"status": status})
    logger.error("The answer to CloudFormation could not be delivered")
    return False


def _put(url: str, content: bytes, context: ssl.SSLContext, seconds: float) -> int:
    parts = urlsplit(url)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    connection = HTTPSConnection(parts.hostname or "", parts.port, timeout=seconds, context=context)
    try:
        # The URL is signed for an empty content type.
        connection.request("PUT", path, content, {"content-type": "", "content-length": str(len(content))})
        return connection.getresponse().status
    finally:
        connection.close()
