"""Whether log delivery may write to one log group, and if not, which of the policies' faults keeps it from doing so.

Here everything counts that AWS counts: revocable grants, and policies of the log group's own. Where a statement may or
may not help, because of a condition that cannot be judged, that is said and no fault is found.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from vended_logs.policy import condition
from vended_logs.policy.compaction import context, resources, with_resources
from vended_logs.policy.coverage import denials, gives, missing
from vended_logs.policy.document import ResourcePolicy, Statement
from vended_logs.policy.grant import ACTIONS, LOG_DELIVERY, Grant, Scope
from vended_logs.policy.limits import MAX_POLICIES, SIZE_LIMIT, find
from vended_logs.policy.request import DEFAULT_PATTERN, DEFAULT_POLICY_NAME
from vended_logs.policy.statement import Element
from vended_logs.policy.wildcard import arn_covers, arn_overlaps, matches, overlaps
from vended_logs_tools.account.survey import POLICIES, AccountPolicy
from vended_logs_tools.diagnosis.commands import PRUNE, READ_POLICIES, ensure
from vended_logs_tools.diagnosis.denial import sure_denials
from vended_logs_tools.diagnosis.finding import Diagnosis, Evidence, Weight
from vended_logs_tools.diagnosis.room import ENTRY

_PREFIX: Final = DEFAULT_PATTERN.removesuffix("*")
_INJECT: Final = "vended-logs inject template.yaml"
_IN_TEMPLATES: Final = "; and let the templates do so before their state machines"


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
        prefix = f"arn:{self.scope.partition}:logs:{self.scope.region}:{self.scope.account}:log-group:"
        entry = f"{prefix}{self.log_group}:log-stream:*"
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


def diagnose(asked: Question) -> Iterator[Diagnosis]:
    """Yield the one thing that keeps log delivery from writing to a log group; nothing if it may.

    A fault is told only where it is sure: with policies that are not known it is a warning.
    """
    everything = (*asked.readable, *(asked.own or ()))
    denial = next(sure_denials(everything, asked.grant), None)
    if denial is not None:
        yield _denied(asked, denial.policy_name, denial.sid)
    elif not missing(everything, asked.grant):
        unsure = next(denials(everything, asked.grant), None)
        if unsure is not None:
            yield _unclear(asked, f"the policy {unsure.policy_name} has a Deny that may take from it")
        if asked.broken:
            yield _unreadable(asked, asked.broken, is_granted=True)
    elif _is_unclear(asked, everything):
        yield _unclear(asked, "a statement names the log group, and is not of the form that AWS writes")
    elif asked.broken:
        yield _unreadable(asked, asked.broken, is_granted=False)
    else:
        for found in _not_granted(asked):
            yield found if asked.own is not None else _doubted(found)


def _doubted(found: Diagnosis) -> Diagnosis:
    """Return a finding as it is while the log group's own policies, which AWS writes too, are not known."""
    message = f"No policy of the account{found.message.removeprefix('No policy')}"
    weight = max(found.weight, Weight.WARNING, key=list(Weight).index)
    return replace(found, weight=weight, message=f"{message}; the log group's own are not known")


def _not_granted(asked: Question) -> Iterator[Diagnosis]:
    shared = find(asked.readable, DEFAULT_POLICY_NAME)
    if shared is None and len(asked.policies) >= MAX_POLICIES:
        yield _ten_of_ten(asked)
    elif shared is not None and _is_full(asked, shared):
        yield _full(asked, shared)
    elif not asked.is_new:
        yield _missing(asked)


def _is_full(asked: Question, shared: ResourcePolicy) -> bool:
    """Return whether AWS can add the log group no more; how AWS counts is not documented, so with an entry to spare."""
    room = SIZE_LIMIT - shared.size
    return asked.was_too_large or room < ENTRY or _size_with(shared, asked.grant) > SIZE_LIMIT


def _size_with(policy: ResourcePolicy, grant: Grant) -> int:
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


def _is_unclear(asked: Question, policies: tuple[ResourcePolicy, ...]) -> bool:
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


def _evidence(shows: str) -> tuple[Evidence, ...]:
    return (Evidence(POLICIES, shows),)


def _denied(asked: Question, policy: str, sid: str | None) -> Diagnosis:
    named = f"its statement {sid!r}" if sid else "a statement without Sid"
    return Diagnosis(
        "policy-denied",
        Weight.FAULT,
        asked.subject,
        f"The policy {policy} denies log delivery to {asked.log_group}",
        "Narrow or remove that Deny: it is stronger than every grant, and no tool of ours edits it",
        (READ_POLICIES,),
        _evidence(f"{named} has Effect Deny"),
    )


