"""What ``ensure`` and ``restore`` have in common once the plan has been shown: the question and the backups."""

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from vended_logs.gateway import Reading
from vended_logs_tools.applying import backup
from vended_logs_tools.applying.desk import DONE, FAILED, REFUSED, Desk
from vended_logs_tools.applying.review import Guard


def agreement(desk: Desk, question: str, *, yes: bool) -> int:
    """Return DONE if the plan may be carried out; else say why not, and return the exit code for that."""
    if yes:
        return DONE
    if desk.ask is None:
        desk.complain("there is no terminal to ask on, so nothing was changed: agree beforehand with --yes")
        return FAILED
    if desk.ask(question):
        return DONE
    desk.say("Nothing was changed.")
    return REFUSED


def keeper(desk: Desk, written: list[Path]) -> Callable[[Reading], None]:
    """Return what writes a backup of a reading and notes where it is."""

    def keep(reading: Reading) -> None:
        written.append(backup.write(desk.here, desk.scope, reading.policies, desk.now()))

    return keep


@contextmanager
def keeping(desk: Desk, written: list[Path], guard: Guard) -> Iterator[None]:
    """Say at the end, however it ends, how to put back what was changed, and which backups came in between."""
    try:
        yield
    finally:
        if len(written) > 1:
            # Others wrote in between: each of these holds what one write replaced.
            desk.say_whole(*(f"Backup: {path}" for path in written[1:]))
        if written and (guard.has_written or guard.may_have_written):
            file = shlex.quote(str(written[0]))
            desk.say_whole(
                f"To put back what is missing from it:  {desk.command('restore', file)}",
                f"To put it back exactly as it was:     {desk.command('restore', file, '--exact')}",
            )
