"""``vended-logs ensure``: the provider's own plan from a terminal, shown, agreed to, backed up, then carried out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from vended_logs import lifecycle
from vended_logs.caller import Caller
from vended_logs.errors import PolicyFull, shown
from vended_logs.gateway import Reading
from vended_logs.policy.compaction import resources, with_resources
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.limits import find
from vended_logs.policy.plan import Plan, apply, plan
from vended_logs.policy.request import Request
from vended_logs.properties import parse
from vended_logs.result import Result
from vended_logs_tools.applying import listing
from vended_logs_tools.applying.apply import carry_out
from vended_logs_tools.applying.desk import DONE, Desk, ending
from vended_logs_tools.applying.review import Changed, Guard, changes
from vended_logs_tools.applying.session import agreement, keeper, keeping
from vended_logs_tools.applying.telling import telling
from vended_logs_tools.planning.pruning import log_group_of, named_log_groups, plan_pruning
from vended_logs_tools.planning.restoration import plan_restore
from vended_logs_tools.screen.plan_view import PlanView, differences

Policies = tuple[ResourcePolicy, ...]

_NO_GROUP: Final = "no such log group"
_OUTCOMES: Final = {
    "Created": "Makes the policy, with the grant in it.",
    "Added": "Adds the grant.",
    "Compacted": "Adds the grant, and drops what is covered: everything that is allowed stays allowed.",
    "Widened": "Puts the grant in place of entries without a condition: there, log delivery is then allowed to every"
    " log group of the pattern, without the account's condition. Everything that is allowed stays allowed.",
    "Spilled": "The policy is full, so the grant gets a policy of its own.",
    "AlreadyGranted": "The grant is in force.",
}
_PRUNED: Final = "Drops entries naming log groups that do not exist: to those, nothing can be delivered anyway."


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
    pruning: Plan | None
    grant: Plan
    existing: frozenset[str] = frozenset()
    """Those of the log groups named by entries that exist."""

    @property
    def plans(self) -> tuple[Plan, ...]:
        """Return what is to be written, in order."""
        return tuple(made for made in (self.pruning, self.grant) if made and (made.puts or made.deletes))

    @property
    def after(self) -> Policies:
        """Return the policies as they will be."""
        policies = self.reading.policies
        for made in self.plans:
            policies = apply(policies, made)
        return policies


def run(options: Options, desk: Desk) -> int:
    """Make the grant stand; return the exit code: 0 done or nothing to do, 1 refused, 2 anything else."""
    return ending(desk, lambda: _Ensuring(options, desk).run())


def request_of(options: Options, desk: Desk) -> Request:
    """Return the request that the options make, validated as the resource's properties are.

    Raises:
        BadProperty: naming the property.
    """
    given: dict[str, Any] = {
        "LogGroupPatterns": list(options.patterns) or None,
        "PolicyName": options.policy_name,
        "WhenFull": None if options.when_full is None else options.when_full.capitalize(),
    }
    return parse({name: value for name, value in given.items() if value is not None}, desk.scope)


class _Ensuring:
    """One run."""

    def __init__(self, options: Options, desk: Desk) -> None:
        self.options = options
        self.desk = desk
        self.request = request_of(options, desk)
        self.view = PlanView(desk.screen, desk.scope)
        self.backups: list[Path] = []
        self.guard = Guard(desk.gateway, keeper(desk, self.backups), self._show_other, any_change=options.yes)

    def run(self) -> int:
        with telling(self._mention):
            while True:
                review = self._review()
                self._show(review)
                if not review.plans or self.options.dry_run:
                    self.desk.say("Nothing was changed." if review.plans else "There is nothing to do.")
                    return DONE
                code = agreement(self.desk, "Apply? [y/N] ", yes=self.options.yes)
                if code != DONE:
                    return code
                refused = dict(self.guard.refused)
                try:
                    return self._apply(review)
                except Changed:
                    # Smaller than what was shown, because CloudWatch Logs refused its size: shown, and asked again.
                    if self.guard.refused == refused:
                        raise

    def _caller(self) -> Caller:
        return Caller(self.guard, self.desk.clock, None)

    def _review(self) -> _Review:
        caller = self._caller()
        with self.desk.waiting("reading the policies"):
            reading, _ = caller.read()
            existing: frozenset[str] = frozenset()
            pruning = None
            if self.options.prune_stale:
                existing = self._existing(reading.policies, caller)
                pruning = plan_pruning(reading.policies, self.request, existing)
        policies = apply(reading.policies, pruning) if pruning else reading.policies
        try:
            grant = plan(policies, self.request, min(self.guard.refused.values(), default=None))
        except PolicyFull:
            if not self.options.prune_stale:
                self._mention("entries whose log groups are gone may fill it: --prune-stale drops those")
            raise
        return _Review(reading, pruning, grant, existing)

    def _existing(self, policies: Policies, caller: Caller) -> frozenset[str]:
        return listing.existing(named_log_groups(policies, self.request), self.guard, caller)

    def _show(self, review: _Review) -> None:
        if review.plans:
            notes = dict.fromkeys(review.pruning.dropped, _NO_GROUP) if review.pruning else {}
            self.view.show(differences(review.reading.policies, review.after), notes, review.grant.widened)
        if review.pruning:
            self.desk.say(_PRUNED)
        said = _OUTCOMES[review.grant.outcome]
        if review.grant.outcome == "AlreadyGranted":
            said = f"The grant is in force, in {review.grant.policy_name}."
        self.desk.say(said)

    def _show_other(self, before: Policies, after: Policies) -> None:
        self._mention("what is written now differs from what was shown:")
        self.view.show(differences(before, after))

    def _apply(self, review: _Review) -> int:
        self.guard.agreed += changes(review.reading.policies, review.plans)
        with keeping(self.desk, self.backups, self.guard):
            self.guard.backed_up(review.reading)
            self.desk.say_whole(f"Backup: {self.backups[-1]}")
            dropped = self._stale(review) if review.pruning else frozenset()
            self._prune(dropped, settles=not review.grant.puts)
            result = self._ensure()
            if self._put_back(review.reading.policies, dropped):
                # That took its time, too: what is told of the grant rests on the last look.
                result = self._ensure()
            self._tell(result)
        return DONE

    def _ensure(self) -> Result:
        with self.desk.waiting("writing, and waiting until the policy has been quiet for five seconds"):
            return lifecycle.ensure(self.request, self.guard, self.desk.clock)

    def _tell(self, result: Result) -> None:
        made = result.plan
        self.desk.say(f"Done: {made.policy_name} carries the grant ({made.size:,} of {made.size_limit:,} characters).")
        if not result.settled:
            self._mention("others kept writing until the time was over: look again with vended-logs doctor")

    def _stale(self, review: _Review) -> frozenset[str]:
        """Return the log groups whose entries are to go: once more, for whoever was asked may have taken an hour."""
        existing = review.existing
        if not self.options.yes:
            existing = self._existing(review.reading.policies, self._caller())
        return named_log_groups(review.reading.policies, self.request) - existing

    def _prune(self, dropped: frozenset[str], *, settles: bool) -> None:
        """Drop the entries that name these log groups, until a read shows that they are gone.

        What came in since they were shown was neither shown nor looked for, and what comes back afterwards was put
        there by somebody who may have made the log group: both stay.
        """
        are_gone = False

        def planner(policies: Policies, limits: dict[str, int]) -> Plan | None:
            nonlocal are_gone
            kept = named_log_groups(policies, self.request) - dropped
            made = None if are_gone else plan_pruning(policies, self.request, kept)
            are_gone = made is None
            if made and made.puts and made.policy_name in limits:
                raise PolicyFull(
                    f"CloudWatch Logs refuses the policy {shown(made.policy_name)} even without its stale entries"
                    f" ({made.size} characters): remove more of it by hand, then run it again."
                )
            return made

        if dropped:
            with self.desk.waiting("dropping stale entries"):
                carry_out(planner, self.guard, self.desk.clock, settles=settles)

    def _put_back(self, before: Policies, dropped: frozenset[str]) -> bool:
        """Put back the entries whose log groups have appeared meanwhile, for whoever made one may rely on its entry.

        Returns whether there were any.
        """
        appeared = listing.existing(dropped, self.guard, self._caller()) if dropped else frozenset()
        held = find(before, self.request.policy_name)
        if not appeared or held is None:
            return False
        self._mention(f"created meanwhile: {', '.join(sorted(appeared))}")
        backup = (_only(held, lambda entry: log_group_of(entry, self.desk.scope) in appeared),)

        def planner(policies: Policies, limits: dict[str, int]) -> Plan | None:
            return next(iter(plan_restore(policies, backup, limits=limits).plans), None)

        with self.desk.waiting("putting entries back"):
            carry_out(planner, self.guard, self.desk.clock)
        return True

    def _mention(self, line: str) -> None:
        self.desk.complain(line)


def _only(policy: ResourcePolicy, is_wanted: Callable[[str], bool]) -> ResourcePolicy:
    """Return the policy with only those resources of its Allow statements."""
    left = [
        with_resources(statement, listed)
        for statement in policy.document.statements
        if (listed := [entry for entry in resources(statement) if is_wanted(entry)])
    ]
    return ResourcePolicy.of(
        policy.name, type(policy.document)(tuple(left), policy.document.version, policy.document.id)
    )
