"""Commands of the AWS CLI, as a shell takes them; {place} stands for the options --profile and --region."""

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any

from vended_logs_tools.account.calls import Call

_WORD = re.compile(r"(?<!^)(?=[A-Z])")


def as_command(call: Call) -> str:
    """Return a call as a command."""
    options = (f"--{name} {shlex.quote(value)}" for name, value in call.arguments)
    return " ".join(("aws", call.service, _WORD.sub("-", call.operation).lower(), *options, "{place}"))


def quoted(document: Mapping[str, Any]) -> str:
    """Return a policy document as one word of a shell."""
    return shlex.quote(json.dumps(document, separators=(",", ":")))
