"""One log group, and one state machine, by every cause in turn."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from vended_logs_tools.account import groups
from vended_logs_tools.account.calls import Reader
from vended_logs_tools.account.machines import Machine
from vended_logs_tools.account.survey import AccountPolicy, account_policies
from vended_logs_tools.diagnosis import delivery, destination
from vended_logs_tools.diagnosis.destination import Destination
from vended_logs_tools.diagnosis.finding import Diagnosis, Evidence, Weight
from vended_logs_tools.diagnosis.question import Question, is_granted
from vended_logs_tools.examining.findings import Gathered
from vended_logs_tools.examining.keys import examine_key, examine_machine_key
from vended_logs_tools.examining.roles import examine_role


@dataclass(frozen=True, slots=True)
class Logging:
    """How things stand with logging to a log group."""

    is_new: bool = False
    """It is yet to be switched on."""
    has_machine: bool = True
    """Something is known to log there."""
    was_too_large: bool = False
    """AWS has refused it because of a policy's size."""
    made: frozenset[str] = frozenset()
    """Names of what was made along with it and may be gone again, which is no fault."""


AS_IT_IS: Final = Logging()


class Examiner:
    """Examines targets in one region; the account's policies are read once for all of them."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.gathered = Gathered()

    @cached_property
    def policies(self) -> tuple[AccountPolicy, ...] | None:
        """The account's policies; None if they may not be read, which is told."""
        unread = self.gathered.unread
        return account_policies(self.reader, unread)

    def machine(self, machine: Machine, subject: str = "", *, off: Weight = Weight.FAULT) -> None:
        """Examine a state machine as it is.

        Args:
            machine: as it was read.
            subject: how findings call it, by default by its name.
            off: how bad it is if its logging is off.
        """
        subject = subject or f"state machine {machine.name}"
        if self._is_off(machine, subject, off):
            return
        before = self.gathered.faults
        self.destinations(machine, subject)
        if machine.role_arn:
            self.gathered.add(*examine_role(self.reader, machine.role_arn, subject, machine.arn))
        self.key(machine, subject)
        if machine.is_express and self.gathered.faults == before:
            self.gathered.add([destination.express_unknown(machine, subject)])

    def destinations(self, machine: Machine, subject: str, logging: Logging = AS_IT_IS) -> None:
        """Examine where a state machine logs to."""
        for found in self._destinations(machine):
            self.log_group(found.log_group, subject, logging)
        self.gathered.add(destination.destinations(machine, subject, self.reader.scope))

    def key(self, machine: Machine, subject: str) -> None:
        """Examine the key that a state machine is encrypted with."""
        if machine.key_id:
            self.gathered.add(*examine_machine_key(self.reader, machine.key_id, self.reader.scope, subject))

    def log_group(self, name: str, subject: str, logging: Logging = AS_IT_IS) -> None:
        """Examine a log group: who may write to it, whether it is there, and what encrypts it.

        Args:
            name: the log group's.
            subject: what findings are about.
            logging: how things stand with logging to it.
        """
        scope = self.reader.scope
        known = self.gathered.trying(f"whether {name} exists", lambda: (groups.find(self.reader, name),))
        group = known[0] if known else None
        is_missing = known is not None and group is None
        if self.policies is not None:
            self.gathered.add(self._delivery(name, subject, logging, is_missing=is_missing))
        if is_missing and name not in logging.made:
            shown = Evidence(groups.looking_for(name), "no log group has that name")
            self.gathered.add([destination.log_group_missing(name, subject, scope, shown)])
        if group and group.key_arn:
            self.gathered.add(*examine_key(self.reader, group.key_arn, name, scope, subject))

    def _delivery(self, name: str, subject: str, logging: Logging, *, is_missing: bool) -> list[Diagnosis]:
        """Return what the policies say; the log group's own are read only if the account's do not grant it."""
        asked = Question(
            name,
            subject,
            self.reader.scope,
            self.policies or (),
            is_new=logging.is_new or is_missing,
            has_machine=logging.has_machine,
            was_too_large=logging.was_too_large,
        )
        found = list(delivery.diagnose(asked))
        if is_missing or is_granted(asked):
            return found
        matters = f"whether {name} has a policy of its own"
        own = self.gathered.trying(matters, lambda: groups.own_policies(self.reader, name))
        return list(delivery.diagnose(replace(asked, own=own)))

    def _is_off(self, machine: Machine, subject: str, weight: Weight) -> bool:
        off = list(destination.logging_off(machine, subject, weight))
        self.gathered.add(off)
        return bool(off)

    def _destinations(self, machine: Machine) -> Iterator[Destination]:
        """Yield the log groups of this account and region."""
        for arn in machine.destinations:
            found = Destination.parse(arn)
            if found and found.is_in(self.reader.scope):
                yield found
