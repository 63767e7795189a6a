"""Whether a grant is in force in an account, and what it would take: values in, values out."""

from dataclasses import dataclass

from vended_logs.errors import PlanRefused
from vended_logs.policy.coverage import Denial, denials, missing
from vended_logs.policy.plan import Plan, plan
from vended_logs.policy.request import Request
from vended_logs.policy.standing import stands
from vended_logs_tools.account.survey import AccountPolicy, Survey
from vended_logs_tools.wording import said


@dataclass(frozen=True, slots=True)
class GrantState:
    """Whether the grant that a request asks for is in force, and what it would take."""

    in_force: bool | None
    """None if it cannot be told, because a policy cannot be read in full."""
    plan: Plan | None = None
    """What would be written; with the outcome AlreadyGranted where nothing would."""
    refusal: str = ""
    """Why nothing can be written, one sentence with its cure."""
    revocable: bool = False
    """In force by nothing but the revocable grant of a stack, which goes with the stack."""


def grant_state(survey: Survey, request: Request) -> GrantState | None:
    """Return how the grant stands; None if the policies could not be read."""
    if survey.policies is None:
        return None
    readable = survey.readable
    allowed = not any(missing(readable, grant) for grant in request.grants)
    in_force = allowed and not denied(survey, request)
    broken = next((one for one in survey.policies if one.document is None), None)
    if broken:
        # What cannot be read may deny what is allowed, and may allow what is not.
        return GrantState(None, refusal=f"{_unreadable(broken)}, so nothing can be written: mend or delete it.")
    revocable = in_force and not stands(readable, request)
    try:
        return GrantState(in_force, plan(readable, request), revocable=revocable)
    except PlanRefused as error:
        return GrantState(in_force, refusal=said(error), revocable=revocable)


def wanted(state: GrantState) -> str:
    """Return what it would take to have the grant in force, as half a sentence."""
    if state.plan is None:
        return state.refusal.rstrip(".")
    made = state.plan
    change = {
        "Created": "writes the policy",
        "Added": "adds an entry to",
        "Compacted": "puts it in place of the entries that it covers in",
        "Widened": "puts it in place of the entries that it covers, those without a condition too, in",
        "Spilled": "writes for it the policy",
    }.get(made.outcome, "changes nothing in")
    return f"{change} {made.policy_name} and leaves that at {made.size:,} of {made.size_limit:,} characters"


def denied(survey: Survey, request: Request) -> tuple[Denial, ...]:
    """Return the Deny statements that take from what the request asks for."""
    found = (denial for grant in request.grants for denial in denials(survey.readable, grant))
    return tuple(dict.fromkeys(found))


def _unreadable(policy: AccountPolicy) -> str:
    return f"The policy {policy.name} cannot be read in full ({policy.unreadable})"
