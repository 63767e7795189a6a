"""Keeps secrets out of the log: the signed URL that answers go to, the function's credentials, signatures.

Two layers. Libraries that log requests and events whole are silenced, whatever level anyone gives them. What is left,
our own lines and the tracebacks in them, has every known secret replaced: AWS may quote a request, with the session
token in it, when it refuses a signature.
"""

from __future__ import annotations

import logging
import os
import re
import traceback
from urllib.parse import urlsplit

LOGGER_NAME = "vended-logs-policy"
MARK = "[secret]"

_TALKATIVE = ("boto3", "botocore", "crhelper", "s3transfer", "urllib3")
_CREDENTIALS = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN")
_SHORTEST = 16
"""Characters of a secret that is looked for; shorter ones would blot out words."""
_SIGNED = re.compile(r"(?i)\b(signature|x-amz-security-token)([\"']?\s*(?:=|:|%3d)\s*b?[\"']?)[^\s&\"'\\,;]+")

_of_this_event: list[str] = []


def silence_libraries() -> None:
    """Have the libraries that log requests and events log nothing, at any level that anyone sets, now or later."""
    for top in _TALKATIVE:
        logger = logging.getLogger(top)
        # Whatever a child of it says goes no further than here, children made later included.
        logger.propagate = False
        logger.addHandler(logging.NullHandler())
        for name in [name for name in logging.root.manager.loggerDict if name == top or name.startswith(f"{top}.")]:
            logging.getLogger(name).disabled = True


def keep_secret(url: object) -> None:
    """From now on keep this URL out of the log, and its parts that carry the signature; it replaces the one before."""
    _of_this_event.clear()
    if not isinstance(url, str):
        return
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    _of_this_event.extend(secret for secret in (url, target, parts.query) if len(secret) >= _SHORTEST)


def redacted(text: str) -> str:
    """Return the text with a mark in the place of every secret."""
    values = [os.environ.get(name, "").strip() for name in _CREDENTIALS]
    found = [*_of_this_event, *(value for value in values if len(value) >= _SHORTEST)]
    for secret in found:
        # As it is, and as it reads inside a quoted text.
        text = text.replace(secret, MARK).replace(repr(secret)[1:-1], MARK)
    return _SIGNED.sub(rf"\1\2{MARK}", text)


class Redaction(logging.Filter):
    """Lets every record pass, without the secrets in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace the secrets in the message, in what was given beside it, and in the traceback."""
        try:
            _redact_record(record)
        except Exception as error:  # noqa: BLE001 - logging never stands between an event and its answer
            record.msg, record.args, record.exc_info = (
                f"A line that cannot be logged ({type(error).__name__})",
                None,
                None,
            )
        return True


def _redact_record(record: logging.LogRecord) -> None:
    record.msg, record.args = record.getMessage(), None
    for name, value in list(record.__dict__.items()):
        if name != "exc_info" and value is not None:
            record.__dict__[name] = _without_secrets(value)
    if record.exc_info and record.exc_info[1]:
        text = "".join(traceback.format_exception(record.exc_info[1]))
        if redacted(text) != text:
            record.exc_info, record.exc_text = None, redacted(text)
            record.__dict__["exception"] = record.exc_text


def _without_secrets(value: object) -> object:
    text = value if isinstance(value, str) else repr(value)
    clean = redacted(text)
    return value if clean == text else clean


def redact(logger: logging.Logger) -> None:
    """Put the filter on a logger, once."""
    if not any(isinstance(one, Redaction) for one in logger.filters):
        logger.addFilter(Redaction())
