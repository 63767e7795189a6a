"""The command ``vended-logs``: arguments and exit codes."""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Final

from vended_logs_tools.commands import account, templates
from vended_logs_tools.commands.formatting import Formatter
from vended_logs_tools.errors import ToolError
from vended_logs_tools.exits import FAILED, complain, ending_quietly, prepare_output

_EXAMPLES: Final = """\
examples:
  vended-logs check template.yaml           what is wrong, where, and its cure
  vended-logs check infra/ --format github  a folder's templates, for GitHub
  vended-logs inject --diff template.yaml   show what would be added
  vended-logs inject template.yaml          add it
  vended-logs doctor                        look at the policies of an account
  vended-logs doctor --stack orders         why its state machines cannot log
  vended-logs ensure --dry-run              how the grant would be made to stand
"""


class Version(argparse.Action):
    """Prints the version of what is installed; looked up only then."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it and end."""
        from importlib import metadata  # noqa: PLC0415 - slow to load

        print(f"vended-logs {metadata.version('vended-logs-policy')}")  # noqa: T201  what was asked for
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; an argument that is wrong ends the program with 2."""
    prepare_output()
    with ending_quietly() as code:
        try:
            options = _parsed(arguments)
            run: Callable[[argparse.Namespace], int] = options.run
            code.append(run(options))
        except ToolError as error:
            complain(error)
            code.append(FAILED)
        finally:
            sys.stdout.flush()
    return code[0]


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return what the arguments say; with less than a verb or more than it takes, end the program with what helps."""
    top = parser()
    options, unknown = top.parse_known_args(arguments)
    if unknown:
        # Below the usage of the verb, which shows what there is instead.
        options.refuse(f"unrecognized arguments: {' '.join(unknown)}")
    if options.run is None:
        top.print_help(sys.stderr)
        top.exit(FAILED)
    return options


def parser() -> argparse.ArgumentParser:
    """Return the parser of all verbs."""
    top = argparse.ArgumentParser(
        prog="vended-logs",
        description="Makes sure that state machines can log: in templates before a deploy, and in live accounts.",
        epilog=_EXAMPLES,
        formatter_class=Formatter,
    )
    top.add_argument("--version", action=Version, nargs=0, help="print the version and end")
    # Without a verb the whole help is what helps, and not that one is missing.
    top.set_defaults(run=None, refuse=top.error)
    verbs = top.add_subparsers(title="verbs", metavar="VERB")
    templates.add_check(verbs)
    templates.add_inject(verbs)
    account.add_doctor(verbs)
    account.add_ensure(verbs)
    account.add_restore(verbs)
    for verb in verbs.choices.values():
        verb.set_defaults(refuse=verb.error)
    return top
