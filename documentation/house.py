"""The house in one picture: the import rules of pyproject.toml, floor by floor, with a word from each module.

Nothing in it is drawn by hand. A floor is a layer of the contracts, a room a module with the first sentence of its
docstring, and a mark tells the rooms that import the client of AWS.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

_ROOT: Final = Path(__file__).resolve().parents[1]
_WIDTH, _ROW, _GAP, _EDGE = 1000, 20, 5, 16
_NAME_COLUMN, _MARK_COLUMN, _WORD_COLUMN = 30, 142, 176
_SOURCES: Final = {"vended_logs_tools": "src/tools", "vended_logs": "src/lambda"}
_TITLES: Final = {
    "vended_logs_tools": "src/tools/vended_logs_tools: the command vended-logs and the lint rules",
    "vended_logs": "src/lambda/vended_logs: the function, and all that it is made of",
}
_BESIDE: Final = ("tests", "documentation", "benchmarks", "release")
_CLIENT: Final = {"boto3", "botocore"}
_RULE: Final = (
    "A room may use what stands below it, not what stands beside or above it; the rooms of a lowest floor may use one "
    "another. AWS: imports its client."
)
_STYLE: Final = (
    "text{font:11px system-ui,-apple-system,'Segoe UI',Helvetica,Arial,'DejaVu Sans',sans-serif;fill:#e6edf3}"
    ".h{font-size:14px;font-weight:600}.n{font-family:ui-monospace,Menlo,'DejaVu Sans Mono',monospace;fill:#79c0ff}"
    ".a{font-size:9px;font-weight:600;fill:#d29922}.r{fill:#8b949e}.f{fill:#161b22;stroke:#30363d}"
)


@dataclass(frozen=True, slots=True)
class Room:
    """A module or a package: its name, what it says of itself, and whether it imports the client of AWS."""

    name: str
    word: str
    calls_aws: bool = False


@dataclass(frozen=True, slots=True)
class House:
    """A package: a title, and its floors from the top down, the last of them the leaves that any other may use."""

    title: str
    floors: tuple[tuple[Room, ...], ...]


def houses() -> tuple[House, ...]:
    """Return the two packages as the import rules have them, the upper one first."""
    tools = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    contracts = tools["importlinter"]["contracts"]
    layered = {each["containers"][0]: each for each in contracts if each["type"] == "layers"}
    return tuple(House(_TITLES[package], _floors(package, layered[package])) for package in _SOURCES)


def beside() -> tuple[Room, ...]:
    """Return the folders that stand beside the house, each of them used by nobody in it."""
    return tuple(Room(name, _word(_ROOT / name / "__init__.py")) for name in _BESIDE)


def draw() -> str:
    """Return the picture, as an SVG that needs nothing from elsewhere."""
    lines = [f'<text class="r" x="{_EDGE}" y="24">{escape(_RULE)}</text>']
    top = 40
    for house in houses():
        drawn, top = _house(house, top)
        lines += drawn
    drawn, top = _house(House("Beside the house: used by nobody in it", (beside(),)), top)
    body = "\n".join([*lines, *drawn])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{_WIDTH}" height="{top}" '
        f'viewBox="0 0 {_WIDTH} {top}">\n'
        f"<title>The house: which module stands on which</title>\n<style>{_STYLE}</style>\n"
        f'<rect fill="#0d1117" width="{_WIDTH}" height="{top}" rx="8"/>\n{body}\n</svg>\n'
    )


def _floors(package: str, contract: Mapping[str, Any]) -> tuple[tuple[Room, ...], ...]:
    layers: Sequence[str] = [*contract["layers"], " | ".join(sorted(contract.get("exhaustive_ignores", ())))]
    folder = _ROOT / _SOURCES[package] / package
    return tuple(tuple(_room(folder, name.strip()) for name in layer.split("|")) for layer in layers if layer)


def _room(folder: Path, name: str) -> Room:
    package = folder / name
    modules = sorted(package.rglob("*.py")) if package.is_dir() else [folder / f"{name}.py"]
    said = package / "__init__.py" if package.is_dir() else modules[0]
    return Room(name, _word(said), any(_CLIENT & set(_imported(module)) for module in modules))


def _word(module: Path) -> str:
    """Return the first line of a module's docstring, without the marks of code and its full stop.

    Raises:
        ValueError: it has none.
    """
    told = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))
    if not told:
        raise ValueError(f"{module} says nothing of itself: give it a docstring.")
    return told.splitlines()[0].replace("``", "").replace("`", "").removesuffix(".")


def _imported(module: Path) -> Iterator[str]:
    """Yield the top-level packages that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def _house(house: House, top: int) -> tuple[list[str], int]:
    """Return the lines of a house that begins at a height, and the height at which the next may begin."""
    lines = [f'<text class="h" x="{_EDGE}" y="{top + 20}">{escape(house.title)}</text>']
    top += 32
    for floor in house.floors:
        height = _ROW * len(floor) + 6
        lines.append(f'<rect class="f" x="{_EDGE}" y="{top}" width="{_WIDTH - 2 * _EDGE}" height="{height}" rx="5"/>')
        for number, room in enumerate(floor):
            lines += _drawn(room, top + _ROW * number + 17)
        top += height + _GAP
    return lines, top + 12


def _drawn(room: Room, baseline: int) -> Iterator[str]:
    yield f'<text class="n" x="{_NAME_COLUMN}" y="{baseline}">{escape(room.name)}</text>'
    yield f'<text x="{_WORD_COLUMN}" y="{baseline}">{escape(room.word)}</text>'
    if room.calls_aws:
        yield f'<text class="a" x="{_MARK_COLUMN}" y="{baseline}">AWS</text>'
