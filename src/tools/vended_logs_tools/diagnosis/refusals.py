"""What a stack's failed events say, and what follows from their words alone."""

from typing import Final

from vended_logs_tools.account.calls import Call
from vended_logs_tools.account.stacks import Failure
from vended_logs_tools.diagnosis.finding import Diagnosis, Evidence, Weight
from vended_logs_tools.finding import Finding

OF_ROLE: Final = "E9602"
"""The rule that finds a role without the actions; the others that are asked find a machine that does not wait."""
_ABOUT_LOGGING: Final = (
    "log destination",
    "logging configuration",
    "cannot enable logging",
    "cloudwatch logs resource policy",
    "cloudwatch logs constraints",
    "waflogdestinationpermissionissue",
)
"""What services say of logging that they cannot switch on, in lower case: Step Functions, API Gateway, WAF."""
_ABOUT_SIZE: Final = ("size was exceeded", "policy document length")
"""What services say of a policy that is full, in lower case."""
_ABOUT_TRUST: Final = "assume the provided role"
"""What Step Functions says of a role that it may not assume."""


def is_about_logging(reason: str) -> bool:
    """Return whether a resource failed because its logging could not be switched on."""
    return any(words in reason.lower() for words in _ABOUT_LOGGING)


def is_about_size(reason: str) -> bool:
    """Return whether a resource failed because the policy was full."""
    return any(words in reason.lower() for words in _ABOUT_SIZE)


def is_about_trust(reason: str) -> bool:
    """Return whether a state machine failed because its role may not be assumed."""
    return _ABOUT_TRUST in reason.lower()


def by_template(finding: Finding, subject: str, said: Evidence) -> Diagnosis:
    """Return what a rule finds in the stack's template, as a cause."""
    message = f"{_capitalized(finding.message)} ({finding.rule}, line {finding.line} of the template)"
    commands = ("vended-logs check template.yaml",)
    return Diagnosis(
        "role-actions" if finding.rule == OF_ROLE else "template-order",
        Weight.FAULT,
        subject,
        message,
        _capitalized(finding.cure),
        commands,
        (said,),
    )


def grant_refused(failure: Failure, said: Evidence) -> Diagnosis:
    """Return that our own resource failed, which says its cause and its cure itself."""
    return Diagnosis(
        "grant-refused",
        Weight.FAULT,
        f"resource {failure.logical_id}",
        f"The provider could not make the grant stand: {failure.reason.rstrip('.')}",
        "Do what it says after its last colon; the command shows the plan without the stack",
        ("vended-logs ensure --dry-run {place}",),
        (said,),
    )


def untrusted(failure: Failure, subject: str, said: Evidence) -> Diagnosis:
    """Return that Step Functions may not assume the role, which is no longer there to be looked at."""
    return Diagnosis(
        "role-trust",
        Weight.FAULT,
        subject,
        f"Step Functions may not assume its role: {failure.reason.rstrip('.')}",
        "Let states.amazonaws.com do sts:AssumeRole in the role's trust policy",
        ("Principal: {Service: states.amazonaws.com}",),
        (said,),
    )


def unrelated(failure: Failure, said: Evidence) -> Diagnosis:
    """Return that a resource failed for a reason that is not about logging."""
    return Diagnosis(
        "other-failure",
        Weight.WARNING,
        f"resource {failure.logical_id}",
        f"It failed for another reason than logging: {failure.reason.rstrip('.')}",
        "Mend that first",
        (),
        (said,),
    )


def unexplained(subject: str, said: Evidence) -> Diagnosis:
    """Return that logging was refused for a cause that is no longer there."""
    return Diagnosis(
        "unexplained",
        Weight.WARNING,
        subject,
        "Its logging was refused, and none of the known causes is there now",
        "Deploy again: what was missing may have come since, as a fresh grant or role takes some seconds to be seen",
        (),
        (said,),
    )


def machine_missing(arn: str, call: Call) -> Diagnosis:
    """Return that a stack's state machine was deleted behind its back."""
    return Diagnosis(
        "machine-missing",
        Weight.FAULT,
        f"state machine {arn.rpartition(':')[2]}",
        "The stack has it, and Step Functions does not: somebody deleted it, or is about to",
        "Have the stack make it anew, by another name or by taking it out of the template for one deploy",
        (),
        (Evidence(call, "there is no such state machine, or it is being deleted"),),
    )


def without_machine(stack: str) -> Diagnosis:
    """Return that a stack has no state machine, and failed at none."""
    return Diagnosis(
        "no-state-machine",
        Weight.NOTE,
        f"stack {stack}",
        "The stack has no state machine, and its last operation failed at none",
        "Name the stack that has it, or use --state-machine or --log-group",
        (),
        (Evidence(Call("cloudformation", "ListStackResources", (("stack-name", stack),)), "none is listed"),),
    )


def _capitalized(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
