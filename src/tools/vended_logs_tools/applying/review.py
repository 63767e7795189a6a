"""Nothing is written but what was shown and agreed to, and nothing is replaced that is in no backup."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from vended_logs.caller import LogsGateway
from vended_logs.errors import PolicyTooLarge, TryAgain
from vended_logs.gateway import LogGroupPage, Reading
from vended_logs.policy.document import PolicyDocument, ResourcePolicy
from vended_logs.policy.limits import find
from vended_logs.policy.plan import Plan, apply
from vended_logs_tools.applying.apply import meaning
from vended_logs_tools.errors import ToolError

Policies = tuple[ResourcePolicy, ...]


class Changed(ToolError):
    """What would be written is not what was shown."""


@dataclass(frozen=True, slots=True)
class Change:
    """One policy as it stands and as it is to be; None where there is none."""

    name: str
    before: PolicyDocument | None
    after: PolicyDocument | None


def changes(policies: Policies, plans: Sequence[Plan]) -> tuple[Change, ...]:
    """Return the single changes that plans make one after another, in their order."""
    found: list[Change] = []
    for made in plans:
        after = apply(policies, made)
        names = (*(put.name for put in made.puts), *made.deletes)
        found += [Change(name, _document(policies, name), _document(after, name)) for name in names]
        policies = after
    return tuple(found)


def _document(policies: Policies, name: str) -> PolicyDocument | None:
    held = find(policies, name)
    return held.document if held else None


@dataclass
class Guard:
    """A gateway that lets through what was agreed to, and backs up what a write replaces before it is sent.

    The first write must be what was shown, unless anything was agreed to beforehand. After it, what keeps everything
    that stands may differ: somebody else has written in between, and the plan for what is there now was proved.
    """

    gateway: LogsGateway
    keep: Callable[[Reading], None]
    """Writes a backup of all policies, or raises: then nothing is sent."""
    show: Callable[[Policies, Policies], None]
    """Shows a change that was not shown before."""
    any_change: bool
    """Whether changes that were not shown may be made."""
    lossless: bool = True
    """Whether what is planned keeps all that stands; if not, each change has to be one that was shown."""
    agreed: list[Change] = field(default_factory=list)
    safe: list[dict[str, PolicyDocument]] = field(default_factory=list)
    """What need not be backed up: what the last backup holds, and what our own writes made of that."""
    refused: dict[str, int] = field(default_factory=dict)
    """By policy, the most characters that it may have, where CloudWatch Logs refused more."""
    has_written: bool = False
    may_have_written: bool = False
    """Whether an answer was lost, so that a write may have been applied."""
    _reading: Reading | None = None

    def backed_up(self, reading: Reading) -> None:
        """Write a backup of what was read, unless the last one holds the same or all that differs is our own."""
        if meaning(reading) not in self.safe:
            self.keep(reading)
            self.safe = [meaning(reading)]

    def read(self) -> Reading:
        """Return all account-level policies."""
        self._reading = self.gateway.read()
        return self._reading

    def log_groups(self, prefix: str, token: str | None) -> LogGroupPage:
        """Return a page of names of log groups."""
        return self.gateway.log_groups(prefix, token)

    def put(self, policy: ResourcePolicy, may_send: Callable[[], bool]) -> None:
        """Write a policy that was agreed to."""
        self._permit(policy.name, policy.document)
        try:
            self._sent(policy.name, policy.document, lambda: self.gateway.put(policy, may_send))
        except PolicyTooLarge:
            self.refused[policy.name] = (
                min(policy.document.size, self.refused.get(policy.name, policy.document.size)) - 1
            )
            raise

    def delete(self, name: str, may_send: Callable[[], bool]) -> None:
        """Delete a policy, if that was agreed to."""
        self._permit(name, None)
        self._sent(name, None, lambda: self.gateway.delete(name, may_send))

    def _sent(self, name: str, after: PolicyDocument | None, call: Callable[[], None]) -> None:
        try:
            call()
        except TryAgain:
            self.may_have_written = True
            raise
        self.has_written = True
        others = {key: one for key, one in self._read.items() if key != name}
        self.safe.append(others if after is None else {**others, name: after})

    @property
    def _read(self) -> dict[str, PolicyDocument]:
        return meaning(self._reading) if self._reading else {}

    def _permit(self, name: str, after: PolicyDocument | None) -> None:
        """Let a change through, its backup written.

        However long the backup takes: the gateway asks once more, when the bytes are about to go out, whether the write
        is still in time, and the next attempt finds its backup written.

        Raises:
            Changed: it was not shown, and may not be made without that.
        """
        reading = self._reading or self.read()
        change = Change(name, meaning(reading).get(name), after)
        if change not in self.agreed:
            if not self.any_change and not (self.has_written and self.lossless):
                raise Changed(self._cause())
            before = reading.policies
            others = tuple(policy for policy in before if policy.name != name)
            self.show(before, others if after is None else (*others, ResourcePolicy.of(name, after)))
            self.agreed.append(change)
        self.backed_up(reading)

    def _cause(self) -> str:
        if self.has_written:
            said = "a part was written before, and the rest was not"
        elif self.may_have_written:
            said = "nothing more was written, and what was sent before may have been applied"
        else:
            said = "nothing was changed"
        return f"the policies or their log groups changed since the plan was shown: {said}; run it again"
