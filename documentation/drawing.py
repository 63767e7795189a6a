"""What a console shows, as an SVG that needs nothing from elsewhere: no font, no script, no link."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Final

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from vended_logs_tools.screen.console import console

COLUMNS: Final = 80

# GitHub's own dark colours, so that the picture stands on either of its pages and all text has enough contrast.
_BACKGROUND: Final = (13, 17, 23)
_FOREGROUND: Final = (230, 237, 243)
_NORMAL: Final = (
    (72, 79, 88), (255, 123, 114), (63, 185, 80), (210, 153, 34), (88, 166, 255), (188, 140, 255), (57, 197, 207),
    (177, 186, 196),
)  # fmt: skip
_THEME: Final = TerminalTheme(_BACKGROUND, _FOREGROUND, list(_NORMAL), list(_NORMAL))
_ID: Final = "t"
_FONTS: Final = "ui-monospace,SFMono-Regular,'SF Mono',Menlo,'DejaVu Sans Mono','Liberation Mono',Consolas,monospace"
_FORMAT: Final = """\
<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" height="{height:.0f}" \
viewBox="0 0 {width} {height:.0f}">
<title>TITLE</title>
<style>
text {{ font-family: FONTS; font-size: {char_height}px; white-space: pre }}
{styles}
</style>
<rect fill="BACKGROUND" width="{width}" height="{height:.0f}" rx="8"/>
<g transform="translate({terminal_x}, 22)">
{matrix}
</g>
</svg>
"""


class _Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def draw(title: str, show: Callable[[Console], None]) -> str:
    """Return the picture of what is shown on a terminal of 80 columns.

    Raises:
        ValueError: a line is longer, and would be cut.
    """
    stream = _Screen()
    screen = console(stream, {})
    screen.record = True
    show(screen)
    longest = max(map(len, re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue()).splitlines()))
    if longest > COLUMNS:
        raise ValueError(f"A line of {longest} characters does not fit into the picture {title!r}.")
    frame = _FORMAT.replace("TITLE", title).replace("FONTS", _FONTS).replace("BACKGROUND", _hex(_BACKGROUND))
    drawn = screen.export_svg(title=title, theme=_THEME, code_format=frame, unique_id=_ID)
    return _lighter(drawn)


def _lighter(drawn: str) -> str:
    """Return the picture without what has no effect, a text a line.

    Each line has a clip, for texts that are too long, and its end as a text of its own.
    """
    without_clips = re.sub(r' clip-path="[^"]*"', "", drawn)
    without_ends = re.sub(r"<text [^>]*>\n</text>", "", without_clips)
    return without_ends.replace("</text>", "</text>\n").replace("\n\n", "\n")


def _hex(colour: tuple[int, int, int]) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)
