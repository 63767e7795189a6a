"""Where things are, and what they are measured with."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "benchmarks"
"""What a run makes for itself; thrown away by ``make clean``."""
CONTENDERS = ROOT / "benchmarks" / "contenders"
"""The small programs that are measured."""
PAGE = ROOT / "docs" / "benchmarks.md"
PYTHON = sys.executable
"""What the harness runs on is what it measures with."""
