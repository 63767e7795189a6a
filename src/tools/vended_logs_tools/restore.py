"""``vended-logs restore FILE``: a backup put back, by merging it in or exactly, itself planned and shown."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Final

from vended_logs.caller import Caller
from vended_logs.gateway import Reading
from vended_logs.policy.compaction import context, resources
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.plan import Plan, apply
from vended_logs.policy.proof import within
from vended_logs.policy.request import Request
from vended_logs.policy.standing import stands
from vended_logs_tools.applying import backup
from vended_logs_tools.applying.agreement import LATE, agreement, keeper, keeping
from vended_logs_tools.applying.apply import carry_out
from vended_logs_tools.applying.backup import Backup
from vended_logs_tools.applying.change import Change, changes
from vended_logs_tools.applying.desk import Desk, ending
from vended_logs_tools.applying.review import Changed, Guard, Unlisted
from vended_logs_tools.applying.telling import telling
from vended_logs_tools.errors import ToolError
from vended_logs_tools.exits import DONE
from vended_logs_tools.planning.restoration import LeftOut, Policies, Restoration, plan_restore
from vended_logs_tools.screen.plan_view import PlanView, differences

_REASONS: Final = {
    "deny": "a Deny, which would take from others",
    "revocable": "a grant that its resource has taken back or will write again",
    "variables": "its ${...} would mean something else under the policy's Version of today",
}
_ENTRY_HOME: Final = re.compile(r"arn:[^:*?]+:logs:([^:*?]+):([0-9]{12}):log-group:")


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for on the command line."""

    file: Path
    exact: bool = False
    dry_run: bool = False
    yes: bool = False


def run(options: Options, desk: Desk, kept: Backup | None = None) -> int:
    """Put a backup back; return the exit code: 0 done or nothing to do, 1 refused, 2 anything else.

    The backup is read from the file unless it was read before.
    """
    return ending(desk, lambda: _Restoring(options, desk, kept or backup.read(options.file)).run())


