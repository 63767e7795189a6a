"""How full something is, as a bar of block characters in steps of an eighth, or of plain ones."""

from typing import Final

_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"
_LEFT: Final = "▕"
_RIGHT: Final = "▏"
_NEARLY: Final = 0.7
_ALMOST: Final = 0.9


def can_draw(encoding: str) -> bool:
    """Return whether an encoding carries the blocks; of those that consoles have, hardly any but UTF-8 does."""
    try:
        (_EIGHTHS + _LEFT + _RIGHT).encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def bar(used: int, limit: int, width: int, *, blocks: bool) -> str:
    """Return a bar of ``width`` columns.

    Law: it is full exactly when nothing is left, and empty exactly when nothing is used.
    """
    if not blocks:
        filled = _steps(used, limit, width)
        return "#" * filled + "-" * (width - filled)
    inner = width - len(_LEFT + _RIGHT)
    whole, eighths = divmod(_steps(used, limit, inner * 8), 8)
    drawn = _EIGHTHS[8] * whole + (_EIGHTHS[eighths] if eighths else "")
    return f"{_LEFT}{drawn:{inner}}{_RIGHT}"


def style(used: int, limit: int) -> str:
    """Return the colour of a bar."""
    share = used / limit
    return "green" if share < _NEARLY else "yellow" if share < _ALMOST else "red"


def _steps(used: int, limit: int, steps: int) -> int:
    if used <= 0:
        return 0
    if used >= limit:
        return steps
    return min(max(used * steps // limit, 1), steps - 1)
