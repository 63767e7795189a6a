"""The verbs for authors of templates: check and inject."""

import argparse
import os
import sys
from pathlib import Path
from typing import Final, TextIO

from vended_logs_tools import files, report
from vended_logs_tools.check import RULES, check
from vended_logs_tools.commands.formatting import Formatter
from vended_logs_tools.errors import Refused, ToolError, Unreadable
from vended_logs_tools.exits import CLEAN, FAILED, FOUND, complain
from vended_logs_tools.finding import Finding

_RULES_PAGE: Final = "https://github.com/vended-logs-policy/vended-logs-policy/tree/main/docs/rules"
_CHECK: Final = f"""\
examples:
  vended-logs check template.yaml
  vended-logs check services/ shared/base.json
  vended-logs check --format json . | jq -r '.[].resource'
  cdk synth | vended-logs check -

exit codes: 0 clean, 1 findings (warnings too), 2 something could not be read
what each rule finds:
  {_RULES_PAGE}
"""
_INJECT: Final = """\
examples:
  vended-logs inject --diff template.yaml
  vended-logs inject --check a.yaml b.yaml
  vended-logs inject --provider nested template.yaml

providers:
  shared  the one of the account, by the SSM parameter that our app leaves if it
          is deployed with ShareProvider=true
  nested  our app, nested in this template
  inline  the function, in this template, from a copy of its code

What `check` still finds in the result is told, on the error stream with
--diff, whose output is a patch; it does not count for the exit code.

exit codes: 0, with --check 1 if a file would change, 2 something was refused
"""
# Options that only one provider has.
_ONE_PROVIDER_S: Final = {"location": "nested", "code_uri": "inline"}


def add_check(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the verb that looks at templates."""
    verb = verbs.add_parser(
        "check",
        help="find what keeps state machines from logging",
        description="Finds every state machine with logging that does not wait for the grant, and the other causes.",
        epilog=_CHECK,
        formatter_class=Formatter,
    )
    verb.set_defaults(run=_check)
    verb.add_argument("paths", nargs="+", metavar="PATH", help="a template, a folder of them, or - for standard input")
    verb.add_argument("--format", choices=report.FORMATS, default="text", help="default: text")
    verb.add_argument(
        "--ignore",
        type=_rules,
        action="extend",
        default=[],
        metavar="RULE",
        help="leave a rule out; may be repeated, or be a list with commas",
    )
    _add_templates_only(verb)


def add_inject(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the verb that mends templates."""
    verb = verbs.add_parser(
        "inject",
        help="add what brings the grant, and every missing DependsOn",
        description="Adds what brings the grant, unless it is there, and every missing DependsOn. Not one other byte "
        "changes; a file that cannot be extended so is refused and left as it is.",
        epilog=_INJECT,
        formatter_class=Formatter,
    )
    verb.set_defaults(run=_inject)
    verb.add_argument("paths", nargs="+", metavar="TEMPLATE", help="a template")
    verb.add_argument("--provider", choices=("shared", "nested", "inline"), help="default: shared")
    verb.add_argument("--location", metavar="L", help="nested: the app's template, or its ARN@version")
    verb.add_argument("--code-uri", metavar="P", help="inline: the folder of the function's code")
    verb.add_argument("--diff", action="store_true", help="show the change, and write nothing")
    verb.add_argument("--check", action="store_true", help="say what would change, and write nothing")
    _add_templates_only(verb)


def _add_templates_only(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--templates-only", action="store_true", help="pass over files that are no CloudFormation templates"
    )


def _rules(text: str) -> list[str]:
    named = [rule.strip().upper() for rule in text.split(",") if rule.strip()]
    unknown = [rule for rule in named if rule not in RULES]
    if unknown or not named:
        raise argparse.ArgumentTypeError(f"{text!r} is no rule of ours: give one of {', '.join(RULES)}")
    return named


def _check(options: argparse.Namespace) -> int:
    problems: list[Unreadable] = []
    findings: list[Finding] = []
    count = 0
    for template in files.templates(options.paths, problems.append, templates_only=options.templates_only):
        count += 1
        findings += [finding for finding in check(template) if finding.rule not in options.ignore]
    if options.format == "json":
        sys.stdout.write(report.as_json(findings))
    elif options.format == "github":
        sys.stdout.write(report.as_github(findings) + "".join(map(report.unreadable_as_github, problems)))
    elif count or not problems:
        report.show(findings, count, sys.stdout, os.environ)
    sys.stdout.flush()
    for problem in problems:
        complain(problem)
    if problems:
        return FAILED
    return FOUND if findings else CLEAN


def _inject(options: argparse.Namespace) -> int:
    for name, provider in _ONE_PROVIDER_S.items():
        option = f"--{name.replace('_', '-')}"
        if getattr(options, name) == "":
            options.refuse(f"{option} is empty: name a place, or leave it out")
        if getattr(options, name) and options.provider != provider:
            options.refuse(f"{option} goes with --provider {provider}")
    # A diff has to stay one that can be applied.
    stream = sys.stderr if options.diff else sys.stdout
    codes, conditions = [CLEAN], dict[str, None]()
    for path in options.paths:
        try:
            code, condition = _inject_into(path, options, stream)
            codes.append(code)
            conditions[condition] = None
        except ToolError as error:
            complain(error)
            codes.append(FAILED)
    stream.writelines(f"{condition}\n" for condition in conditions if condition)
    return max(codes)


def _inject_into(path: str, options: argparse.Namespace, stream: TextIO) -> tuple[int, str]:
    """Return the exit code, and what is needed besides; what a template still lacks is told to the stream."""
    # Not among what every check has to load.
    from vended_logs_tools import inject  # noqa: PLC0415  not loaded by every check

    if path == files.STANDARD_INPUT:
        raise Refused("-: inject changes files: give the path of one")
    if options.templates_only and files.Candidate(path, was_named=False).template() is None:
        return CLEAN, ""
    given = {name: getattr(options, name) for name in ("provider", "location", "code_uri") if getattr(options, name)}
    injection = inject.inject(Path(path), inject.Options(**given))
    if not (options.diff or options.check):
        inject.write(injection)
    if options.diff:
        _write_bytes(injection.diff())
    elif injection.is_change or not options.templates_only:
        print(f"{path}: {injection.summary()}")  # noqa: T201  what the command has done
    if injection.is_change or not options.templates_only:
        stream.write(report.still_found(injection.remaining(), path))
    return FOUND if options.check and injection.is_change else CLEAN, injection.condition


def _write_bytes(text: str) -> None:
    """Write a text as the bytes that it has in its file, whatever the output's encoding and line ends are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode(errors="surrogateescape"))
