"""How the help texts look."""

import argparse


class Formatter(argparse.HelpFormatter):
    """Wraps sentences, and keeps examples and tables as they are written."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26, width=80)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if "\n" in text else super()._fill_text(text, width, indent)
