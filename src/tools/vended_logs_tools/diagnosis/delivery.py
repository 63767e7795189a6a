"""Whether log delivery may write to one log group, and if not, which of the policies' faults keeps it from doing so.

Here everything counts that AWS counts: revocable grants, and policies of the log group's own. Where a statement may or
may not help, because of a condition that cannot be judged, that is said and no fault is found.
"""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from vended_logs.policy import condition
from vended_logs.policy.compaction import context, resources, with_resources
from vended_logs.policy.coverage import denials, missing
from vended_logs.policy.document import ResourcePolicy, Statement
from vended_logs.policy.grant import ACTIONS, LOG_DELIVERY, Grant, Scope
from vended_logs.policy.limits import MAX_POLICIES, SIZE_LIMIT, find
from vended_logs.policy.request import DEFAULT_PATTERN, DEFAULT_POLICY_NAME
from vended_logs.policy.wildcard import arn_overlaps, matches, overlaps
from vended_logs_tools.account.survey import POLICIES, AccountPolicy
from vended_logs_tools.diagnosis.finding import Diagnosis, Evidence, Weight

_READ: Final = "aws logs describe-resource-policies {place}"
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
    own: tuple[ResourcePolicy, ...] = ()
    """Those of the log group's own."""
    is_new: bool = False
    """Whether logging is yet to be switched on, so that AWS will add the log group where there is room."""

    @property
    def grant(self) -> Grant:
        """Return what has to be allowed: the entry that AWS itself would add."""
        prefix = f"arn:{self.scope.partition}:logs:{self.scope.region}:{self.scope.account}:log-group:"
        entry = f"{prefix}{self.log_group}:log-stream:*"
        return Grant(LOG_DELIVERY, ACTIONS, (entry,), self.scope.source_conditions(LOG_DELIVERY), "AWSLogDeliveryWrite")

    @property
    def readable(self) -> tuple[ResourcePolicy, ...]:
        """Return the account's policies that could be read in full."""
        return tuple(
            ResourcePolicy(one.name, one.document, one.size) for one in self.policies if one.document is not None
        )


def diagnose(asked: Question) -> Iterator[Diagnosis]:
    """Yield the one thing that keeps log delivery from writing to a log group; nothing if it may."""
    everything = (*asked.readable, *asked.own)
    denial = next(denials(everything, asked.grant), None)
    if denial is not None:
        yield _denied(asked, denial.policy_name, denial.sid)
    elif not missing(everything, asked.grant):
        return
    elif _is_unclear(asked, everything):
        yield _unclear(asked)
    elif broken := next((one for one in asked.policies if one.document is None), None):
        yield _unreadable(asked, broken)
    else:
        yield from _not_granted(asked)


def _not_granted(asked: Question) -> Iterator[Diagnosis]:
    shared = find(asked.readable, DEFAULT_POLICY_NAME)
    is_held = any(one.name == DEFAULT_POLICY_NAME for one in asked.policies)
    if not is_held and len(asked.policies) >= MAX_POLICIES:
        yield _ten_of_ten(asked)
    elif shared is not None and _size_with(shared, asked.grant) > max(SIZE_LIMIT, shared.size):
        yield _full(asked, shared)
    elif not asked.is_new:
        yield _missing(asked)


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
        (_READ,),
        _evidence(f"{named} has Effect Deny"),
    )


def _full(asked: Question, shared: ResourcePolicy) -> Diagnosis:
    needed = _size_with(shared, asked.grant) - shared.size
    return Diagnosis(
        "policy-full",
        Weight.FAULT,
        asked.subject,
        f"No policy lets log delivery write to {asked.log_group}, and {DEFAULT_POLICY_NAME}, to which AWS would add it,"
        " is full",
        "Put one broad entry in place of the many" + _IN_TEMPLATES,
        (_ensure(asked), _INJECT),
        _evidence(f"it has {shared.size:,} of {SIZE_LIMIT:,} characters, and the entry takes {needed}"),
    )


def _ten_of_ten(asked: Question) -> Diagnosis:
    return Diagnosis(
        "ten-of-ten",
        Weight.FAULT,
        asked.subject,
        f"No policy lets log delivery write to {asked.log_group}, and AWS cannot make {DEFAULT_POLICY_NAME}, because"
        " all slots are used",
        "Delete or merge one of them, or let one carry the grant",
        (_ensure(asked, policy=min(one.name for one in asked.policies)),),
        _evidence(f"{len(asked.policies)} of {MAX_POLICIES} policies exist, none of that name"),
    )


def _missing(asked: Question) -> Diagnosis:
    shared = any(one.name == DEFAULT_POLICY_NAME for one in asked.policies)
    shows = "does not name it" if shared else "does not exist"
    return Diagnosis(
        "policy-missing",
        Weight.FAULT,
        asked.subject,
        f"No policy lets log delivery write to {asked.log_group}, so that nothing arrives there",
        "Grant it" + _IN_TEMPLATES,
        (_ensure(asked), _INJECT),
        _evidence(f"of {len(asked.policies)} policies none allows it; {DEFAULT_POLICY_NAME} {shows}"),
    )


def _unreadable(asked: Question, policy: AccountPolicy) -> Diagnosis:
    return Diagnosis(
        "policy-unreadable",
        Weight.FAULT,
        asked.subject,
        f"The policies that can be read do not let log delivery write to {asked.log_group}, and {policy.name} cannot be"
        " read in full",
        "Mend or delete that policy; until then nothing is written to any of them by us",
        (_READ,),
        _evidence(f"of the policy {policy.name}: {policy.unreadable}"),
    )


def _unclear(asked: Question) -> Diagnosis:
    return Diagnosis(
        "policy-unclear",
        Weight.NOTE,
        asked.subject,
        f"A policy may let log delivery write to {asked.log_group}, but under a condition or to a principal of which"
        " that cannot be told",
        "To be sure, grant it without more conditions than AWS writes",
        (_ensure(asked),),
        _evidence("a statement names the log group, and is not of the form that AWS writes"),
    )


def _ensure(asked: Question, policy: str = "") -> str:
    """Return the command that grants the log group: by the usual pattern where that covers it."""
    options = "" if matches(DEFAULT_PATTERN, asked.log_group) else f" --pattern {shlex.quote(asked.log_group)}"
    named = f" --policy-name {shlex.quote(policy)}" if policy else ""
    return f"vended-logs ensure{options}{named} {{place}}"
