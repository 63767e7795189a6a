"""What a test of an example executed and with which tools, as the table at the end of `make test-examples` tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

TOOLS: Final = "example-tools"
EXECUTED: Final = "example-executed"
"""Names of the properties in a test's report, which is how they reach the table from another process."""


@dataclass
class Ledger:
    """Filled by whatever runs a tool, never by hand before it ran."""

    tools: dict[str, str] = field(default_factory=dict)
    executed: list[str] = field(default_factory=list)

    def uses(self, tool: str, version: str) -> None:
        """Note a tool and the version that it told of itself."""
        self.tools[tool] = version

    def did(self, what: str) -> None:
        """Note what has been executed, in a few words; the same words again are noted once."""
        if what not in self.executed:
            self.executed.append(what)


@contextmanager
def kept(record: Callable[[str, object], None]) -> Iterator[Ledger]:
    """Give a ledger, and hand what is in it to pytest's `record_property` when the test is over."""
    ledger = Ledger()
    try:
        yield ledger
    finally:
        record(TOOLS, [f"{tool} {version}" for tool, version in ledger.tools.items()])
        record(EXECUTED, ledger.executed)
