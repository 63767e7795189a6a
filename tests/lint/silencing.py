"""Comments that silence a check: which checks they name, and whether they say why."""

import io
import re
import tokenize
from collections.abc import Iterator
from typing import Final

_MARK: Final = re.compile(r"#\s*(?:ruff:\s*)?(?:noqa|type:\s*ignore|mypy:\s*ignore-errors)\b", re.IGNORECASE)
_NAMED: Final = re.compile(
    r"#\s*(?:(?:ruff: )?noqa: [A-Z]+[0-9]+(?:, [A-Z]+[0-9]+)*|type: ignore\[[a-z-]+(?:, ?[a-z-]+)*\])"
)


def silencing(text: str) -> Iterator[tuple[int, str]]:
    """Yield the comments of a module that silence something, each with the number of its line."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and _MARK.search(token.string):
            yield token.start[0], token.string


def lacks(comment: str) -> str:
    """Return what such a comment lacks, nothing if it is whole.

    Whole is one that names what it silences, and then says why, after two spaces or a dash.
    """
    named = [*_NAMED.finditer(comment)]
    if len(named) < len(_MARK.findall(comment)):
        return "names"
    after = comment[named[-1].end() :]
    said = after.removeprefix("  # ").removeprefix("  ").removeprefix(" - ")
    return "" if said != after and said.strip() else "a reason"
