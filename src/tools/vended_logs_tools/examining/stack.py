"""One stack: why its state machines could not be made, and whether those that it has can log."""

from collections.abc import Iterator
from typing import Final

from vended_logs_tools.account.calls import Call
from vended_logs_tools.account.machines import describe
from vended_logs_tools.account.stacks import STATE_MACHINE, Failure, StackState, machine_of, read_stack
from vended_logs_tools.check import check
from vended_logs_tools.diagnosis.finding import Diagnosis, Evidence, Weight
from vended_logs_tools.examining.machine import Examiner
from vended_logs_tools.finding import Finding
from vended_logs_tools.template_model import Template

_OURS: Final = "Custom::VendedLogsPolicy"
_CUSTOM: Final = "AWS::CloudFormation::CustomResource"
_OF_ROLE: Final = ("E9602",)
_OF_ORDER: Final = ("E9601", "W9605")
_ABOUT_LOGGING: Final = ("log destination", "logging configuration", "cloudwatch logs")
"""What the messages of Step Functions have that are about logging, in lower case."""


def examine_stack(examiner: Examiner, name: str) -> None:
    """Examine a stack by its name or its ARN.

    Raises:
        Unanswered: its events or resources may not be read; Absent: there is no such stack.
    """
    state = read_stack(examiner.reader, name)
    failed: list[str] = []
    for failure in state.failures:
        if failure.kind == STATE_MACHINE:
            _of_machine(examiner, failure, state)
            failed.append(failure.physical_id)
        else:
            examiner.gathered.add(_of_another(failure, state.template))
    for arn in state.machine_arns:
        if arn not in failed:
            examiner.machine(describe(examiner.reader, arn))
    if not state.machine_arns and not state.failures:
        examiner.gathered.add([_without_machine(name)])


def _of_machine(examiner: Examiner, failure: Failure, state: StackState) -> None:
    """Add why a state machine could not be made: by what the account shows, else by what the template does."""
    subject = f"state machine {failure.logical_id}"
    said = Evidence(failure.call, f"{failure.logical_id}: {failure.reason}")
    before = examiner.gathered.faults
    if not any(word in failure.reason.lower() for word in _ABOUT_LOGGING):
        examiner.gathered.add([_unrelated(failure, said)])
        return
    machine = machine_of(failure)
    if machine is not None:
        examiner.machine(machine, is_new=True, made=state.made)
    of_machine = list(_of_template(state.template, failure.logical_id))
    # What the template lacks is the cause where the role has gone with the stack, or could not be told.
    if machine is None or machine.role_arn.rpartition("/")[2] in state.made:
        examiner.gathered.add(_as_diagnosis(one, subject, said) for one in of_machine if one.rule in _OF_ROLE)
    if examiner.gathered.faults == before:
        examiner.gathered.add(_as_diagnosis(one, subject, said) for one in of_machine if one.rule in _OF_ORDER)
    if examiner.gathered.faults == before:
        examiner.gathered.add([_unexplained(subject, said)])


def _of_template(template: Template | None, logical_id: str) -> Iterator[Finding]:
    """Yield what the rules find in the template about a state machine."""
    if template is not None:
        yield from (finding for finding in check(template) if finding.resource == logical_id)


def _as_diagnosis(finding: Finding, subject: str, said: Evidence) -> Diagnosis:
    return Diagnosis(
        "role-actions" if finding.rule in _OF_ROLE else "template-order",
        Weight.FAULT,
        subject,
        f"{_capitalized(finding.message)} ({finding.rule}, line {finding.line} of the template)",
        _capitalized(finding.cure),
        ("vended-logs check template.yaml",),
        (said,),
    )


def _capitalized(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _of_another(failure: Failure, template: Template | None) -> Iterator[Diagnosis]:
    """Yield the failure of our own resource, which says its cause and cure itself, or that there is another one."""
    said = Evidence(failure.call, f"{failure.logical_id}: {failure.reason}")
    resource = template.resources.get(failure.logical_id) if template else None
    if failure.kind == _OURS or (failure.kind == _CUSTOM and resource is not None and resource.is_marked):
        yield Diagnosis(
            "grant-refused",
            Weight.FAULT,
            f"resource {failure.logical_id}",
            f"The provider could not make the grant stand: {failure.reason}",
            "Do what it says after its last colon; `vended-logs ensure --dry-run` shows the plan",
            ("vended-logs ensure --dry-run {place}",),
            (said,),
        )
    else:
        yield _unrelated(failure, said)


def _unrelated(failure: Failure, said: Evidence) -> Diagnosis:
    return Diagnosis(
        "other-failure",
        Weight.NOTE,
        f"resource {failure.logical_id}",
        f"It failed for another reason than logging: {failure.reason}",
        "Mend that first",
        (),
        (said,),
    )


def _unexplained(subject: str, said: Evidence) -> Diagnosis:
    return Diagnosis(
        "unexplained",
        Weight.WARNING,
        subject,
        "Its logging was refused, and none of the known causes is there now",
        "Deploy again: what was missing may have come since, as a fresh grant or role takes some seconds to be seen",
        (),
        (said,),
    )


def _without_machine(name: str) -> Diagnosis:
    return Diagnosis(
        "no-state-machine",
        Weight.NOTE,
        f"stack {name}",
        "The stack has no state machine, and its last operation failed at none",
        "Name the stack that has it, or use --state-machine or --log-group",
        (),
        (Evidence(Call("cloudformation", "ListStackResources", (("stack-name", name),)), "none is listed"),),
    )
