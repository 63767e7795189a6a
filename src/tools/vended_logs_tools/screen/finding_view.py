"""The doctor's findings for people: what is wrong, what shows it, and what to do, so that it can be copied."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from rich.console import Console

from vended_logs_tools.account.calls import Call
from vended_logs_tools.diagnosis import shell
from vended_logs_tools.diagnosis.examination import Examination
from vended_logs_tools.diagnosis.finding import Diagnosis, Weight
from vended_logs_tools.numbers import counted
from vended_logs_tools.screen.writing import write, write_command

_STACK: Final = shell.command("doctor", ("stack", "NAME"), program="vended-logs")
_STYLES: Final = {Weight.FAULT: "bold red", Weight.WARNING: "bold yellow", Weight.NOTE: "bold blue"}


def show_findings(console: Console, examination: Examination) -> None:
    """Write a region's findings, each after an empty line, then what could not be looked at."""
    for finding in examination.findings:
        console.print()
        _show(console, examination, finding)
    if examination.error is None and not (examination.count(Weight.FAULT) or examination.count(Weight.WARNING)):
        console.print()
        _show_health(console, examination)
    if examination.all_unread:
        console.print()
        write(console, 2, ("Not looked at", "bold yellow"))
    for unread in examination.all_unread:
        write(console, 4, f"{called(unread.call)} {unread.reason}, so it is not known {unread.matters}", hanging=2)


def show_summary(console: Console, examinations: Sequence[Examination], seconds: float | None = None) -> None:
    """Write the line that closes a report: ``1 fault, 2 warnings in 2 regions (14 calls)``, and how long it took."""
    counts = {weight: sum(one.count(weight) for one in examinations) for weight in Weight}
    said = [counted(count, weight.value) for weight, count in counts.items() if count] or ["Nothing found"]
    effort = [counted(sum(one.calls for one in examinations), "call")]
    if seconds is not None:
        effort.append(f"{seconds:.0f} s" if seconds >= 1 else "under 1 s")
    failed = sum(one.error is not None for one in examinations)
    done = len(examinations) - failed
    told = [f"{', '.join(said)} in {counted(done, 'region')}"] if done else []
    told += [f"{counted(failed, 'region')} not examined"] if failed else []
    healthy = not (counts[Weight.FAULT] or counts[Weight.WARNING] or failed)
    text = f"{', '.join(told)} ({', '.join(effort)})."
    console.print()
    write(console, 0, text, style="bold green" if healthy else "bold")
    if healthy and not any(one.target for one in examinations):
        _show_next_step(console, examinations)


def _show_next_step(console: Console, examinations: Sequence[Examination]) -> None:
    """Write whom to ask about next: with good policies a deploy fails for its role, of which a region tells nothing."""
    first, *others = examinations
    if not others and _is_unused(first):
        write(console, 0, "There is no policy and no log group: is this the region?")
    write(console, 0, "Roles were not looked at. If a deploy failed, ask about its stack:")
    place = first.place.replace(f"--region {first.scope.region}", "--region REGION") if others else first.place
    write_command(console, replace(first, place=place).command(_STACK))


def _is_unused(examination: Examination) -> bool:
    survey = examination.survey
    return survey is not None and survey.policies == () and survey.log_groups == frozenset()


def called(call: Call) -> str:
    """Return a call as it is named among findings: ``logs:DescribeResourcePolicies policy-scope=RESOURCE``."""
    return " ".join([call.action, *(f"{name}={value}" for name, value in call.arguments)])


def _show(console: Console, examination: Examination, finding: Diagnosis) -> None:
    write(
        console,
        2,
        (f"{finding.weight}: {finding.cause}", _STYLES[finding.weight]),
        "  ",
        (finding.subject, "bold"),
        hanging=2,
    )
    write(console, 4, f"{finding.message}.")
    for evidence in finding.evidence:
        write(console, 4, f"{called(evidence.call)}: {evidence.shows}", hanging=2, style="dim")
    write(console, 4, ("Cure: ", "green"), (f"{finding.cure}.", "green"))
    for command in finding.commands:
        write_command(console, examination.command(command))


def _show_health(console: Console, examination: Examination) -> None:
    seen = "in what could be looked at" if examination.all_unread else ""
    write(console, 2, (f"No fault and no warning {seen}".rstrip() + ".", "green"))
