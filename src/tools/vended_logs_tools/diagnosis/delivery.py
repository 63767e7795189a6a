"""Whether log delivery may write to one log group, and if not, which of the policies' faults keeps it from doing so.

Here everything counts that AWS counts: revocable grants, and policies of the log group's own. Where a statement may or
may not help, because of a condition that cannot be judged, that is said and no fault is found.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from vended_logs.policy.coverage import denials, missing
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.limits import MAX_POLICIES, SIZE_LIMIT, find
from vended_logs.policy.request import DEFAULT_PATTERN, DEFAULT_POLICY_NAME
from vended_logs.policy.wildcard import matches
from vended_logs_tools.account.survey import POLICIES, AccountPolicy
from vended_logs_tools.diagnosis.denial import sure_denials
from vended_logs_tools.diagnosis.finding import Diagnosis, Evidence, Weight
from vended_logs_tools.diagnosis.question import (
    Question,
    home_of,
    is_full,
    is_unclear,
    others_of,
    size_with,
)
from vended_logs_tools.diagnosis.shell import PRUNE, READ_POLICIES, ensure

_PREFIX: Final = DEFAULT_PATTERN.removesuffix("*")
_INJECT: Final = "vended-logs inject template.yaml"
_IN_TEMPLATES: Final = "; and let the templates do so before their state machines"


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
    elif is_unclear(asked, everything):
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
    elif shared is not None and is_full(asked, shared):
        yield _full(asked, shared)
    elif not asked.is_new:
        yield _missing(asked)


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
    needed = size_with(shared, asked.grant) - shared.size
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
    home = home_of(asked)
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


def _missing(asked: Question) -> Diagnosis:
    shared = any(one.name == DEFAULT_POLICY_NAME for one in asked.policies)
    shows = "does not name it" if shared else "does not exist"
    others = () if asked.has_machine else others_of(asked)
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
