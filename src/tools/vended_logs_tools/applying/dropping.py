"""Stale entries on their way out: dropped with the grant in one write, once, and looked after."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from vended_logs.clock import Clock
from vended_logs.policy.compaction import context, is_compactable, resources, with_resources
from vended_logs.policy.document import PolicyDocument, ResourcePolicy, Statement
from vended_logs.policy.limits import find
from vended_logs.policy.plan import Plan
from vended_logs.policy.request import Request
from vended_logs_tools.applying.apply import carry_out
from vended_logs_tools.applying.review import Guard, Sent
from vended_logs_tools.planning.pruning import Entry, entries_of, log_group_of, plan_pruned
from vended_logs_tools.planning.restoration import Policies, plan_restore


@dataclass
class Dropping:
    """Plans the grant together with the dropping of what was shown, and knows what was dropped.

    What comes back after a write was put there by somebody who may have made the log group: it stays. So does what
    stands where a write that was not answered may have dropped it, and the policy has changed since.
    """

    request: Request
    guard: Guard
    stale: frozenset[Entry] = frozenset()
    """What is to be dropped still."""
    last: Plan | None = None
    """What was planned last."""
    _meant: frozenset[Entry] = frozenset()
    _ever: set[Entry] = field(default_factory=set)
    _returned: set[str] = field(default_factory=set)
    _begun: int = 0
    """How much had been sent when these entries were agreed to."""

    def intend(self, stale: Collection[Entry]) -> None:
        """Take note of the entries that are to go, in place of those before."""
        self.stale = self._meant = frozenset(stale)
        self._ever |= self.stale
        self._begun = len(self.guard.sent)

    def plan(
        self,
        policies: Policies,
        request: Request,
        limit: int | None = None,
        put_back: tuple[Statement, ...] = (),
    ) -> Plan:
        """Return the next write, as the lifecycle asks for it."""
        self._forget(find(policies, request.policy_name))
        known = [size for size in (limit, *self.guard.refused.values()) if size is not None]
        self.last = plan_pruned(policies, request, min(known, default=None), put_back, stale=self.stale)
        return self.last

    def _forget(self, held: ResourcePolicy | None) -> None:
        """Drop nothing any more once a write that drops it may show: only one that cannot show yet may be repeated."""
        since = self.guard.sent[self._begun :]
        sent = next((one for one in reversed(since) if self._taken(one) & self.stale), None)
        if sent is not None and (held is None or held.last_updated is None or held != sent.rested_on):
            self.stale = frozenset()

    @property
    def left(self) -> tuple[str, ...]:
        """Return the log groups whose entries were to go and stand in what was read last, not put back by us."""
        held = find(self.guard.reading.policies, self.request.policy_name) if self.guard.reading else None
        standing = entries_of(held.document if held else None)
        return tuple(name for name in self._names(standing & self._meant) if name not in self._returned)

    @property
    def dropped(self) -> tuple[str, ...]:
        """Return the log groups whose entries our writes dropped, as far as can be told."""
        return self._names(entry for one in self.guard.sent for entry in self._taken(one))

    def put_back(self, names: Collection[str], clock: Clock) -> None:
        """Put back what was dropped of these log groups, from what each of our writes replaced.

        Raises:
            VendedLogsError, ToolError: it could not be done.
        """
        taken = [(one.change.before, self._of(names, self._taken(one))) for one in self.guard.sent]
        replaced = [(document, entries) for document, entries in taken if document is not None and entries]
        statements = tuple(one for document, entries in replaced for one in _cut(document, entries))
        self.guard.may_put_back(self.request.policy_name, statements)
        backup = (ResourcePolicy.of(self.request.policy_name, replace(replaced[0][0], statements=statements)),)

        def planner(policies: Policies, limits: dict[str, int]) -> Plan | None:
            return next(iter(plan_restore(policies, backup, limits=limits).plans), None)

        carry_out(planner, self.guard, clock, self.guard.refused)
        self._returned |= {*names}

    def _taken(self, sent: Sent) -> frozenset[Entry]:
        """Return which of the entries that were to go a write dropped."""
        if sent.change.name != self.request.policy_name:
            return frozenset()
        return (entries_of(sent.change.before) - entries_of(sent.change.after)) & self._ever

    def _of(self, names: Collection[str], entries: Iterable[Entry]) -> frozenset[Entry]:
        return frozenset(entry for entry in entries if log_group_of(entry[1], self.request.scope) in names)

    def _names(self, entries: Iterable[Entry]) -> tuple[str, ...]:
        found = {log_group_of(resource, self.request.scope) for _, resource in entries}
        return tuple(sorted(name for name in found if name))


def _cut(document: PolicyDocument, wanted: Collection[Entry]) -> Iterator[Statement]:
    """Yield a document's statements with only those entries."""
    for statement in document.statements:
        said = context(statement)
        listed = [one for one in resources(statement) if is_compactable(statement) and (said, one) in wanted]
        if listed:
            yield with_resources(statement, listed)
