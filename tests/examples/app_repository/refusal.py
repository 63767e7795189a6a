"""How the repository says no."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus


@dataclass
class RefusedError(Exception):
    """An answer other than success: its code is that of the API reference, its message one sentence."""

    code: str
    message: str
    status: HTTPStatus = HTTPStatus.BAD_REQUEST


def bad_request(message: str) -> RefusedError:
    """Return the answer to what breaks a rule."""
    return RefusedError("BadRequestException", message)


def conflict(message: str) -> RefusedError:
    """Return the answer to what is there already."""
    return RefusedError("ConflictException", message, HTTPStatus.CONFLICT)


def not_found(message: str) -> RefusedError:
    """Return the answer to what is not there."""
    return RefusedError("NotFoundException", message, HTTPStatus.NOT_FOUND)


def denied(message: str) -> RefusedError:
    """Return IAM's answer to who may not."""
    return RefusedError("AccessDeniedException", message, HTTPStatus.FORBIDDEN)
