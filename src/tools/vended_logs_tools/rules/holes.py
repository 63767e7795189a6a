"""Texts of which some parts are not known before a template is deployed: holes stand for those."""

from typing import Final

from vended_logs.policy.wildcard import overlaps

HOLE: Final = "\ufffc"
"""Stands for any text, the empty one included."""

WORD: Final = "\ufff9"
"""Stands for a stack's name, or what CloudFormation makes up: letters, digits and hyphens, a letter first."""


def is_vague(text: str) -> bool:
    """Return whether some of a text is not known."""
    return HOLE in text or WORD in text


def as_pattern(text: str) -> str:
    """Return a pattern that matches whatever the text may be."""
    return text.replace(HOLE, "*").replace(WORD, "*")


def may_match(pattern: str, text: str) -> bool:
    """Return whether a pattern of log group names matches something that the text may be."""
    if text.startswith(WORD) and not (pattern[:1] in "*?" or pattern[:1].isalpha()):
        return False
    return overlaps(pattern, as_pattern(text))


def shown(text: str) -> str:
    """Return a text as it is shown to people."""
    return text.replace(HOLE, "...").replace(WORD, "...")
