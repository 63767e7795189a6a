"""What a write does to one policy."""

from collections.abc import Sequence
from dataclasses import dataclass

from vended_logs.policy.document import PolicyDocument, ResourcePolicy, Statement
from vended_logs.policy.limits import find
from vended_logs.policy.plan import Plan, apply
from vended_logs_tools.planning.restoration import Policies, gains, losses

Statements = tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One policy as it stands and as it is to be; None where there is none."""

    name: str
    before: PolicyDocument | None
    after: PolicyDocument | None

    @property
    def gains(self) -> Statements:
        """Return what is said afterwards and not before."""
        return gains(self.before or PolicyDocument(), self.after or PolicyDocument())

    @property
    def losses(self) -> Statements:
        """Return what is said before and not afterwards."""
        return losses(self.before or PolicyDocument(), self.after or PolicyDocument())


def changes(policies: Policies, plans: Sequence[Plan]) -> tuple[Change, ...]:
    """Return the single changes that plans make one after another, in their order."""
    found: list[Change] = []
    for made in plans:
        after = apply(policies, made)
        names = (*(put.name for put in made.puts), *made.deletes)
        found += [Change(name, _document(policies, name), _document(after, name)) for name in names]
        policies = after
    return tuple(found)


def changed(policies: Policies, change: Change) -> Policies:
    """Return the policies as they stand once the change is made."""
    others = tuple(policy for policy in policies if policy.name != change.name)
    return others if change.after is None else (*others, ResourcePolicy.of(change.name, change.after))


def _document(policies: Policies, name: str) -> PolicyDocument | None:
    held = find(policies, name)
    return held.document if held else None
