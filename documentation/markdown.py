"""Tables, fences and code in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table: a line for the head, one for the rule below it, and one a row.

    A cell may hold Markdown; a bar in it is escaped, and what spans lines becomes one.
    """
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(_row(cells) for cells in lines).replace("| --- ", "|---").replace("--- |", "---|")


def fenced(text: str, language: str = "") -> str:
    """Return a fenced block of text, which ends in one line break however many it had."""
    return f"```{language}\n{text.rstrip()}\n```"


def code(text: str) -> str:
    """Return a text in code style, which may hold backticks itself."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _row(cells: Sequence[str]) -> str:
    escaped = (" ".join(cell.split()).replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"
