"""One policy of a backup, and the room that there is for it."""

from dataclasses import dataclass, replace

from vended_logs.errors import PolicyFull, shown
from vended_logs.policy.document import PolicyDocument, ResourcePolicy
from vended_logs.policy.limits import find, size_limit
from vended_logs.policy.plan import Plan, summarised


@dataclass(frozen=True, slots=True)
class Place:
    """One policy of the backup, and where it goes."""

    kept: ResourcePolicy
    policies: tuple[ResourcePolicy, ...]
    """All account-level policies of the region, as read."""
    limit: int | None
    """The most characters that it may have, where the service has refused more."""

    @property
    def held(self) -> ResourcePolicy | None:
        """Return the policy as it stands, None if there is none."""
        return find(self.policies, self.kept.name)

    @property
    def now(self) -> PolicyDocument:
        """Return the document as it stands; an empty one of the backup's language where there is none."""
        return self.held.document if self.held else replace(self.kept.document, statements=())

    @property
    def room(self) -> int:
        """Return the most characters that may be tried: the account has held what the backup has."""
        allowed = max(size_limit(self.policies, self.kept.name), self.kept.size)
        return allowed if self.limit is None else min(allowed, self.limit)

    def plan(self, *candidates: PolicyDocument) -> Plan:
        """Return the plan that writes the first that fits.

        Raises:
            PolicyFull: none does.
        """
        name = self.kept.name
        for document in candidates:
            if document.size <= self.room:
                made = Plan(outcome="Restored", policy_name=name, puts=(ResourcePolicy.of(name, document),))
                return summarised(self.policies, made)
        raise PolicyFull(self._full(candidates[-1]))

    def _full(self, smallest: PolicyDocument) -> str:
        name = shown(self.kept.name)
        if self.limit == self.room:
            return (
                f"CloudWatch Logs refused the policy {name} at {self.room + 1} characters for its size, and what the"
                f" backup would put back needs {smallest.size}: remove entries that nobody needs, then restore again."
            )
        return (
            f"The CloudWatch Logs resource policy {name} has no room for what the backup would put back"
            f" ({smallest.size} of {self.room} characters): remove entries that nobody needs, then restore again."
        )
