"""One row of what was measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A goal and what was found in this run."""

    what: str
    goal: str
    found: str
    met: bool | None = None
    """None where there is nothing to meet: the figure is only told."""
    why: str = ""
    """Why a goal is not met, or how the figure is to be read."""
    measured: bool = True

    @property
    def verdict(self) -> str:
        """Return the word for the table."""
        if not self.measured:
            return "**not measured**"
        return {True: "met", False: "**not met**", None: "told"}[self.met]


def unmeasured(what: str, why: str, goal: str = "") -> Figure:
    """Return the row of what could not be measured here: it counts as missed."""
    return Figure(what, goal, "not measured", met=False, why=why, measured=False)


def ratio(part: float, whole: float) -> str:
    """Return a ratio as it is written in the goals."""
    return f"{part / whole:.2f}"


def millions(count: int) -> str:
    """Return a number of instructions in millions."""
    return f"{count / 1e6:,.0f} M"
