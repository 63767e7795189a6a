"""``vended-logs ensure``: the provider's own plan from a terminal, shown, agreed to, backed up, then carried out."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, Final

from vended_logs import lifecycle
from vended_logs.caller import Caller
from vended_logs.errors import PolicyFull, VendedLogsError
from vended_logs.gateway import Reading
from vended_logs.policy.grant import Scope
from vended_logs.policy.plan import Plan, apply
from vended_logs.policy.request import Request
from vended_logs.properties import parse
from vended_logs.result import Result
from vended_logs_tools.applying import listing
from vended_logs_tools.applying.agreement import LATE, agreement, keeper, keeping, true_of
from vended_logs_tools.applying.change import Change, changes
from vended_logs_tools.applying.desk import Desk, ending
from vended_logs_tools.applying.dropping import Dropping
from vended_logs_tools.applying.proposal import Proposals
from vended_logs_tools.applying.review import Changed, Guard
from vended_logs_tools.applying.telling import telling
from vended_logs_tools.errors import ToolError
from vended_logs_tools.exits import DONE
from vended_logs_tools.planning.pruning import Entry, entries_of, named_log_groups, stale_entries
from vended_logs_tools.planning.restoration import Policies

_AGAIN_SECONDS: Final = 30.0
"""How long to look at log groups again when a run has failed, or was interrupted."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for on the command line."""

    dry_run: bool = False
    patterns: tuple[str, ...] = ()
    """Log group patterns; none for the default."""
    policy_name: str | None = None
    when_full: str | None = None
    """widen, spill or fail, in any case."""
    prune_stale: bool = False
    yes: bool = False


@dataclass(frozen=True, slots=True)
class _Review:
    """What was read and what is to be done about it."""

    reading: Reading
    stale: frozenset[Entry]
    existing: frozenset[str]
    """Those of the log groups named by entries that exist."""
    steps: tuple[Plan, ...]
    """One write each, in order; the last finds nothing more to do."""

    @property
    def plans(self) -> tuple[Plan, ...]:
        """Return what is to be written."""
        return self.steps[:-1]

    @property
    def after(self) -> Policies:
        """Return the policies as they will be."""
        return reduce(apply, self.plans, self.reading.policies)


def run(options: Options, desk: Desk) -> int:
    """Make the grant stand; return the exit code: 0 done or nothing to do, 1 refused, 2 anything else."""
    return ending(desk, lambda: _Ensuring(options, desk).run())


def request_of(options: Options, scope: Scope) -> Request:
    """Return the request that the options make, validated as the resource's properties are.

    Raises:
        BadProperty: naming the property.
    """
    given: dict[str, Any] = {
        "LogGroupPatterns": list(options.patterns) or None,
        "PolicyName": options.policy_name,
        "WhenFull": None if options.when_full is None else options.when_full.capitalize(),
    }
    return parse({name: value for name, value in given.items() if value is not None}, scope)


