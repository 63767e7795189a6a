"""The verbs for live accounts: doctor, ensure and restore."""

import argparse
from collections.abc import Sequence
from typing import Any, Final

from vended_logs_tools.commands.formatting import Formatter
from vended_logs_tools.rules.stand_ins import DEFAULT_PATTERN, DEFAULT_POLICY_NAME

_DOCTOR: Final = """\
examples:
  vended-logs doctor
  vended-logs doctor --stack orders-prod --region eu-west-1
  vended-logs doctor --state-machine orders --profile prod
  vended-logs doctor --region eu-west-1,us-east-1 --json | jq '.regions[].findings'

It changes nothing, and needs to read: logs, and for a target states,
cloudformation, iam and kms. What it may not read it says, and goes on.

exit codes: 0 healthy, 1 findings, 2 something could not be examined
"""
_ENSURE: Final = """\
examples:
  vended-logs ensure --dry-run
  vended-logs ensure --region eu-west-1 --yes
  vended-logs ensure --prune-stale
  vended-logs ensure --pattern '/aws/vendedlogs/*' --pattern '/my-team/*'

The plan is shown and has to be agreed to, and all policies are written to a
backup file before anything is changed.

exit codes: 0 done or nothing to do, 1 refused or declined, 2 anything else
"""
# The first is what is done if nothing is said.
_WHEN_FULL: Final = ("widen", "spill", "fail")
_RESTORE: Final = """\
examples:
  vended-logs restore --dry-run FILE
  vended-logs restore FILE
  vended-logs restore --exact FILE

exit codes: 0 done or nothing to do, 1 refused or declined, 2 anything else
"""


def add_doctor(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the verb that looks at an account."""
    verb = verbs.add_parser(
        "doctor",
        help="find why logs do not arrive in a live account",
        description="Looks at the resource policies of CloudWatch Logs in an account, or at one state machine, log"
        " group or stack, and names what keeps logs from arriving, with its evidence and its cure.",
        epilog=_DOCTOR,
        formatter_class=Formatter,
    )
    verb.set_defaults(run=_doctor)
    target = verb.add_mutually_exclusive_group()
    target.add_argument("--state-machine", type=_name, metavar="M", help="its name or its ARN")
    target.add_argument("--log-group", type=_name, metavar="G", help="its name or its ARN")
    target.add_argument("--stack", type=_name, metavar="S", help="its name or its ARN; nested stacks are looked into")
    _add_place(verb, several=True)
    verb.add_argument("--json", action="store_true", help="print JSON")


def add_ensure(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the verb that makes the grant stand."""
    verb = verbs.add_parser(
        "ensure",
        help="make the vended-logs grant stand in a live account",
        description="Makes the vended-logs grant stand, as the custom resource does, and loses no other grant.",
        epilog=_ENSURE,
        formatter_class=Formatter,
    )
    verb.set_defaults(run=_ensure)
    verb.add_argument(
        "--pattern",
        action="append",
        metavar="P",
        help=f"log groups, * and ? as wildcards; may be repeated (default: {DEFAULT_PATTERN})",
    )
    verb.add_argument(
        "--policy-name",
        metavar="N",
        help=f"the policy that is to carry the grant (default: {DEFAULT_POLICY_NAME})",
    )
    verb.add_argument(
        "--when-full",
        metavar="W",
        type=str.lower,
        choices=_WHEN_FULL,
        help="if the policy is full: widen puts the pattern in place of the entries that it covers, else spills;"
        f" spill makes a policy of its own; fail does neither (default: {_WHEN_FULL[0]})",
    )
    verb.add_argument("--prune-stale", action="store_true", help="drop entries whose log group does not exist, too")
    _add_change(verb)
    _add_place(verb)


def add_restore(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the verb that puts a backup back."""
    verb = verbs.add_parser(
        "restore",
        help="put a backup of the policies back",
        description="Puts back what a backup allowed and the policies do not allow any more; what was granted since"
        " stays.",
        epilog=_RESTORE,
        formatter_class=Formatter,
    )
    verb.set_defaults(run=_restore)
    verb.add_argument(
        "file", metavar="FILE", help="a backup file, or what `aws logs describe-resource-policies` printed"
    )
    verb.add_argument("--exact", action="store_true", help="replace the policies, after listing what would be lost")
    _add_change(verb)
    _add_place(verb, default="the backup's own")


def _add_change(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--dry-run", action="store_true", help="show the plan, and change nothing")
    verb.add_argument("--yes", action="store_true", help="do not ask")
    verb.add_argument("--backup-dir", metavar="D", default=".", help="where the backup file goes (default: here)")


def _add_place(
    verb: argparse.ArgumentParser, *, several: bool = False, default: str = "as every AWS tool finds it"
) -> None:
    verb.add_argument(
        "--profile", type=_name, metavar="P", help="the AWS profile (default: as every AWS tool finds it)"
    )
    if several:
        verb.add_argument(
            "--region",
            type=_regions,
            action="extend",
            default=[],
            metavar="R",
            help=f"the region; several with commas, or repeated (default: {default})",
        )
        verb.add_argument("--all-regions", action="store_true", help="all regions that are enabled for the account")
    else:
        verb.add_argument(
            "--region", type=_regions, action=_OneRegion, metavar="R", help=f"the region (default: {default})"
        )


class _OneRegion(argparse.Action):
    """Takes a region, and refuses a second one: what changes an account is agreed to for one at a time."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        """Keep it; a second one ends the program, with ``option`` at fault."""
        given: Sequence[str] = [*filter(None, [getattr(namespace, self.dest)]), *values]
        if len(set(given)) > 1:
            verb = parser.prog.split()[-1]
            regions = ", ".join(dict.fromkeys(given))
            parser.error(f"argument {option}: {verb} takes one region: run it once for each of {regions}")
        setattr(namespace, self.dest, given[0])


def _name(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty: give a name, or leave the option out")
    return text


def _regions(text: str) -> list[str]:
    named = [one.strip() for one in text.split(",") if one.strip()]
    if not named:
        raise argparse.ArgumentTypeError("it is empty: name a region, or leave the option out")
    return named


def _doctor(options: argparse.Namespace) -> int:
    # Not among what check and inject have to load.
    from vended_logs_tools.commands import live  # noqa: PLC0415  not loaded by check and inject

    return live.doctor(options)


def _ensure(options: argparse.Namespace) -> int:
    from vended_logs_tools.commands import live  # noqa: PLC0415 - as above

    return live.ensure(options)


def _restore(options: argparse.Namespace) -> int:
    from vended_logs_tools.commands import live  # noqa: PLC0415 - as above

    return live.restore(options)
