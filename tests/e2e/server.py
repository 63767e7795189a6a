"""Entry point of the engine's process: the engine itself, a journal of what happens in it and, if asked, our model.

`python -m tests.e2e.server --journal FILE [--modelled]`; everything else is set by ministack's own variables.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from importlib.metadata import version
from pathlib import Path

import ministack.app

from tests.e2e import aws_model, journal
from tests.e2e.local_cloud import ENGINE_VERSION


def main() -> None:
    """Run the engine in the foreground until it is told to end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--modelled", action="store_true")
    arguments = parser.parse_args()
    if version("ministack") != ENGINE_VERSION:
        sys.exit(f"ministack {version('ministack')} is installed, and {ENGINE_VERSION} is what this is written for.")
    if arguments.modelled:
        aws_model.apply()
    journal.record(arguments.journal)
    # In TLS mode the engine also takes port 443 when it may: one port of ours is enough.
    ministack.app._port_is_bindable = lambda _host, _port: False  # noqa: SLF001  it has no setting for it
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.argv = ["ministack"]
    ministack.app.main()


def _end_with_parent() -> None:
    """Wait until whoever started us is gone; the functions' processes end in the same way with us."""
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
