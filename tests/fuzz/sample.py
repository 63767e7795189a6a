"""What the tests of the fuzzer try, and the fault that more than one of them puts in."""

from __future__ import annotations

SEED = 20150319
ENOUGH = 2500
"""Inputs within which a fault that was put in has to be found."""


def lenient(_whole: object, _known: object, _what: str) -> None:
    """Let an unknown element pass, as if it had no meaning."""
