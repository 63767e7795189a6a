"""An account, and what the function prints."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.guard.rounds import Printed


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Printed:
    """Return all lines of JSON that the function has printed since the last look."""

    def found() -> list[dict[str, Any]]:
        return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]

    return found


@pytest.fixture
def printed(logs: Any, lines: Printed) -> Printed:
    """Return the same for a function whose account is empty."""
    return lines
