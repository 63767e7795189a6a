"""Draw the pictures of the documentation, or see whether they are current.

python -m documentation.pictures            draw them
python -m documentation.pictures --check    exit with 1 if one is not what would be drawn
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from documentation.scenes import PICTURES

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"


def main(arguments: list[str] | None = None) -> int:
    """Draw, or check; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m documentation.pictures", description=__doc__)
    parser.add_argument("--check", action="store_true", help="draw nothing; exit with 1 if a picture is stale")
    check = parser.parse_args(arguments).check
    stale = [name for name, drawn in ((name, draw()) for name, draw in PICTURES.items()) if _is_stale(name, drawn)]
    if not check:
        FOLDER.mkdir(exist_ok=True)
        for name in stale:
            (FOLDER / name).write_text(PICTURES[name](), encoding="utf-8", newline="\n")
    for name in stale:
        sys.stdout.write(f"docs/pictures/{name}: {'stale, draw it with `make docs`' if check else 'drawn'}\n")
    return int(check and bool(stale))


def _is_stale(name: str, drawn: str) -> bool:
    path = FOLDER / name
    return not path.exists() or path.read_bytes() != drawn.encode()


if __name__ == "__main__":
    sys.exit(main())
