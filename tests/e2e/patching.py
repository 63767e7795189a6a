"""Replace a name in the engine, or say which one is missing."""

from __future__ import annotations

from typing import Any


class MissingNameError(RuntimeError):
    """The engine has no such name: it is of another version than the one this was written for."""


def existing(module: Any, name: str) -> Any:
    """Return what a module calls by that name; a name that does not exist raises MissingNameError."""
    if not hasattr(module, name):
        message = f"The engine has no {module.__name__}.{name}; the pinned version of ministack is the one to install."
        raise MissingNameError(message)
    return getattr(module, name)


def replace(module: Any, name: str, value: object) -> None:
    """Set an existing attribute of a module; a name that does not exist raises MissingNameError."""
    existing(module, name)
    setattr(module, name, value)