class _Ensuring:
    """One run."""

    def __init__(self, options: Options, desk: Desk) -> None:
        self.options = options
        self.desk = desk
        self.request = request_of(options, desk.scope)
        self.proposals = Proposals(desk, self.request.policy_name)
        self.backups: list[Path] = []
        self.guard = Guard(desk.gateway, keeper(desk, self.backups), self._show_other, any_change=options.yes)
        self.dropping = Dropping(self.request, self.guard)

    def run(self) -> int:
        self.desk.say(self.desk.named)
        with telling(self._mention), keeping(self.desk, self.backups, self.guard):
            while True:
                review = self._review()
                self._show(review)
                if not self.guard.sent and (not review.plans or self.options.dry_run):
                    self.desk.say("Nothing was changed." if review.plans else "There is nothing to do.")
                    return DONE
                question = f"Apply in {self.desk.named}? [y/N] "
                code = agreement(self.desk, question, self.guard, yes=self.options.yes or not review.plans)
                if code != DONE:
                    return code
                refused = dict(self.guard.refused)
                try:
                    return self._apply(review)
                except Changed:
                    # Another plan, for CloudWatch Logs refused the size or others wrote after us: shown, asked again.
                    if self.guard.refused == refused and not self.guard.has_written:
                        raise

    def _review(self) -> _Review:
        with self.desk.waiting("reading the policies"):
            reading, _ = Caller(self.guard, self.desk.clock, None, LATE).read()
            existing: frozenset[str] = frozenset()
            stale: frozenset[Entry] = frozenset()
            if self.options.prune_stale:
                existing = self._existing(reading.policies)
                stale = stale_entries(reading.policies, self.request, existing)
        self.dropping.intend(stale)
        try:
            return _Review(reading, stale, existing, tuple(self._steps(reading.policies)))
        except PolicyFull:
            if not self.options.prune_stale:
                self._mention("entries whose log groups are gone may fill it: --prune-stale drops those")
            raise

    def _steps(self, policies: Policies) -> Iterator[Plan]:
        """Yield the writes to come, each planned on what the one before makes, and what finds nothing more to do."""
        while True:
            made = self.dropping.plan(policies, self.request)
            yield made
            if made.outcome == "AlreadyGranted":
                return
            policies = apply(policies, made)

    def _existing(self, policies: Policies) -> frozenset[str]:
        return self._look_at(named_log_groups(policies, self.request))

    def _look_at(self, names: Collection[str], seconds: float | None = None) -> frozenset[str]:
        return listing.existing(names, self.guard, listing.caller(self.guard, self.desk.clock, seconds))

    def _show(self, review: _Review) -> None:
        self._propose(review.reading.policies, review.plans, review.stale)
        if all(made.outcome == "Pruned" for made in review.plans):
            self.desk.say(f"The grant is in force, in {review.steps[-1].policy_name}.")

    def _propose(self, policies: Policies, plans: Sequence[Plan], stale: frozenset[Entry]) -> None:
        self.proposals.show(policies, plans, stale, refused=bool(self.guard.refused))

    def _show_other(self, reading: Reading, change: Change) -> None:
        """Show, with labels and words as at first, a write that is not what was shown."""
        self._mention("what is written now differs from what was shown:")
        made = self.dropping.last
        if made is not None and change in changes(reading.policies, (made,)):
            self._propose(reading.policies, (made,), self.dropping.stale & entries_of(change.before))
        else:
            self.proposals.show_change(reading.policies, change)

    def _apply(self, review: _Review) -> int:
        self.guard.agree(changes(review.reading.policies, review.plans))
        if review.plans:
            known = len(self.backups)
            self.guard.backed_up(review.reading)
            if not known:
                self.desk.say_whole(f"Backup: {self.backups[0]}")
        self.dropping.intend(self._still_stale(review))
        try:
            result = self._ensure()
        except BaseException:
            self._look_again_anyhow()
            raise
        if self.dropping.dropped:
            self._look_again()
            # That took its time, too: what is told of the grant rests on the last look.
            result = self._ensure()
        self._tell(result)
        return DONE

    def _ensure(self) -> Result:
        with self.desk.waiting("writing, and waiting until the policy has been quiet for five seconds"):
            return lifecycle.ensure(self.request, self.guard, self.desk.clock, planner=self.dropping.plan)

    def _tell(self, result: Result) -> None:
        made = result.plan
        self.desk.say(f"Done: {made.policy_name} carries the grant ({made.size:,} of {made.size_limit:,} characters).")
        if self.dropping.left:
            names = ", ".join(self.dropping.left)
            self._mention(f"entries stay, because others wrote meanwhile; run it again to look at them anew: {names}")
        if not result.settled:
            self._mention("others kept writing until the time was over: look again with vended-logs doctor")

    def _still_stale(self, review: _Review) -> frozenset[Entry]:
        """Return the entries that are to go: looked for once more, since whoever was asked may have taken an hour."""
        if self.options.yes or not review.stale:
            return review.stale
        return review.stale & stale_entries(
            review.reading.policies, self.request, self._existing(review.reading.policies)
        )

    def _look_again(self, seconds: float | None = None) -> None:
        """Put back the entries whose log groups have appeared meanwhile, for whoever made one may rely on its entry."""
        dropped = self.dropping.dropped
        if not dropped:
            return
        told = "not looked at once more after their entries were dropped (see whether they exist)"
        try:
            dropped = tuple(sorted(self._look_at(dropped, seconds)))
            if not dropped:
                return
            self._mention(f"created meanwhile: {', '.join(dropped)}")
            told = "created meanwhile, and their entries are not put back"
            with self.desk.waiting("putting entries back"):
                self.dropping.put_back(dropped, self.desk.clock)
        except BaseException:
            self._mention(f"{told}: {', '.join(dropped)}")
            raise

    def _look_again_anyhow(self) -> None:
        """Look at log groups again although something failed; what fails here, too, is told."""
        try:
            self._look_again(_AGAIN_SECONDS)
        except (VendedLogsError, ToolError) as error:
            self._mention(true_of(error))

    def _mention(self, line: str) -> None:
        # What is told must not stop what is tidied: a terminal that was closed takes nothing more.
        with suppress(OSError):
            self.desk.complain(line)
