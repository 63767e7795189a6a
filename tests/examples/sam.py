"""The real SAM CLI in an example's folder, and the stacks that it deploys to the local cloud."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.e2e.local_cloud import ENGINE_VERSION, LocalCloud
from tests.e2e.sam.sam_cli import SamCli
from tests.examples.ledger import Ledger

_TELLS: Final = ("--config-env", "--template", "--stack-name", "--parameter-overrides")


class Sam:
    """`sam` as the example's README has it called, in its folder or in the project's, before the local cloud."""

    def __init__(self, scratch: Path, cloud: LocalCloud, ledger: Ledger, example: str = "", **settings: str) -> None:
        own = scratch / f"sam-{example.replace('/', '-')}"
        own.mkdir()
        self._cli = SamCli(own, cloud, f"examples/{example}" if example else ".", **settings)
        self._ledger = ledger
        self._part = "".join(f"{part}: " for part in example.split("/")[1:])
        self.folder = self._cli.folder
        ledger.uses("SAM CLI", _version(self._cli))
        ledger.uses("ministack", ENGINE_VERSION)

    def run(self, *arguments: str) -> str:
        """Run `sam` and return what it prints; raises AssertionError with that if it fails."""
        printed = self._cli.run(*arguments)
        self._ledger.did(self._part + _told(arguments))
        return printed

    def fail(self, *arguments: str, when: str = "") -> str:
        """Run `sam` and return what it prints; raises AssertionError with that if it succeeds.

        `when` tells the table what is special.
        """
        printed = self._cli.fail(*arguments)
        self._ledger.did(f"{self._part}{_told(arguments)}{when and f' {when}'} fails")
        return printed


def _told(arguments: tuple[str, ...]) -> str:
    """Return a command as the table shows it: the verb, and what makes a difference to the reader."""
    verb, *options = arguments
    return " ".join(["sam", verb, *(option for option in options if option.startswith(_TELLS))])


def _version(cli: SamCli) -> str:
    """Return the release that the SAM CLI tells of itself: `SAM CLI, version 1.170.0`."""
    return cli.run("--version").split()[-1]
