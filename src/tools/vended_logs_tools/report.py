"""Findings as text for people, as JSON for programs, and as annotations for GitHub."""

import json
import shlex
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final, TextIO

from vended_logs_tools.errors import Unreadable
from vended_logs_tools.finding import Finding
from vended_logs_tools.numbers import counted
from vended_logs_tools.screen.plain import printable

if TYPE_CHECKING:
    from rich.text import Text

FORMATS: Final = ("text", "json", "github")
_INDENT: Final = 4


def as_json(findings: Iterable[Finding]) -> str:
    """Return a list of objects with rule, file, line, column, resource, message and cure; ``[]`` if there are none."""
    # In ASCII, so that no encoding of the output can spoil it.
    return json.dumps([finding._asdict() for finding in findings], indent=2) + "\n"


def as_github(findings: Iterable[Finding]) -> str:
    """Return the workflow commands that annotate the lines of a pull request.

    Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    return "".join(f"{_annotation(finding)}\n" for finding in findings)


def unreadable_as_github(error: Unreadable) -> str:
    """Return the workflow command for a file that could not be read."""
    place = _file(error.name)
    if error.line:
        place += f",line={error.line},col={error.column}"
    return f"::error {place},title=Unreadable::{_data(str(error))}\n"


def as_text(findings: Sequence[Finding]) -> str:
    """Return two lines a finding, file by file with an empty line between; nothing if there are none."""
    groups = ["".join(_lines(finding) for finding in group) for _, group in groupby(findings, lambda one: one.file)]
    return "\n".join(groups)


def still_found(findings: Iterable[Finding], path: str) -> str:
    """Return a line a finding of what is left in a template, and one that says how to see all; nothing if none is."""
    found = list(findings)
    lines = [f"{path}: still found: {one.rule} {one.resource}: {one.message}" for one in found]
    effect = "the deploy may still fail for that" if any(one.is_error for one in found) else "there is more to mend"
    more = [f"{path}: {effect}: `vended-logs check {shlex.quote(path)}` shows where, and the cure"] if found else []
    return "".join(f"{printable(line)}\n" for line in [*lines, *more])


def summary(findings: Sequence[Finding], templates: int) -> str:
    """Return the line that closes a report: ``3 errors, 1 warning in 2 of 14 templates``."""
    errors = sum(finding.is_error for finding in findings)
    warnings = len(findings) - errors
    if not findings:
        return f"Nothing found in {counted(templates, 'template')}."
    said = [counted(number, noun) for number, noun in ((errors, "error"), (warnings, "warning")) if number]
    within = len({finding.file for finding in findings})
    return f"{', '.join(said)} in {within} of {counted(templates, 'template')}."


def show(findings: Sequence[Finding], templates: int, stream: TextIO, environment: Mapping[str, str]) -> None:
    """Write the findings as text; on a terminal with the summary, wrapped, and in colours unless they are unwanted."""
    interactive = stream.isatty()
    if interactive or environment.get("FORCE_COLOR"):
        _show_on_terminal(findings, summary(findings, templates) if interactive else "", stream, environment)
    else:
        stream.write(as_text(findings))


def _show_on_terminal(
    findings: Sequence[Finding], closing: str, stream: TextIO, environment: Mapping[str, str]
) -> None:
    # Only a terminal pays for loading these.
    from vended_logs_tools.screen.console import console  # noqa: PLC0415  loaded for a terminal alone
    from vended_logs_tools.screen.writing import write  # noqa: PLC0415  loaded for a terminal alone

    screen = console(stream, environment)
    for index, (_, group) in enumerate(groupby(findings, lambda one: one.file)):
        if index:
            screen.print()
        for finding in group:
            screen.print(_headline(finding), soft_wrap=True)
            write(screen, _INDENT, finding.message)
            write(screen, _INDENT, finding.cure, style="green")
    if closing:
        screen.print(("\n" if findings else "") + closing, style="bold" if findings else "bold green")


def _headline(finding: Finding) -> "Text":
    from rich.text import Text  # noqa: PLC0415 - as above

    return Text.assemble(
        (_place(finding), "cyan"),
        ": ",
        (finding.rule, "bold red" if finding.is_error else "bold yellow"),
        " ",
        (printable(finding.resource), "bold"),
    )


def _lines(finding: Finding) -> str:
    said = printable(f"{finding.rule} {finding.resource}: {finding.message}")
    return f"{_place(finding)}: {said}\n    {printable(finding.cure)}\n"


def _place(finding: Finding) -> str:
    return f"{printable(finding.file)}:{finding.line}:{finding.column}"


def _annotation(finding: Finding) -> str:
    command = "error" if finding.is_error else "warning"
    place = f"{_file(finding.file)},line={finding.line},col={finding.column}"
    text = _data(f"{finding.resource}: {finding.message}: {finding.cure}")
    return f"::{command} {place},title={_property(finding.rule)}::{text}"


def _file(name: str) -> str:
    # GitHub knows files by their path from the checkout's root, without a dot before it.
    return f"file={_property(name.removeprefix('./'))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
