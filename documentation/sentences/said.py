"""A sentence that was said, and sentences that ask the same of who reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """A whole sentence, as whoever has the problem reads it."""

    sentence: str
    note: str = ""
    """What the sentence alone does not tell, in Markdown."""


@dataclass(frozen=True, slots=True)
class Group:
    """Sentences with one cure, or nearly."""

    heading: str
    intro: str
    said: Sequence[Said]
