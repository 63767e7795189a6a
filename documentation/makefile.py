"""The targets of the Makefile, as `make` lists them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from documentation.markdown import code, table

_MAKEFILE: Final = Path(__file__).resolve().parents[1] / "Makefile"
_TARGET: Final = re.compile(r"^(?P<name>[a-z-]+):[^#\n]*## (?P<told>\S.*)$", re.MULTILINE)


def targets(*names: str) -> str:
    """Return the table of these targets, or of all.

    Raises:
        ValueError: one of them is none.
    """
    told = {found["name"]: found["told"] for found in _TARGET.finditer(_MAKEFILE.read_text(encoding="utf-8"))}
    unknown = [name for name in names if name not in told]
    if unknown:
        raise ValueError(f"The Makefile has no target {', '.join(unknown)}.")
    return table(("command", "what it does"), ((code(f"make {name}"), told[name]) for name in names or told))
