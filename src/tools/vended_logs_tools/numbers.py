"""Numbers in sentences."""


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number and what it is of: ``1 entry``, ``1,204 entries``; the plural adds an s unless it is given."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
