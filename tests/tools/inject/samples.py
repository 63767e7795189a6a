"""The templates of this folder: each in ``before/``, and as it is to be afterwards, byte for byte, in ``after/``.

A name such as ``app.inline.yaml`` says with which provider; without one it is the default.
"""

from __future__ import annotations

from pathlib import Path

from vended_logs_tools.inject import PROVIDERS, Options

HERE = Path(__file__).parent
BEFORE = HERE / "before"
AFTER = HERE / "after"
NAMES = sorted(path.name for path in BEFORE.iterdir())


def options_of(name: str) -> Options:
    """Return the options that a template's name asks for."""
    provider = name.split(".")[-2]
    return Options(provider=provider) if provider in PROVIDERS else Options()
