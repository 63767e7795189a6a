"""One log group, and one state machine, by every cause in turn."""

from collections.abc import Iterator
from functools import cached_property

from vended_logs_tools.account import groups
from vended_logs_tools.account.calls import Reader
from vended_logs_tools.account.machines import Machine
from vended_logs_tools.account.survey import AccountPolicy, account_policies
from vended_logs_tools.diagnosis import delivery, destination
from vended_logs_tools.diagnosis.destination import Destination
from vended_logs_tools.diagnosis.finding import Evidence, Weight
from vended_logs_tools.examining.findings import Gathered
from vended_logs_tools.examining.keys import examine_key, examine_machine_key
from vended_logs_tools.examining.roles import examine_role


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

    def destinations(
        self, machine: Machine, subject: str, *, is_new: bool = False, made: frozenset[str] = frozenset()
    ) -> None:
        """Examine where a state machine logs to; see ``log_group``."""
        for found in self._destinations(machine):
            self.log_group(found.log_group, subject, is_new=is_new, made=made)
        self.gathered.add(destination.destinations(machine, subject, self.reader.scope))

    def key(self, machine: Machine, subject: str) -> None:
        """Examine the key that a state machine is encrypted with."""
        if machine.key_id:
            self.gathered.add(*examine_machine_key(self.reader, machine.key_id, self.reader.scope, subject))

    def log_group(
        self,
        name: str,
        subject: str,
        *,
        is_new: bool = False,
        made: frozenset[str] = frozenset(),
        has_machine: bool = True,
    ) -> None:
        """Examine a log group: who may write to it, whether it is there, and what encrypts it.

        Args:
            name: the log group's.
            subject: what findings are about.
            is_new: logging to it is yet to be switched on.
            made: names of what was made along with it and may be gone again, which is no fault.
            has_machine: something is known to log there.
        """
        scope = self.reader.scope
        known = self.gathered.trying(f"whether {name} exists", lambda: (groups.find(self.reader, name),))
        group = known[0] if known else None
        is_missing = known is not None and group is None
        if self.policies is not None:
            matters = f"whether {name} has a policy of its own"
            own = () if is_missing else self.gathered.trying(matters, lambda: groups.own_policies(self.reader, name))
            asked = delivery.Question(
                name, subject, scope, self.policies, own, is_new=is_new or is_missing, has_machine=has_machine
            )
            self.gathered.add(delivery.diagnose(asked))
        if is_missing and name not in made:
            shown = Evidence(groups.looking_for(name), "no log group has that name")
            self.gathered.add([destination.log_group_missing(name, subject, scope, shown)])
        if group and group.key_arn:
            self.gathered.add(*examine_key(self.reader, group.key_arn, name, scope, subject))

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
