"""Paragraphs on a console: indented, wrapped to its width, nothing cut off, and nothing in them obeyed."""

from typing import Final

from rich.console import Console
from rich.text import Text

from vended_logs_tools.screen.plain import printable

Part = str | tuple[str, str]
"""A text, or a text and its style."""

_COMMAND_INDENT: Final = "  "


def line(*parts: Part) -> Text:
    """Return a text of parts, each with escapes for what would steer a terminal."""
    pairs = (part if isinstance(part, tuple) else (part, "") for part in parts)
    return Text.assemble(*((printable(text), style) for text, style in pairs))


def write(console: Console, indent: int, *parts: Part, hanging: int = 0, label: str = "", style: str = "") -> None:
    """Write a paragraph, its long words folded.

    Args:
        console: where.
        indent: columns before each line.
        parts: what the paragraph says.
        hanging: columns before each line but the first.
        label: what stands before the first line, in a column of its own.
        style: of the whole, label apart.
    """
    text = line(*parts)
    text.stylize(style)
    hanging = max(hanging, len(label))
    for number, wrapped in enumerate(text.wrap(console, console.width - indent - hanging, overflow="fold")):
        wrapped.rstrip()
        before = Text(" " * indent)
        if number:
            before.append(" " * hanging)
        elif label:
            before.append(label, "dim")
        console.print(before.append_text(wrapped), soft_wrap=True)


def write_command(console: Console, text: str) -> None:
    """Write one line that is to be copied: never wrapped, whatever the console's width, and hardly indented."""
    console.print(line(_COMMAND_INDENT, (text, "bold cyan")), soft_wrap=True)
