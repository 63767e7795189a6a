"""A question of one log group: may log delivery write to it, and what stands in the way or may help."""

from dataclasses import dataclass, replace

from vended_logs.policy import condition
from vended_logs.policy.compaction import context, resources, with_resources
from vended_logs.policy.coverage import gives, missing
from vended_logs.policy.document import ResourcePolicy, Statement
from vended_logs.policy.grant import ACTIONS, LOG_DELIVERY, Grant, Scope
from vended_logs.policy.limits import SIZE_LIMIT
from vended_logs.policy.statement import Element
from vended_logs.policy.wildcard import arn_covers, arn_overlaps, overlaps
from vended_logs_tools.account.survey import AccountPolicy
from vended_logs_tools.diagnosis.room import ENTRY


@dataclass(frozen=True, slots=True)
class Question:
    """Whether log delivery may write to a log group."""

    log_group: str
    subject: str
    """Whom a finding is about."""
    scope: Scope
    policies: tuple[AccountPolicy, ...]
    """All of the account."""
    own: tuple[ResourcePolicy, ...] | None = ()
    """Those of the log group's own, None if they are not known."""
    is_new: bool = False
    """Whether logging is yet to be switched on, so that AWS will add the log group where there is room."""
    has_machine: bool = True
    """Whether something is known to log there."""
    was_too_large: bool = False
    """Whether AWS has refused to add the log group because of the policy's size: its word is the last."""

    @property
    def grant(self) -> Grant:
        """Return what has to be allowed: the entry that AWS itself would add."""
        entry = f"{self.scope.log_groups}{self.log_group}:log-stream:*"
        return Grant(LOG_DELIVERY, ACTIONS, (entry,), self.scope.source_conditions(LOG_DELIVERY), "AWSLogDeliveryWrite")

    @property
    def broken(self) -> AccountPolicy | None:
        """Return a policy that cannot be read in full, if there is one."""
        return next((one for one in self.policies if one.document is None), None)

    @property
    def readable(self) -> tuple[ResourcePolicy, ...]:
        """Return the account's policies that could be read in full."""
        return tuple(
            ResourcePolicy(one.name, one.document, one.size) for one in self.policies if one.document is not None
        )


def is_granted(asked: Question) -> bool:
    """Return whether the policies that are known allow it; a Deny is not looked at."""
    return not missing((*asked.readable, *(asked.own or ())), asked.grant)


def is_full(asked: Question, shared: ResourcePolicy) -> bool:
    """Return whether AWS can add the log group no more; how AWS counts is not documented, so with an entry to spare."""
    room = SIZE_LIMIT - shared.size
    return asked.was_too_large or room < ENTRY or size_with(shared, asked.grant) > SIZE_LIMIT


def size_with(policy: ResourcePolicy, grant: Grant) -> int:
    """Return the policy's size once AWS has added the log group: to a statement of its own kind, or as one more."""
    before = policy.document
    wanted = context(grant.statement())
    for position, statement in enumerate(before.statements):
        if context(statement) == wanted:
            grown = with_resources(statement, (*resources(statement), *grant.resources))
            after = (*before.statements[:position], grown, *before.statements[position + 1 :])
            break
    else:
        after = (*before.statements, grant.statement())
    # What is read and what is written differ in spelling, so only the difference is reckoned.
    return policy.size + replace(before, statements=after).size - before.size


def is_unclear(asked: Question, policies: tuple[ResourcePolicy, ...]) -> bool:
    """Return whether some statement may allow it: it names log delivery, an action and the log group."""
    return any(_may_allow(statement, asked.grant) for policy in policies for statement in policy.document.statements)


def _may_allow(statement: Statement, grant: Grant) -> bool:
    if statement.effect != "Allow" or not (statement.principal and statement.action and statement.resource):
        return False
    if statement.principal.negated or statement.action.negated or statement.resource.negated:
        return True
    names = [value.partition(":")[2] or value for value in statement.principal.values]
    return (
        any(name == "*" or overlaps(name, grant.principal) for name in names)
        and any(
            overlaps(pattern.lower(), action.lower()) for pattern in statement.action.values for action in grant.actions
        )
        and any(arn_overlaps(pattern, grant.resources[0]) for pattern in statement.resource.values)
        and not condition.excludes(grant.condition, statement.condition)
    )


def home_of(asked: Question) -> ResourcePolicy | None:
    """Return the smallest policy that is for log delivery already: nobody else's is to be written into."""
    own = Element((f"Service:{LOG_DELIVERY}",))
    found = [one for one in asked.readable if any(part.principal == own for part in one.document.statements)]
    return min(found, key=lambda policy: (policy.size, policy.name), default=None)


def others_of(asked: Question) -> tuple[str, ...]:
    """Return the other services that may write to the log group."""
    [entry] = asked.grant.resources
    found = {
        value.removeprefix("Service:")
        for policy in (*asked.readable, *(asked.own or ()))
        for statement in policy.document.statements
        if gives(statement) and any(arn_covers(pattern, entry) for pattern in resources(statement))
        for value in (statement.principal.values if statement.principal else ())
    }
    return tuple(sorted(found))
