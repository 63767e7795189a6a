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

        print(f"vended-logs {metadata.version('vended-logs-policy')}")  # noqa: T201
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; an argument that is wrong ends the program with 2."""
    prepare_output()
    with ending_quietly() as code:
        try:
            options = parser().parse_args(arguments)
            run: Callable[[argparse.Namespace], int] = options.run
            code.append(run(options))
        except ToolError as error:
            complain(error)
            code.append(FAILED)
        finally:
            sys.stdout.flush()
    return code[0]


def parser() -> argparse.ArgumentParser:
    """Return the parser of all verbs."""
    top = argparse.ArgumentParser(
        prog="vended-logs",
        description="Makes sure that state machines can log: in templates before a deploy, and in live accounts.",
        epilog=_EXAMPLES,
        formatter_class=Formatter,
    )
    top.add_argument("--version", action=Version, nargs=0, help="print the version and end")
    verbs = top.add_subparsers(title="verbs", metavar="VERB", required=True)
    templates.add_check(verbs)
    templates.add_inject(verbs)
    account.add_doctor(verbs)
    account.add_ensure(verbs)
    account.add_restore(verbs)
    return top
