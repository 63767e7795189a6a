"""One log group, and one state machine, by every cause in turn."""

from functools import cached_property

from vended_logs.policy.document import ResourcePolicy
from vended_logs_tools.account import groups
from vended_logs_tools.account.calls import Reader
from vended_logs_tools.account.machines import Machine
from vended_logs_tools.account.survey import AccountPolicy, account_policies
from vended_logs_tools.diagnosis import delivery, destination
from vended_logs_tools.diagnosis.destination import Destination
from vended_logs_tools.diagnosis.finding import Evidence
from vended_logs_tools.examining.findings import Gathered
from vended_logs_tools.examining.keys import examine_key, examine_machine_key
from vended_logs_tools.examining.roles import examine_role


class Examiner:
    """Examines targets in one region; the account's policies are read once for all of them."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.gathered = Gathered()

    @cached_property
    def _policies(self) -> tuple[AccountPolicy, ...] | None:
        return account_policies(self.reader, self.gathered.unread)

    def machine(self, machine: Machine, *, is_new: bool = False, made: frozenset[str] = frozenset()) -> None:
        """Examine a state machine.

        Args:
            machine: as it is, or was to be.
            is_new: its logging is yet to be switched on.
            made: physical ids of what was made along with it and may be gone again, which is no fault.
        """
        subject = f"state machine {machine.name}"
        off = list(destination.logging_off(machine))
        if off:
            self.gathered.add(off)
            return
        before = self.gathered.faults
        for arn in machine.destinations:
            found = Destination.parse(arn)
            if found and found.is_in(self.reader.scope):
                self.log_group(found.log_group, subject, is_new=is_new, made=made)
        if machine.role_arn:
            findings, unread = examine_role(self.reader, machine.role_arn, subject, machine.arn)
            was_made = machine.role_arn.rpartition("/")[2] in made
            self.gathered.add((one for one in findings if not (was_made and one.cause == "role-missing")), unread)
        self.gathered.add(destination.destinations(machine, self.reader.scope))
        if machine.key_id:
            self.gathered.add(*examine_machine_key(self.reader, machine.key_id, self.reader.scope, subject))
        if machine.is_express and self.gathered.faults == before:
            self.gathered.add([destination.express_unknown(machine)])

    def log_group(
        self, name: str, subject: str = "", *, is_new: bool = False, made: frozenset[str] = frozenset()
    ) -> None:
        """Examine a log group: whether it is there, who may write to it, and what encrypts it."""
        subject = subject or f"log group {name}"
        scope = self.reader.scope
        known = self.gathered.trying(f"whether {name} exists", lambda: (groups.find(self.reader, name),))
        group = known[0] if known else None
        is_missing = known is not None and group is None
        if self._policies is not None:
            own = self._own_policies(group) if group else ()
            asked = delivery.Question(name, subject, scope, self._policies, own, is_new=is_new or is_missing)
            self.gathered.add(delivery.diagnose(asked))
        if is_missing and name not in made:
            shown = Evidence(groups.looking_for(name), "no log group has that name")
            self.gathered.add([destination.log_group_missing(name, subject, scope, shown)])
        if group and group.key_arn:
            self.gathered.add(*examine_key(self.reader, group.key_arn, name, scope, subject))

    def _own_policies(self, group: groups.LogGroup) -> tuple[ResourcePolicy, ...]:
        matters = f"whether {group.name} has a policy of its own"
        return self.gathered.trying(matters, lambda: groups.own_policies(self.reader, group)) or ()
