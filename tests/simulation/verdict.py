"""What was lost in a run, and whether anyone could have known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.simulation.evidence import Entry, allowed, entries, log_group
from tests.simulation.schedule import Run, Writer
from tests.simulation.services import Appended
from vended_logs.policy.grant import LOG_DELIVERY


@dataclass(frozen=True)
class Loss:
    """A grant that was there and is not."""

    kind: str
    """One of those below."""
    entry: Entry
    after: float
    """Seconds after it was there, or after success was told."""


ABSENT = "absent after success"
LOST = "foreign grant lost"
UNSEEN = "appended between a read of ours and the write that rested on it"
"""No failure: nobody could have seen the entry."""
UNSEEN_BY_AWS = "appended between a read of AWS's and its write"
"""No failure of ours."""


def losses(run: Run) -> list[Loss]:
    """Return all that was lost at any moment."""
    return [*_ours(run), *_foreign(run), *_appended(run)]


def failures(run: Run) -> list[Loss]:
    """Return what should not have been lost: all but what was appended where no writer could see it."""
    return [loss for loss in losses(run) if loss.kind in (ABSENT, LOST)]


def _ours(run: Run) -> Iterator[Loss]:
    """Yield the grants that are absent at any moment after their success."""
    for writer in run.writers:
        if writer.result is not None and writer.result.settled:
            for entry in wanted(writer):
                at = next(_absences(run, entry, writer.told_at, writer.removing_at), None)
                if at is not None:
                    yield Loss(ABSENT, entry, at - writer.told_at)


def _foreign(run: Run) -> Iterator[Loss]:
    """Yield the grants that stood before anyone came, and are absent at any moment."""
    first = run.store.history[0]
    for held in first.policies.values():
        for entry in entries(held.text):
            at = next(_absences(run, entry, first.at), None)
            if at is not None:
                yield Loss(LOST, entry, at - first.at)


def _appended(run: Run) -> Iterator[Loss]:
    """Yield what a service of AWS's appended and somebody overwrote."""
    for service in run.services:
        for appended in service.appended:
            loss = _overwritten(run, appended)
            if loss is not None:
                yield loss


def _overwritten(run: Run, appended: Appended) -> Loss | None:
    for change in run.store.since(appended.at):
        if change.at >= appended.at and not allowed(change.policies, appended.entry):
            unseen = UNSEEN_BY_AWS if change.by_aws else UNSEEN
            kind = unseen if change.seen < appended.at else LOST
            return Loss(kind, appended.entry, change.at - appended.at)
    return None


def _absences(run: Run, entry: Entry, since: float, until: float = float("inf")) -> Iterator[float]:
    for change in run.store.since(since):
        if change.at < until and not allowed(change.policies, entry):
            yield max(change.at, since)


def stands_at_the_end(run: Run, writer: Writer) -> bool:
    """Return whether a revocable grant of that writer's is there when all is over."""
    sid = writer.request.owner.sid
    return any(entry.owner.startswith(sid) for held in run.store.policies.values() for entry in entries(held.text))


def wanted(writer: Writer) -> list[Entry]:
    """Return what a writer asked for."""
    request = writer.request
    owner = request.owner.sid if request.revocable else ""
    return [Entry(LOG_DELIVERY, log_group(pattern), unconditional=False, owner=owner) for pattern in request.patterns]
