"""Our own rules over what an example is made of, or what its tool made of it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.examples.ledger import Ledger
from vended_logs_tools.check import check
from vended_logs_tools.reading.source import read
from vended_logs_tools.template_model import of_source

_QUIET: Final = "nothing"


def rules_found(template: Path, ledger: Ledger) -> list[str]:
    """Return the rules that find fault with a template, one name a finding, in the template's order."""
    found = [finding.rule for finding in check(of_source(read(template)))]
    ledger.did(f"vended-logs check {template.name}: {', '.join(found) or _QUIET}")
    return found
