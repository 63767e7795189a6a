"""What the verbs for live accounts do with their arguments; loads what reaches AWS, and only these verbs load it."""

import argparse
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from vended_logs.clock import SystemClock
from vended_logs.errors import BadProperty
from vended_logs.policy.grant import Scope
from vended_logs_tools import ensure as ensuring
from vended_logs_tools import restore as restoring
from vended_logs_tools.account.session import Account, open_account
from vended_logs_tools.applying import backup
from vended_logs_tools.applying.desk import Desk
from vended_logs_tools.diagnosis.examination import Examination
from vended_logs_tools.doctor import Target, examine_all, exit_code, named_regions
from vended_logs_tools.errors import ToolError
from vended_logs_tools.screen.account_view import show
from vended_logs_tools.screen.as_json import as_json
from vended_logs_tools.screen.console import console
from vended_logs_tools.screen.finding_view import show_summary
from vended_logs_tools.wording import said, said_of_restore

_TARGETS: Final[tuple[tuple[str, Literal["state machine", "log group", "stack"]], ...]] = (
    ("state_machine", "state machine"),
    ("log_group", "log group"),
    ("stack", "stack"),
)
_NAMED: Final = 3
"""Regions that are named while they are waited for; of more the number is told."""
_ANYWHERE: Final = Scope("aws", "us-east-1", "123456789012")
"""Where an account is not needed: what may be asked for is the same everywhere."""
_YES: Final = frozenset({"y", "yes"})


def doctor(options: argparse.Namespace) -> int:
    """Examine what was named, show it, and return the exit code."""
    target = next((Target(kind, name) for attribute, kind in _TARGETS if (name := getattr(options, attribute))), None)
    begun = time.monotonic()
    regions = options.region or list(named_regions(target))
    account = open_account(options.profile, regions, every_region=options.all_regions)
    with _progress(account, target) as told:
        examinations = examine_all(account, target, told)
    if options.json:
        json.dump({"regions": [as_json(one) for one in examinations]}, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        _show(examinations, time.monotonic() - begun)
    return exit_code(examinations)


def ensure(options: argparse.Namespace) -> int:
    """Make the grant stand; return the exit code."""
    asked = ensuring.Options(
        dry_run=options.dry_run,
        patterns=tuple(options.pattern or ()),
        policy_name=options.policy_name,
        when_full=options.when_full,
        prune_stale=options.prune_stale,
        yes=options.yes,
    )
    try:
        ensuring.request_of(asked, _ANYWHERE)
    except BadProperty as error:
        raise ToolError(said(error)) from error
    with _ended_by_signals():
        return ensuring.run(asked, _desk(options, options.region, said))


def restore(options: argparse.Namespace) -> int:
    """Put a backup back; return the exit code."""
    asked = restoring.Options(Path(options.file), exact=options.exact, dry_run=options.dry_run, yes=options.yes)
    # Once: what is piped in cannot be read again.
    kept = backup.read(asked.file)
    region = options.region or (kept.scope.region if kept.scope else None)
    with _ended_by_signals():
        return restoring.run(asked, _desk(options, region, said_of_restore), kept)


def _show(examinations: Sequence[Examination], seconds: float) -> None:
    screen = console(sys.stdout, os.environ)
    for index, examination in enumerate(examinations):
        if index:
            screen.print()
        show(screen, examination)
    show_summary(screen, examinations, seconds)


@contextmanager
def _progress(account: Account, target: Target | None) -> Iterator[Callable[[Examination], None]]:
    """Show on a terminal which regions are still being looked at; what is called each time that one is done."""
    screen = console(sys.stderr, os.environ)
    left = dict.fromkeys(account.regions)

    def waiting() -> str:
        named = ", ".join(left) if len(left) <= _NAMED else f"{len(left)} of {len(account.regions)} regions"
        return f"looking at {target or 'the policies'} in {named}"

    if not screen.is_terminal:
        yield lambda _: None
        return
    with screen.status(waiting()) as status:

        def told(examination: Examination) -> None:
            left.pop(examination.scope.region, None)
            status.update(waiting())

        yield told


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let a closed terminal and a polite kill end a run as Ctrl-C does, so that what was sent is told and tidied.

    A signal that is ignored, as under nohup, stays so.
    """
    names = (name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
    before = {getattr(signal, name): signal.getsignal(getattr(signal, name)) for name in names}
    ours = [number for number, handler in before.items() if handler is not signal.SIG_IGN and handler is not None]
    if threading.current_thread() is not threading.main_thread():
        ours = []  # only the main thread may set them
    for number in ours:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, before[number])


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _desk(options: argparse.Namespace, region: str | None, reword: Callable[[str], str]) -> Desk:
    account = open_account(options.profile, [region] if region else ())
    (here,) = account.regions
    return Desk(
        gateway=account.gateway(here),
        scope=account.scope(here),
        clock=SystemClock(),
        out=sys.stdout,
        err=sys.stderr,
        environment=os.environ,
        # Whoever answers has to see the plan and the question.
        ask=_ask if all(one and one.isatty() for one in (sys.stdin, sys.stdout, sys.stderr)) else None,
        here=Path(options.backup_dir),
        place=account.options(here),
        reword=reword,
    )


def _ask(question: str) -> bool:
    """Ask on the error stream, which is where a question is not part of what was asked for."""
    sys.stdout.flush()
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in _YES
