"""``vended-logs doctor``: looks at live accounts, names what keeps logs from arriving, and changes nothing."""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from vended_logs.policy.request import Request
from vended_logs_tools.account.calls import Absent, Reader, Unanswered
from vended_logs_tools.account.machines import describe
from vended_logs_tools.account.session import Account
from vended_logs_tools.account.survey import POLICIES, survey
from vended_logs_tools.diagnosis import health
from vended_logs_tools.diagnosis.destination import Destination
from vended_logs_tools.diagnosis.examination import Examination
from vended_logs_tools.diagnosis.finding import Weight
from vended_logs_tools.errors import ToolError
from vended_logs_tools.examining.machine import Examiner, Logging
from vended_logs_tools.examining.stack import examine_stack
from vended_logs_tools.exits import CLEAN, FAILED, FOUND

_AT_ONCE: Final = 8
"""Regions that are looked at at the same time."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked about."""

    kind: Literal["state machine", "log group", "stack"]
    name: str
    """Its name or its ARN."""

    def __str__(self) -> str:
        """Return what it is and its name: ``state machine orders``."""
        return f"{self.kind} {self.name}"


def examine_all(
    account: Account, target: Target | None, told: Callable[[Examination], None]
) -> tuple[Examination, ...]:
    """Examine the regions of an account at once; return them in the order in which they were named.

    Args:
        account: whose regions.
        target: what to look at in each, None for the regions as such.
        told: is called with each examination when it is there, in this thread.
    """
    waiting, done = queue.SimpleQueue[str](), queue.SimpleQueue[Examination]()
    for region in account.regions:
        waiting.put(region)
    for _ in range(min(_AT_ONCE, len(account.regions))):
        # Not a pool's: those are waited for at the end of the program, however long a dead region takes.
        threading.Thread(target=_work, args=(account, target, waiting, done), daemon=True).start()
    found = {}
    for _ in account.regions:
        one = done.get()
        found[one.scope.region] = one
        told(one)
    return tuple(found[region] for region in account.regions)


def _work(
    account: Account,
    target: Target | None,
    waiting: "queue.SimpleQueue[str]",
    done: "queue.SimpleQueue[Examination]",
) -> None:
    """Examine regions until none waits."""
    while True:
        try:
            region = waiting.get_nowait()
        except queue.Empty:
            return
        place = account.options(region)
        try:
            done.put(examine(account.reader(region), target, place))
        # Whatever it is: what was found in the other regions is not lost for it.
        except Exception as error:  # noqa: BLE001  it becomes the region's error
            sentence = f"the doctor failed with an unexpected {type(error).__name__} ({error}): report it"
            done.put(Examination(scope=account.scope(region), place=place, target=_named(target), error=sentence))


def examine(reader: Reader, target: Target | None = None, place: str = "") -> Examination:
    """Examine one region, or one thing in it; what may not be read is told in the examination."""
    try:
        return _region(reader, place) if target is None else _target(reader, target, place)
    except (ToolError, Unanswered) as error:
        sentence = _sentence(error, target)
    return Examination(scope=reader.scope, place=place, target=_named(target), error=sentence, calls=len(reader.calls))


def exit_code(examinations: Iterable[Examination]) -> int:
    """Return 2 if something could not be examined, else 1 if there are faults or warnings, else 0.

    Nobody is called healthy of whom something that matters may not be read: of a target anything that was asked for, of
    a region the policies.
    """
    codes = {_code(one) for one in examinations}
    return max(codes, default=CLEAN)


def _code(examination: Examination) -> int:
    if examination.error:
        return FAILED
    if any(one.weight is not Weight.NOTE for one in examination.findings):
        return FOUND
    unread = [one for one in examination.all_unread if one.is_essential]
    is_blind = bool(unread) if examination.target else any(one.call == POLICIES for one in unread)
    return FAILED if is_blind else CLEAN


def _region(reader: Reader, place: str) -> Examination:
    found = survey(reader)
    request = Request(scope=reader.scope)
    return Examination(
        scope=reader.scope,
        place=place,
        survey=found,
        grant=health.grant_state(found, request),
        findings=health.findings(found, request),
        calls=len(reader.calls),
    )


def _target(reader: Reader, target: Target, place: str) -> Examination:
    examiner = Examiner(reader)
    if target.kind == "stack":
        examine_stack(examiner, target.name)
    elif target.kind == "log group":
        name = _log_group_name(target.name, reader)
        examiner.log_group(name, f"log group {name}", Logging(has_machine=False))
    else:
        examiner.machine(describe(reader, target.name))
    return Examination(
        scope=reader.scope,
        place=place,
        target=str(target),
        findings=tuple(examiner.gathered.findings),
        unread=tuple(examiner.gathered.unread),
        calls=len(reader.calls),
    )


def _log_group_name(text: str, reader: Reader) -> str:
    """Return a log group's name, of which that or the ARN is given.

    Raises:
        ToolError: the ARN is of something else, or of elsewhere.
    """
    if not text.startswith("arn:"):
        return text
    found = Destination.parse(text)
    if found is None or not found.is_in(reader.scope):
        raise ToolError(
            f"{text} is no log group of account {reader.scope.account} in {reader.scope.region}: name its --region, or"
            " a --profile of its account"
        )
    return found.log_group


def _sentence(error: ToolError | Unanswered, target: Target | None) -> str:
    if isinstance(error, Absent) and target:
        return f"there is no {target}: {error.cure}"
    return f"{error}: {error.cure}" if isinstance(error, Unanswered) else str(error)


def _named(target: Target | None) -> str | None:
    return str(target) if target else None


def named_regions(target: Target | None) -> Iterator[str]:
    """Yield the region that a target's ARN names."""
    parts = target.name.split(":") if target else []
    if len(parts) > 3 and parts[0] == "arn" and parts[3]:  # noqa: PLR2004 - arn:partition:service:region
        yield parts[3]
