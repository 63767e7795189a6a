"""Nothing is written but what was shown and agreed to, and nothing is replaced that is in no backup."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vended_logs.caller import LogsGateway
from vended_logs.errors import NotApplied, PolicyTooLarge, TryAgain, VendedLogsError
from vended_logs.gateway import LogGroupPage, Reading
from vended_logs.lifecycle import meaning
from vended_logs.policy import proof
from vended_logs.policy.document import PolicyDocument, ResourcePolicy, Statement
from vended_logs.policy.limits import find
from vended_logs_tools.applying.change import Change
from vended_logs_tools.errors import ToolError
from vended_logs_tools.planning.restoration import denials, remakes

Statements = tuple[Statement, ...]


class Changed(ToolError):
    """What would be written is not what was shown."""


class Unlisted(Changed):
    """Something would be taken from others that was not among what was listed at first."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A change that went out."""

    change: Change
    rested_on: ResourcePolicy | None
    """The policy as the read showed it that the write rested on, time of change included."""
    answered: bool
    """Whether it was answered as done; if not, it may have been applied."""
    backup: Path
    """Where what it replaced is kept, if no write of ours to that policy came before it."""


@dataclass
class Guard:
    """A gateway that lets through what was agreed to, and backs up what a write replaces before it is sent.

    Each write has to be one that was shown. After the first one, another may also make agreed grants anew in a policy
    that is there, losing nothing and adding nothing else. All others are shown first, and made only if any change was
    agreed to beforehand.
    """

    gateway: LogsGateway
    keep: Callable[[Reading], Path]
    """Writes a backup of all policies, or raises: then nothing is sent."""
    show: Callable[[Reading, Change], None]
    """Shows a change that was not shown before."""
    any_change: bool
    """Whether changes that were not shown may be made."""
    only_listed: bool = False
    """Whether nothing may be taken, even so, but what was among the losses agreed to."""
    agreed: list[Change] = field(default_factory=list)
    safe: list[dict[str, PolicyDocument]] = field(default_factory=list)
    """What need not be backed up: what the last backup holds, and what our own writes made of that."""
    refused: dict[str, int] = field(default_factory=dict)
    """By policy, the most characters that it may have, where CloudWatch Logs refused more."""
    sent: list[Sent] = field(default_factory=list)
    """What went out, in order."""
    reading: Reading | None = None
    """The last one."""
    _refused_before: dict[str, int] = field(default_factory=dict)
    _begun: int = 0
    """How much had been sent when the last plan was agreed to."""
    _kept: Path = Path()
    """The last backup."""
    _ours: dict[str, Statements] = field(default_factory=dict)
    """By policy, what we dropped and may put back."""

    @property
    def has_written(self) -> bool:
        """Return whether a write was answered as done."""
        return any(one.answered for one in self.sent)

    def agree(self, agreed: Sequence[Change]) -> None:
        """Take note of what was shown and agreed to."""
        self.agreed += agreed
        self._refused_before = dict(self.refused)
        self._begun = len(self.sent)

    def may_put_back(self, name: str, statements: Statements) -> None:
        """Take note of what we dropped from a policy ourselves and are to put back."""
        self._ours[name] = (*self._ours.get(name, ()), *statements)

    def backed_up(self, reading: Reading) -> None:
        """Write a backup of what was read, unless the last one holds the same or all that differs is our own."""
        if meaning(reading) not in self.safe:
            self._kept = self.keep(reading)
            self.safe = [meaning(reading)]

    def read(self) -> Reading:
        """Return all account-level policies."""
        self.reading = self.gateway.read()
        return self.reading

    def log_groups(self, prefix: str, token: str | None) -> LogGroupPage:
        """Return a page of names of log groups."""
        return self.gateway.log_groups(prefix, token)

    def put(self, policy: ResourcePolicy, may_send: Callable[[], bool]) -> None:
        """Write a policy that was agreed to."""
        self._permit(policy.name, policy.document)
        try:
            self._send(policy.name, policy.document, lambda: self.gateway.put(policy, may_send))
        except PolicyTooLarge:
            most = self.refused.get(policy.name, policy.document.size)
            self.refused[policy.name] = min(policy.document.size, most) - 1
            raise

    def delete(self, name: str, may_send: Callable[[], bool]) -> None:
        """Delete a policy, if that was agreed to."""
        self._permit(name, None)
        self._send(name, None, lambda: self.gateway.delete(name, may_send))

    def told(self) -> str:
        """Return what went out, in words."""
        done = dict.fromkeys(one.change.name for one in self.sent if one.answered)
        perhaps = dict.fromkeys(
            one.change.name for one in self.sent if not one.answered and one.change.name not in done
        )
        parts = [f"{', '.join(done)} was written"] if done else []
        parts += [f"what was sent for {', '.join(perhaps)} may have been applied"] if perhaps else []
        return " and ".join(parts) or "nothing was changed"

    def _send(self, name: str, after: PolicyDocument | None, call: Callable[[], None]) -> None:
        reading = self._last
        held = find(reading.policies, name)
        change = Change(name, held.document if held else None, after)
        try:
            call()
        except BaseException as error:
            if not _is_refusal(error):
                self.sent.append(Sent(change, held, answered=False, backup=self._kept))
            raise
        self.sent.append(Sent(change, held, answered=True, backup=self._kept))
        others = {key: one for key, one in meaning(reading).items() if key != name}
        self.safe.append(others if after is None else {**others, name: after})

    @property
    def _last(self) -> Reading:
        return self.reading or self.read()

    def _permit(self, name: str, after: PolicyDocument | None) -> None:
        """Let a change through, its backup written.

        However long the backup takes: the gateway asks once more, when the bytes are about to go out, whether the write
        is still in time, and the next attempt finds its backup written.

        Raises:
            Changed: it was not shown, and may not be made without that.
        """
        reading = self._last
        held = find(reading.policies, name)
        change = Change(name, held.document if held else None, after)
        if not self._is_agreed(change, held) and not self._is_made_anew(change) and not self._is_put_back(change):
            if self.only_listed and self._takes_unlisted(change):
                raise Unlisted(self._cause())
            if not self.any_change:
                raise Changed(self._cause())
            self.show(reading, change)
            self.agreed.append(change)
        self.backed_up(reading)

    def _is_agreed(self, change: Change, held: ResourcePolicy | None) -> bool:
        """Return whether it was shown, and not made already, unless all looks as if it did not show yet."""
        if change not in self.agreed:
            return False
        done = [one.rested_on for one in self.sent[self._begun :] if one.answered and one.change == change]
        return not done or (held is not None and held.last_updated is not None and held in done)

    def _is_made_anew(self, change: Change) -> bool:
        """Return whether it makes agreed grants anew after a write of ours."""
        if not self.has_written or self.refused != self._refused_before:
            return False
        agreed = tuple(one for known in self.agreed if known.name == change.name for one in known.gains)
        return _remakes(change, agreed)

    def _is_put_back(self, change: Change) -> bool:
        """Return whether it puts back what we dropped; with the policy, if it was we who deleted that."""
        ours = self._ours.get(change.name, ())
        last = next((one for one in reversed(self.sent) if one.change.name == change.name), None)
        if change.before is None and last is not None and last.change.after is None:
            return bool(ours) and all(proof.within(one, ours) for one in change.gains)
        return bool(ours) and _remakes(change, ours)

    def _takes_unlisted(self, change: Change) -> bool:
        """Return whether others would lose something that was not listed: an Allow that goes, a Deny that comes."""
        known = [one for one in self.agreed if one.name == change.name]
        listed = tuple(one for each in known for one in each.losses)
        denied = tuple(one for each in known for one in each.gains if one.effect == "Deny")
        comes = denials(change.after or PolicyDocument(), change.before or PolicyDocument())
        return not (
            all(proof.within(one, listed) for one in change.losses) and all(proof.within(one, denied) for one in comes)
        )

    def _cause(self) -> str:
        if self.has_written:
            said = f"{self.told()}, and the rest was not"
        elif self.sent:
            said = f"nothing more was written, and {self.told()}"
        else:
            said = "nothing was changed"
        return f"the policies or their log groups changed since the plan was shown: {said}; run it again"


def _remakes(change: Change, agreed: Statements) -> bool:
    return change.before is not None and change.after is not None and remakes(change.before, change.after, agreed)


def _is_refusal(error: BaseException) -> bool:
    """Return whether nothing can have been applied: it was refused, throttled, or not sent at all."""
    return isinstance(error, NotApplied) or (isinstance(error, VendedLogsError) and not isinstance(error, TryAgain))
