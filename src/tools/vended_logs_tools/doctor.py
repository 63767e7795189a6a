"""``vended-logs doctor``: looks at live accounts, names what keeps logs from arriving, and changes nothing."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
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
from vended_logs_tools.examining.machine import Examiner
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
    with ThreadPoolExecutor(min(_AT_ONCE, len(account.regions))) as pool:
        running = {
            pool.submit(examine, account.reader(region), target, account.options(region)): region
            for region in account.regions
        }
        found = {}
        for done in as_completed(running):
            found[running[done]] = done.result()
            told(found[running[done]])
    return tuple(found[region] for region in account.regions)


def examine(reader: Reader, target: Target | None = None, place: str = "") -> Examination:
    """Examine one region, or one thing in it; what may not be read is told in the examination."""
    try:
        return _region(reader, place) if target is None else _target(reader, target, place)
    except (ToolError, Unanswered) as error:
        return Examination(
            scope=reader.scope,
            place=place,
            target=str(target) if target else None,
            error=_sentence(error, target),
            calls=len(reader.calls),
        )


def exit_code(examinations: Iterable[Examination]) -> int:
    """Return 2 if something could not be examined, else 1 if there are faults or warnings, else 0.

    What may not be read is told and costs nothing, but for the policies: without them nobody can be called healthy.
    """
    codes = {_code(one) for one in examinations}
    return max(codes, default=CLEAN)


def _code(examination: Examination) -> int:
    if examination.error:
        return FAILED
    if any(one.weight is not Weight.NOTE for one in examination.findings):
        return FOUND
    return FAILED if any(one.call == POLICIES for one in examination.all_unread) else CLEAN


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
        examiner.log_group(_log_group_name(target.name, reader))
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
        return f"there is no {target}: give its name as AWS shows it, or its ARN, and its --region"
    if isinstance(error, Unanswered):
        return f"{error}: allow it to these credentials, or name another --profile"
    return str(error)


def named_regions(target: Target | None) -> Iterator[str]:
    """Yield the region that a target's ARN names."""
    parts = target.name.split(":") if target else []
    if len(parts) > 3 and parts[0] == "arn" and parts[3]:  # noqa: PLR2004 - arn:partition:service:region
        yield parts[3]
