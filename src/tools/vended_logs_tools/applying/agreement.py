"""What ``ensure`` and ``restore`` have in common once the plan has been shown: the question and the backups."""

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vended_logs.errors import VendedLogsError
from vended_logs.gateway import Reading
from vended_logs_tools.applying import backup
from vended_logs_tools.applying.desk import Desk
from vended_logs_tools.applying.review import Guard, Sent
from vended_logs_tools.errors import ToolError
from vended_logs_tools.exits import DONE, FAILED, REFUSED

LATE = "The time ran out while the policies were read, because the answers came too slowly: try again."
"""For when reading takes as long as a write may."""
_UNTRUE = ", so nothing was changed"


class Unfinished(ToolError):
    """What stopped a run that had sent something before."""


def agreement(desk: Desk, question: str, guard: Guard, *, yes: bool) -> int:
    """Return DONE if the plan may be carried out; else say why not, and return the exit code for that."""
    if yes:
        return DONE
    if desk.ask is None:
        desk.complain("there is no terminal to ask on, so nothing was changed: agree beforehand with --yes")
        return FAILED
    if desk.ask(question):
        return DONE
    if guard.sent:
        desk.say("Nothing more was changed.")
        desk.complain(f"not all of it was done: {guard.told()}")
        return FAILED
    desk.say("Nothing was changed.")
    return REFUSED


def keeper(desk: Desk, written: list[Path]) -> Callable[[Reading], Path]:
    """Return what writes a backup of a reading and notes where it is."""

    def keep(reading: Reading) -> Path:
        written.append(backup.write(desk.here, desk.scope, reading.policies, desk.now()))
        return written[-1]

    return keep


@contextmanager
def keeping(desk: Desk, written: list[Path], guard: Guard) -> Iterator[None]:
    """Say at the end, however it ends, what went out, how to put it back, and which backups came in between.

    Raises:
        Unfinished: an error stopped it after something went out, so that the plan was not merely refused.
    """
    try:
        yield
    except (VendedLogsError, ToolError) as error:
        if not guard.sent:
            raise
        desk.complain(f"before it stopped, {guard.told()}")
        raise Unfinished(true_of(error)) from error
    except KeyboardInterrupt:
        with suppress(OSError):  # a terminal that was closed takes nothing more
            desk.complain(f"interrupted: {guard.told()}")
        raise
    finally:
        if len(written) > 1:
            # Others wrote in between: each of these holds what one write replaced.
            desk.say_whole(*(f"Backup: {path}" for path in written[1:]))
        if written and guard.sent:
            desk.say_whole(*_ways_back(desk, guard))


def true_of(error: Exception) -> str:
    """Return what an error says, without that nothing was changed, after something was."""
    return str(error).replace(_UNTRUE, "")


def _ways_back(desk: Desk, guard: Guard) -> Iterator[str]:
    """Yield the commands that put back what was changed: what was replaced, and what was not there before.

    What a policy was before our first write to it is in the backup of that write. Where these are several, each holds
    other policies as they are no more, so that none of them is offered to be put back exactly.
    """
    first: dict[str, Sent] = {}
    for one in guard.sent:
        if one.change.before is not None:
            first.setdefault(one.change.name, one)
    files = dict.fromkeys(shlex.quote(_operand(one.backup)) for one in first.values())
    for file in files:
        yield f"To put back what is missing from it:  {desk.command('restore', file)}"
        if len(files) == 1:
            yield f"To put it back exactly as it was:     {desk.command('restore', file, '--exact')}"
    for name in dict.fromkeys(one.change.name for one in guard.sent if one.change.before is None):
        away = f"aws logs delete-resource-policy --policy-name {shlex.quote(name)} {desk.place}"
        yield f"To take away what was made:           {away.rstrip()}"


def _operand(path: Path) -> str:
    """Return a path that no command takes for an option."""
    return f"./{path}" if str(path).startswith("-") else str(path)
