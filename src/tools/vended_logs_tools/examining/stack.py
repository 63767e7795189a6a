"""One stack: why its state machines could not be made, and whether those that it has can log."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from vended_logs.policy.request import Request
from vended_logs_tools.account.calls import Call, Unanswered
from vended_logs_tools.account.machines import Machine, describe, of_properties
from vended_logs_tools.account.stacks import (
    STATE_MACHINE,
    Failure,
    Operation,
    last_operation,
    machine_arns,
    template_of,
    texts,
)
from vended_logs_tools.account.survey import Survey
from vended_logs_tools.check import check
from vended_logs_tools.diagnosis import health, refusals
from vended_logs_tools.diagnosis.destination import Destination
from vended_logs_tools.diagnosis.finding import Diagnosis, Evidence, Weight
from vended_logs_tools.errors import ToolError
from vended_logs_tools.examining.machine import Examiner, Logging
from vended_logs_tools.examining.roles import examine_role
from vended_logs_tools.finding import Finding
from vended_logs_tools.template_model import Template

_OURS: Final = "Custom::VendedLogsPolicy"
_CUSTOM: Final = "AWS::CloudFormation::CustomResource"
_IAM: Final = "AWS::IAM::"
_OF_ORDER: Final = ("E9601", "W9605")


def examine_stack(examiner: Examiner, name: str) -> None:
    """Examine a stack by its name or its ARN.

    Raises:
        Unanswered: its events may not be read; Absent: there is no such stack.
    """
    _Stack(examiner, name, last_operation(examiner.reader, name)).examine()


class _Stack:
    """One stack under examination."""

    def __init__(self, examiner: Examiner, name: str, operation: Operation) -> None:
        self._examiner = examiner
        self._gathered = examiner.gathered
        self._name = name
        self._operation = operation
        self._templates: dict[str, Template | None] = {}

    def examine(self) -> None:
        self._gathered.add((), self._operation.unread)
        for failure in self._operation.failures:
            if failure.kind == STATE_MACHINE:
                self._machine(failure)
            else:
                self._another(failure)
        standing = self._gathered.trying(
            "which state machines the stack has", lambda: machine_arns(self._examiner.reader, self._name)
        )
        failed = {failure.physical_id for failure in self._operation.failures}
        for arn in standing or ():
            if arn not in failed:
                self._standing(arn)
        if standing == () and not self._operation.failures:
            self._gathered.add([refusals.without_machine(self._name)])

    def _standing(self, arn: str) -> None:
        """Examine a state machine that the stack has; one that does not log may be meant so."""
        try:
            self._examiner.machine(describe(self._examiner.reader, arn), off=Weight.NOTE)
        except ToolError:
            call = Call("stepfunctions", "DescribeStateMachine", (("state-machine-arn", arn),))
            self._gathered.add([refusals.machine_missing(arn, call)])
        except Unanswered as error:
            self._gathered.refused(error, f"whether {arn.rpartition(':')[2]} can log")

    def _machine(self, failure: Failure) -> None:
        """Add why a state machine could not be made: by what the account shows, else by what the template does."""
        subject, said = self._subject(failure), _said(failure)
        before = self._gathered.faults
        if not refusals.is_about_logging(failure.reason) and not refusals.is_about_trust(failure.reason):
            self._gathered.add([refusals.unrelated(failure, said)])
            return
        machine = of_properties(failure.logical_id, failure.properties, failure.call)
        if machine is not None and refusals.is_about_logging(failure.reason):
            self._examiner.destinations(machine, subject, self._logging_of(failure))
            self._examiner.key(machine, subject)
        self._role(failure, machine, subject, said)
        if refusals.is_about_trust(failure.reason) and self._gathered.faults == before:
            self._gathered.add([refusals.untrusted(failure, subject, said)])
        if machine is not None and refusals.is_about_logging(failure.reason) and self._gathered.faults == before:
            # AWS could have added the log group, and did not: so the grant has to stand before.
            self._examiner.destinations(machine, subject, replace(self._logging_of(failure), is_new=False))
        if self._gathered.faults == before:
            self._gathered.add(_of_template(self._faults(failure, _OF_ORDER), subject, said))
        if self._gathered.faults == before:
            self._gathered.add([refusals.unexplained(subject, said)])

    def _role(self, failure: Failure, machine: Machine | None, subject: str, said: Evidence) -> None:
        """Examine the role as it is, or as the template has it where the operation, since undone, had changed it."""
        is_undone = self._operation.is_undone and any(kind.startswith(_IAM) for kind in self._operation.kinds)
        if machine is None or not machine.role_arn or is_undone:
            self._gathered.add(_of_template(self._faults(failure, (refusals.OF_ROLE,)), subject, said))
        else:
            self._gathered.add(*examine_role(self._examiner.reader, machine.role_arn, subject))

    def _another(self, failure: Failure) -> None:
        """Add the failure of our own resource, which says its cause and cure, of one that logs, or of another one."""
        said = _said(failure)
        if failure.kind == _OURS or (failure.kind == _CUSTOM and self._is_ours(failure)):
            self._gathered.add([refusals.grant_refused(failure, said)])
        elif refusals.is_about_logging(failure.reason):
            self._logging(failure, said)
        else:
            self._gathered.add([refusals.unrelated(failure, said)])

    def _logging(self, failure: Failure, said: Evidence) -> None:
        """Add why a resource of another service cannot log: by its log groups if told, else by the policies."""
        before, subject = self._gathered.faults, self._subject(failure)
        logging = self._logging_of(failure)
        named = [Destination.parse(text.removesuffix(":*")) for text in texts(failure.properties)]
        for found in named:
            if found is not None and found.is_in(self._examiner.reader.scope):
                self._examiner.log_group(found.log_group, subject, logging)
        if not any(named) and self._examiner.policies is not None:
            scope = self._examiner.reader.scope
            survey = Survey(scope, self._examiner.policies, (), None)
            self._gathered.add(health.findings(survey, Request(scope=scope)))
        if self._gathered.faults == before:
            self._gathered.add([refusals.unexplained(subject, said)])

    def _logging_of(self, failure: Failure) -> Logging:
        too_large = refusals.is_about_size(failure.reason)
        return Logging(is_new=True, was_too_large=too_large, made=frozenset(self._operation.touched))

    def _is_ours(self, failure: Failure) -> bool:
        template = self._template(failure)
        resource = template.resources.get(failure.logical_id) if template else None
        return resource is not None and resource.is_marked

    def _faults(self, failure: Failure, rules: tuple[str, ...]) -> Iterator[Finding]:
        """Yield what the rules find in the template about a state machine."""
        template = self._template(failure)
        if template is not None:
            yield from (one for one in check(template) if one.resource == failure.logical_id and one.rule in rules)

    def _template(self, failure: Failure) -> Template | None:
        if failure.stack_id not in self._templates:
            matters = f"what the template says of {failure.logical_id}"
            self._templates[failure.stack_id] = self._gathered.trying(
                matters, lambda: template_of(self._examiner.reader, failure.stack_id)
            )
        return self._templates[failure.stack_id]

    def _subject(self, failure: Failure) -> str:
        kind = "state machine" if failure.kind == STATE_MACHINE else "resource"
        is_nested = failure.stack not in (self._name, self._name.rpartition(":stack/")[2].partition("/")[0])
        return f"{kind} {failure.logical_id}" + (f" of stack {failure.stack}" if is_nested else "")


def _said(failure: Failure) -> Evidence:
    return Evidence(failure.call, f"{failure.logical_id}: {failure.reason}")


def _of_template(findings: Iterable[Finding], subject: str, said: Evidence) -> Iterator[Diagnosis]:
    return (refusals.by_template(finding, subject, said) for finding in findings)
