"""Whoever silences a check names it, and says why."""

import pytest

from tests.lint.silencing import lacks, silencing
from tests.lint.sources import sources


def test_whatever_is_silenced_is_named_with_the_reason() -> None:
    """Each comment that silences ruff or mypy, for a line or for a file, names the checks and says why on its line."""
    found = [(path, number, comment) for path, text in sources().items() for number, comment in silencing(text)]
    assert len(found) > 200
    assert [f"{path}:{number} lacks {lacks(comment)}" for path, number, comment in found if lacks(comment)] == []


@pytest.mark.parametrize(
    ("comment", "lacking"),
    [
        ("# noqa: S603  our own interpreter", ""),
        ("# noqa: S603, S607 - our own interpreter", ""),
        ("# ruff: noqa: SLF001 - it has no public face", ""),
        ("# type: ignore[misc]  # its stub leaves it out", ""),
        ("# type: ignore[misc, index]  # noqa: S603  our own interpreter", ""),
        ("# noqa", "names"),
        ("# NOQA  our own interpreter", "names"),
        ("# ruff: noqa", "names"),
        ("# type: ignore", "names"),
        ("# type: ignore  # noqa: S603  our own interpreter", "names"),
        ("# mypy: ignore-errors", "names"),
        ("# noqa: S603", "a reason"),
        ("# noqa: S603 -", "a reason"),
        ("# noqa: S603,S607", "a reason"),
        ("# type: ignore[misc]", "a reason"),
        ("# type: ignore[misc]  # noqa: S603", "a reason"),
        ("# ruff: noqa: SLF001", "a reason"),
    ],
)
def test_what_is_lacking_is_found(comment: str, lacking: str) -> None:
    """A name and a reason are both looked for, each where it belongs."""
    assert [lacks(found) for _, found in silencing(f"x = 1  {comment}\n")] == [lacking]
    assert [*silencing(f"x = {comment!r}\n")] == []
