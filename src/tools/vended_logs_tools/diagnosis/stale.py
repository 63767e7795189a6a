"""Entries that name log groups which do not exist: how much they weigh, and who can drop them."""

from collections.abc import Collection, Iterator
from itertools import chain
from typing import Final

from vended_logs.policy.limits import SIZE_LIMIT
from vended_logs.policy.request import Request
from vended_logs_tools.account.survey import AccountPolicy, Survey
from vended_logs_tools.diagnosis.finding import Diagnosis, Evidence, Weight
from vended_logs_tools.diagnosis.shell import PRUNE, READ_POLICIES
from vended_logs_tools.numbers import counted
from vended_logs_tools.planning.pruning import named_log_groups

MANY: Final = SIZE_LIMIT // 4
"""Stale entries of a policy that take more characters than this are a warning."""
_SHOWN: Final = 2
_REMOVE: Final = "Remove what nobody needs"


def stale_entries(survey: Survey, request: Request, told: Collection[str]) -> Iterator[Diagnosis]:
    """Yield what is stale in the policies, but for those of which another finding tells it.

    What weighs little, and no command of ours can drop, is one note for all policies.
    """
    found = [policy for policy in survey.policies or () if policy.name not in told and survey.stale(policy)]
    minor = [one for one in found if not is_prunable(survey, one, request) and _taken(survey, one) <= MANY]
    yield from (_of_one(survey, policy, request) for policy in found if policy not in minor)
    if len(minor) == 1:
        yield _of_one(survey, minor[0], request)
    elif minor:
        yield _of_several(survey, minor)


def is_prunable(survey: Survey, policy: AccountPolicy, request: Request) -> bool:
    """Return whether ``ensure --prune-stale`` would drop entries of the policy."""
    existing = survey.log_groups
    if policy.name != request.policy_name or existing is None:
        return False
    return not named_log_groups(survey.readable, request) <= existing


def gone(survey: Survey, policy: AccountPolicy) -> tuple[Evidence, ...]:
    """Return which log groups of a policy's entries are not there, the first of them by name."""
    entries = survey.stale(policy)
    shown = ", ".join(entry.partition(":log-group:")[2].partition(":")[0] for entry in entries[:_SHOWN])
    more = f" and {len(entries) - _SHOWN:,} more" if len(entries) > _SHOWN else ""
    return (Evidence(survey.listed_by, f"not there: {shown}{more}"),) if entries else ()


def _taken(survey: Survey, policy: AccountPolicy) -> int:
    """Return the characters that the stale entries take, quotes and commas included."""
    return sum(len(entry) + len('"",') for entry in survey.stale(policy))


def _of_one(survey: Survey, policy: AccountPolicy, request: Request) -> Diagnosis:
    entries, taken = survey.stale(policy), _taken(survey, policy)
    can_prune = is_prunable(survey, policy, request)
    return Diagnosis(
        "stale-entries",
        Weight.WARNING if taken > MANY else Weight.NOTE,
        policy.name,
        f"{_named(len(entries))}, and {'takes' if len(entries) == 1 else 'take'} {taken:,} of its characters",
        "Drop what log delivery no longer needs" if can_prune else _REMOVE,
        (PRUNE,) if can_prune else (READ_POLICIES,),
        gone(survey, policy),
    )


def _of_several(survey: Survey, policies: list[AccountPolicy]) -> Diagnosis:
    count = sum(len(survey.stale(policy)) for policy in policies)
    return Diagnosis(
        "stale-entries",
        Weight.NOTE,
        f"{len(policies)} policies",
        f"{_named(count)}: in {', '.join(policy.name for policy in policies)}",
        _REMOVE,
        (READ_POLICIES,),
        tuple(chain.from_iterable(gone(survey, policy) for policy in policies)),
    )


def _named(count: int) -> str:
    named = counted(count, "entry names a log group", "entries name log groups")
    return f"{named} that {'does' if count == 1 else 'do'} not exist"
