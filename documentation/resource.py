"""The custom resource: its properties, its attributes and the statement it writes, asked of the function's own code."""

from __future__ import annotations

import inspect
import json
import re
from typing import Any, Final

from documentation.markdown import code, fenced, table
from documentation.template import default, description
from vended_logs.errors import BadProperty
from vended_logs.policy.grant import Scope
from vended_logs.policy.plan import Plan
from vended_logs.policy.request import Request
from vended_logs.properties import KNOWN, parse
from vended_logs.result import Result

_SCOPE: Final = Scope("aws", "us-west-2", "123456789012")
_WRONG: Final[dict[str, tuple[Any, ...]]] = {
    "PolicyName": ("",),
    "LogGroupPatterns": ({}, [], ["é"], ["*"]),
    "Principals": ({}, [], ["é"], ["*"]),
    "Refresh": ([],),
}
"""Values by property that are refused, each for a reason of its own; an empty text where nothing else is named."""
_PROVIDER: Final = ("`ServiceToken`", "required", "The provider's ARN.")
_PATIENCE: Final = (
    "`ServiceTimeout`",
    "`3600`",
    "CloudFormation's own: how many seconds it waits for an answer. 360 fits the provider.",
)


def properties() -> str:
    """Return the table of the properties: name, default, and what each decides."""
    rows = ((code(name), _default(name), description(name)) for name in KNOWN)
    return table(("property", "default", "decides"), (_PROVIDER, *rows, _PATIENCE))


def values() -> str:
    """Return the table of what the properties take: name, default, and the words that refuse all else."""
    return table(("property", "default", "takes"), ((code(name), _default(name), _allowed(name)) for name in KNOWN))


def _allowed(name: str) -> str:
    told = [_refusal(name, wrong) for wrong in _WRONG.get(name, ("",))]
    return "; ".join(dict.fromkeys(told)).replace("*", "\\*")


def attributes() -> str:
    """Return the table of the attributes: name and meaning.

    Raises:
        ValueError: the code gives an attribute that it does not explain, or explains one that it does not give.
    """
    explained = re.findall(r"^(\w+): (.*)\.$", inspect.getdoc(Result.attributes) or "", re.MULTILINE)
    given = Result("Added", settled=True, plan=Plan(outcome="Added", policy_name="x"), writes=1).attributes()
    if [name for name, _ in explained] != list(given):
        raise ValueError(f"Result.attributes explains {explained}, and gives {list(given)}: make both one.")
    return table(
        ("attribute", "value"),
        ((code(name), meaning.replace("``", "`")) for name, meaning in explained),
    )


def statement() -> str:
    """Return the statement that is written into an account without a policy, as JSON."""
    [grant] = Request(scope=_SCOPE).grants
    return fenced(json.dumps(grant.statement().to_dict(), indent=2), "json")


def _default(name: str) -> str:
    """Return the default of a property, which the template's parameter of that name has too.

    Raises:
        ValueError: the two differ.
    """
    told = default(name)
    if parse({name: told.strip("`")} if told.startswith("`") else {}, _SCOPE) != parse({}, _SCOPE):
        raise ValueError(f"template.yaml gives {name} the default {told}, the function another: make both one.")
    return told


def _refusal(name: str, wrong: object) -> str:
    try:
        parse({name: wrong}, _SCOPE)
    except BadProperty as error:
        return str(error).partition(": give ")[2].removesuffix(".")
    raise ValueError(f"{name} takes {wrong!r}: give this module a value that it refuses.")