def _full(asked: Question, shared: ResourcePolicy) -> Diagnosis:
    needed = _size_with(shared, asked.grant) - shared.size
    is_usual = matches(DEFAULT_PATTERN, asked.log_group)
    broad = "Put one broad entry in place of the many" + _IN_TEMPLATES
    narrow = f"Make room by dropping entries whose log groups are gone, or log to a log group below {_PREFIX}"
    return Diagnosis(
        "policy-full",
        Weight.FAULT,
        asked.subject,
        f"No policy lets log delivery write to {asked.log_group}, and {DEFAULT_POLICY_NAME}, to which AWS would add it,"
        " is full",
        broad if is_usual else narrow,
        (_ensure(asked), _INJECT) if is_usual else (PRUNE,),
        _evidence(f"it has {shared.size:,} of {SIZE_LIMIT:,} characters, and the entry takes {needed}"),
    )


def _ten_of_ten(asked: Question) -> Diagnosis:
    home = _home(asked)
    return Diagnosis(
        "ten-of-ten",
        Weight.FAULT,
        asked.subject,
        f"No policy lets log delivery write to {asked.log_group}, and AWS cannot make {DEFAULT_POLICY_NAME}, because"
        " all slots are used",
        "Delete or merge one of them, or let one that has entries of log delivery carry the grant",
        (_ensure(asked, policy=home.name),) if home else (READ_POLICIES,),
        _evidence(f"{len(asked.policies)} of {MAX_POLICIES} policies exist, none of that name"),
    )


def _home(asked: Question) -> ResourcePolicy | None:
    """Return the smallest policy that is for log delivery already: nobody else's is to be written into."""
    own = Element((f"Service:{LOG_DELIVERY}",))
    found = [one for one in asked.readable if any(part.principal == own for part in one.document.statements)]
    return min(found, key=lambda policy: (policy.size, policy.name), default=None)


def _missing(asked: Question) -> Diagnosis:
    shared = any(one.name == DEFAULT_POLICY_NAME for one in asked.policies)
    shows = "does not name it" if shared else "does not exist"
    others = () if asked.has_machine else _others(asked)
    if asked.has_machine:
        weight, then = Weight.FAULT, "so that nothing arrives there"
    elif others:
        weight, then = Weight.NOTE, f"which is granted to {', '.join(others)}"
    else:
        weight, then = Weight.WARNING, "so that nothing arrives there, until a service's logging is switched on anew"
    return Diagnosis(
        "policy-missing",
        weight,
        asked.subject,
        f"No policy lets log delivery write to {asked.log_group}, {then}",
        "Grant it" + _IN_TEMPLATES if not others else "None is needed, unless log delivery is to write there as well",
        (_ensure(asked), *((_INJECT,) if asked.has_machine else ())),
        _evidence(f"of {len(asked.policies)} policies none allows it; {DEFAULT_POLICY_NAME} {shows}"),
    )


def _others(asked: Question) -> tuple[str, ...]:
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


def _unreadable(asked: Question, policy: AccountPolicy, *, is_granted: bool) -> Diagnosis:
    if is_granted:
        weight, message = Weight.WARNING, f"{policy.name} cannot be read in full: a Deny may stand in it"
    else:
        weight = Weight.FAULT
        message = (
            f"The policies that can be read do not let log delivery write to {asked.log_group}, and {policy.name}"
            " cannot be read in full"
        )
    return Diagnosis(
        "policy-unreadable",
        weight,
        asked.subject,
        message,
        "Mend or delete that policy; until then nothing is written to any of them by us",
        (READ_POLICIES,),
        _evidence(f"of the policy {policy.name}: {policy.unreadable}"),
    )


def _unclear(asked: Question, shows: str) -> Diagnosis:
    return Diagnosis(
        "policy-unclear",
        Weight.NOTE,
        asked.subject,
        f"Whether log delivery may write to {asked.log_group} hangs on a condition or principal that cannot be judged",
        "To be sure, grant it without more conditions than AWS writes",
        (_ensure(asked),),
        _evidence(shows),
    )


def _ensure(asked: Question, policy: str | None = None) -> str:
    """Return the command that grants the log group: by the usual pattern where that covers it."""
    pattern = None if matches(DEFAULT_PATTERN, asked.log_group) else asked.log_group
    named = [("pattern", pattern), ("policy-name", policy)]
    return ensure(*((name, value) for name, value in named if value is not None))
