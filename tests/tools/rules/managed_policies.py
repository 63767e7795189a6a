"""Print the table of ``aws_managed_policies`` anew: ``python -m tests.tools.rules.managed_policies``.

The documents are those that moto ships, taken from AWS. A policy under ``/aws-service-role/`` cannot be attached to a
role of one's own, so it is left out.
"""

import json
import sys
import textwrap
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from moto.iam.aws_managed_policies import aws_managed_policies_data

from vended_logs_tools.reading.conditions import Conditions
from vended_logs_tools.reading.formula import FALSE, TRUE
from vended_logs_tools.rules.iam import ROLE_ACTIONS, allowed, denied

_WIDTH: Final = 116
_LAYOUT: Final[Mapping[str, Any]] = {
    "initial_indent": " " * 8,
    "subsequent_indent": " " * 8,
    "break_on_hyphens": False,
    "break_long_words": False,
}


def documents() -> Mapping[str, Any]:
    """Return the policies that can be attached, as moto keeps them, by name."""
    policies = json.loads(aws_managed_policies_data)
    return {name: policy for name, policy in sorted(policies.items()) if policy["Path"] != "/aws-service-role/"}


def grants(document: object) -> frozenset[str]:
    """Return what a document may allow of the ten actions: what it allows under a condition is counted."""
    none = Conditions({})
    may, never = allowed(document, none), denied(document, none)
    return frozenset(action for action in ROLE_ACTIONS if may[action] != FALSE and never[action] != TRUE)


@cache
def table() -> Mapping[str, frozenset[str]]:
    """Return what each policy that grants any of the ten actions grants of them."""
    found = {name: grants(policy["Document"]) for name, policy in documents().items()}
    return {name: actions for name, actions in found.items() if actions}


def rendered() -> str:
    """Return the table as the module has it: names by the digits of what they grant, the longest first."""
    by_digits: dict[str, list[str]] = {}
    for name, actions in table().items():
        digits = "".join(str(index) for index, action in enumerate(ROLE_ACTIONS) if action in actions)
        by_digits.setdefault(digits, []).append(name)
    lines = ["{"]
    for digits, names in sorted(by_digits.items(), key=lambda item: (-len(item[0]), item[0])):
        lines += [f'    "{digits}": """', textwrap.fill(" ".join(names), _WIDTH, **_LAYOUT), '    """,']
    return "\n".join([*lines, "}\n"])


if __name__ == "__main__":
    sys.stdout.write(rendered())