class _Restoring:
    """One run."""

    def __init__(self, options: Options, desk: Desk, kept: Backup) -> None:
        self.options = options
        self.desk = desk
        self.backup = kept
        self.view = PlanView(desk.screen, desk.scope)
        self.backups: list[Path] = []
        self.guard = Guard(
            desk.gateway,
            keeper(desk, self.backups),
            self._show_other,
            any_change=options.yes,
            only_listed=options.exact,
        )

    def run(self) -> int:
        self._check_place()
        self.desk.say(self.desk.named)
        with telling(self.desk.complain), keeping(self.desk, self.backups, self.guard):
            while True:
                with self.desk.waiting("reading the policies"):
                    reading, _ = Caller(self.guard, self.desk.clock, None, LATE).read()
                found = self._plan(reading.policies, self.guard.refused)
                self._show(reading.policies, found)
                if not found.plans or self.options.dry_run:
                    return self._nothing(found)
                takes = bool(found.lost or _denials(reading.policies, found))
                where = self.desk.named
                question = f"REPLACE in {where}, and LOSE what is listed above?" if takes else f"Apply in {where}?"
                code = agreement(self.desk, f"{question} [y/N] ", self.guard, yes=self.options.yes)
                if code != DONE:
                    return code
                refused = dict(self.guard.refused)
                try:
                    return self._apply(reading, found)
                except Unlisted:
                    raise
                except Changed:
                    # Another plan, for CloudWatch Logs refused the size or others wrote after us: shown, asked again.
                    if self.guard.refused == refused and not self.guard.has_written:
                        raise

    def _nothing(self, found: Restoration) -> int:
        if self.guard.sent:
            self.desk.say("Done: what the backup has is there.")
        else:
            self.desk.say("Nothing was changed." if found.plans else "There is nothing to put back.")
        return DONE

    def _plan(self, policies: Policies, limits: dict[str, int]) -> Restoration:
        return plan_restore(policies, self.backup.policies, exact=self.options.exact, limits=limits)

    def _check_place(self) -> None:
        """Refuse a backup of somewhere else.

        Raises:
            ToolError: it says so itself, or its entries do.
        """
        here, scope = self.desk.scope, self.backup.scope
        name = str(self.options.file)
        if scope is not None and scope != here:
            raise ToolError(
                f"{name} is a backup of account {scope.account} in {scope.region} ({scope.partition}), and this is"
                f" {here.account} in {here.region} ({here.partition}): choose its profile and region"
            )
        homes = _homes(self.backup.policies)
        if scope is None and homes and (here.region, here.account) not in homes:
            region, account = min(homes)
            raise ToolError(
                f"{name} names log groups of account {account} in {region}, and this is {here.account} in"
                f" {here.region}: choose its profile and region"
            )
        if scope is None:
            self.desk.say(f"The file does not say where it is from; this is account {here.account} in {here.region}.")
        for policy in self.backup.skipped:
            self.desk.say(f"{policy}: the policy of one log group, and no account-level policy: left out")

    def _show(self, policies: Policies, found: Restoration) -> None:
        after = reduce(apply, found.plans, policies)
        lost = {
            (name, context(one), entry): "lost"
            for name, statements in found.lost
            for one in statements
            for entry in resources(one)
        }
        self.view.show(differences(policies, after), lost)
        for name in found.untouched:
            self.desk.say(f"{name}: not in the backup, left as it is")
        for left in found.left_out:
            self.desk.say(_left_out(left))
        if found.left_out:
            self.desk.say("--exact puts these back too, in place of what stands now.")
        self._warn(policies, found)

    def _warn(self, policies: Policies, found: Restoration) -> None:
        """Name what an exact restoration takes from others."""
        for name, sid in _denials(policies, found):
            self.desk.say(
                f"WARNING: {name} DENIES again what its statement {sid} says: whoever it is about loses that."
            )
        for name, statements in found.lost:
            denies = sum(one.effect == "Deny" for one in statements)
            entries = sum(len(resources(one)) for one in statements if one.effect != "Deny")
            self.desk.say(
                f"WARNING: {name} LOSES {_count(entries, 'entry', 'entries')} and {_count(denies, 'Deny', 'Denies')}"
                " that stand now and are not in the backup:",
                *(
                    f"  {one.effect} {one.sid or '(no Sid)'}: {entry}"
                    for one in statements
                    for entry in resources(one) or ("(everything)",)
                ),
            )

        usual = Request(scope=self.desk.scope)
        if stands(policies, usual) and not stands(reduce(apply, found.plans, policies), usual):
            self.desk.say(
                "WARNING: the vended-logs grant will not be in force any more, so that AWS adds an entry for each log"
                " group again, until none fits."
            )

    def _show_other(self, reading: Reading, _: Change) -> None:
        """Show all that is still to be put back, with labels and warnings as at first."""
        self.desk.complain("what is written now differs from what was shown:")
        self._show(reading.policies, self._plan(reading.policies, self.guard.refused))

    def _apply(self, reading: Reading, found: Restoration) -> int:
        self.guard.agree(changes(reading.policies, found.plans))

        def planner(policies: Policies, limits: dict[str, int]) -> Plan | None:
            return next(iter(self._plan(policies, limits).plans), None)

        known = len(self.backups)
        self.guard.backed_up(reading)
        if not known:
            self.desk.say_whole(f"Backup of what stands now: {self.backups[0]}")
        with self.desk.waiting("writing, and looking once more after some seconds"):
            carry_out(planner, self.guard, self.desk.clock, self.guard.refused)
        self.desk.say(f"Done: {', '.join(made.policy_name for made in found.plans)} put back.")
        return DONE


def _homes(policies: Iterable[ResourcePolicy]) -> set[tuple[str, str]]:
    """Return the regions and accounts of the log groups that policies name."""
    entries = (one for policy in policies for statement in policy.document.statements for one in resources(statement))
    return {(found[1], found[2]) for entry in entries if (found := _ENTRY_HOME.match(entry))}


def _denials(policies: Policies, found: Restoration) -> list[tuple[str, str]]:
    """Return the Deny statements that come in, by policy and Sid."""
    standing = {policy.name: policy.document.statements for policy in policies}
    return [
        (put.name, statement.sid or "(no Sid)")
        for made in found.plans
        for put in made.puts
        for statement in put.document.statements
        if statement.effect == "Deny" and not within(statement, standing.get(put.name, ()))
    ]


def _left_out(left: LeftOut) -> str:
    sid = left.statement.sid or "(no Sid)"
    return f"{left.policy_name}: statement {sid} is gone and is not put back ({_REASONS[left.reason]})"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
