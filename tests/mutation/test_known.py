"""The list of mutants that may survive: how it is read."""

from pathlib import Path

import pytest

from .known import read, within

_PAGE = """# Title

Words.

## One reason

Why.

```diff
wildcard: covers
- a
+ b

wildcard: covers #2
- a
+ b
```

## Another

```diff
plan: Plan.size
- c
```
"""


def test_each_mutant_has_the_heading_above_it_as_its_reason(tmp_path: Path) -> None:
    """Names are read from the diff blocks, parted by empty lines, under the reason of their section."""
    page = tmp_path / "page.md"
    page.write_text(_PAGE, encoding="utf-8")
    assert read(page) == {
        "wildcard: covers\n- a\n+ b": "One reason",
        "wildcard: covers #2\n- a\n+ b": "One reason",
        "plan: Plan.size\n- c": "Another",
    }
    assert list(within(read(page), ["plan"])) == ["plan: Plan.size\n- c"]


def test_a_mutant_is_listed_once(tmp_path: Path) -> None:
    """Two reasons for one mutant are refused."""
    page = tmp_path / "page.md"
    page.write_text(_PAGE.replace(" #2", ""), encoding="utf-8")
    with pytest.raises(ValueError, match=r"page\.md lists a mutant twice"):
        read(page)


def test_every_listed_mutant_has_a_reason_and_a_place() -> None:
    """The page of this project names for each mutant a module of the core and a reason."""
    listed = read()
    assert listed
    for name, reason in listed.items():
        place, _, change = name.partition("\n")
        assert reason
        assert place.partition(": ")[2]
        assert change[:2] in {"- ", "+ "}
