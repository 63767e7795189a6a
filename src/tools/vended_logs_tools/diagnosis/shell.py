"""Commands of the AWS CLI and of our own, as a shell takes them; {place} stands for the options --profile and --region.

Every value goes through ``shlex.quote``: names and paths come from AWS, where they may hold what a shell obeys. So
``{place}`` as a word of its own is ours, and the same text in a value is always inside quotes.
"""

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any, Final

from vended_logs_tools.account.calls import Call

PLACE: Final = "{place}"
Option = tuple[str, str | None]
"""A name without its dashes, and a value; None if it takes none."""

_WORD = re.compile(r"(?<!^)(?=[A-Z])")


def command(verb: str, *options: Option, tail: str = "", program: str = "aws") -> str:
    """Return a command, by default one of the AWS CLI.

    Law: ``shlex.split`` gives back its words, whatever the values are.

    Args:
        verb: ``iam create-role``.
        options: in their order.
        tail: what comes last, as a shell takes it: ``> key-policy.json``.
        program: whose verb it is.
    """
    return " ".join((program, verb, *(_written(*one) for one in options), PLACE, *filter(None, [tail])))


def as_command(call: Call, *options: Option, tail: str = "") -> str:
    """Return a call as a command, with more options."""
    verb = f"{call.service} {_WORD.sub('-', call.operation).lower()}"
    return command(verb, *call.arguments, *options, tail=tail)


def ensure(*options: Option) -> str:
    """Return the command that makes the grant stand."""
    return command("ensure", *options, program="vended-logs")


def compact(document: Mapping[str, Any]) -> str:
    """Return a policy document as the value of an option."""
    return json.dumps(document, separators=(",", ":"))


def _written(name: str, value: str | None) -> str:
    if value is None:
        return f"--{name}"
    # A value that begins with a dash would be taken for an option.
    return f"--{name}{'=' if value.startswith('-') else ' '}{shlex.quote(value)}"


READ_POLICIES: Final = command("logs describe-resource-policies")
"""Shows the policies of the account."""
PRUNE: Final = ensure(("prune-stale", None))
"""Drops entries whose log groups are gone, along with making the grant stand."""
