"""What the doctor's JSON holds: the docstrings of what makes it, held against what it makes of an account."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from documentation import scenes
from documentation.markdown import code, table
from vended_logs_tools.diagnosis.finding import Weight
from vended_logs_tools.screen import as_json as module

_REFUSED: Final = {"ListLogGroups": (400, "AccessDeniedException"), "DescribeLogGroups": (400, "AccessDeniedException")}
_OWN: Final = "arn:aws:logs:us-west-2:123456789012:log-group:/aws/vendedlogs/states/billing"


def region() -> str:
    """Return the table of what is told of a region."""
    return _table("as_json", "field", _seen())


def policy() -> str:
    """Return the table of what is told of a policy of the account."""
    return _table("_policy", "of a policy", _seen()["policies"][0])


def grant() -> str:
    """Return the table of what is told of the grant."""
    return _table("_grant", "of the grant", _seen()["grant"])


def finding() -> str:
    """Return the table of what is told of a finding.

    Raises:
        ValueError: as the others, or the weights that are told are not those that there are.
    """
    told = _explained("_finding")["weight"]
    if re.findall(r"`(\w+)`", told) != [weight.value for weight in Weight]:
        raise ValueError(f"_finding tells of the weights {told}: there are {', '.join(Weight)}.")
    return _table("_finding", "of a finding", _seen()["findings"][0])


def _table(maker: str, head: str, given: Mapping[str, Any]) -> str:
    """Return a table of the fields, each with what the docstring of its maker says.

    Raises:
        ValueError: the docstring does not tell of what is given, in its order, or tells of what is not given.
    """
    told = _explained(maker)
    if list(told) != list(given):
        raise ValueError(f"{maker} explains {list(told)}, and gives {list(given)}: make both one.")
    for name, value in given.items():
        missing = [one for one in _within(value) if code(one) not in told[name]]
        if missing and "(below)" not in told[name]:
            raise ValueError(f"{maker} does not tell that {name} has {missing}: say so in its docstring.")
    return table((head, "holds"), ((code(name), _linked(meaning)) for name, meaning in told.items()))


def _explained(maker: str) -> dict[str, str]:
    """Return what a docstring says of each field, in Markdown."""
    text = inspect.getdoc(vars(module)[maker]) or ""
    return dict(re.findall(r"^(\w+): (.*)\.$", text.replace("``", "`"), re.MULTILINE))


def _linked(meaning: str) -> str:
    """Return a meaning with the pages that it names as links from docs/cli.md."""
    return re.sub(r"`docs/([a-z]+)\.md`", r"[\1](\1.md)", meaning)


def _within(value: object) -> Iterator[str]:
    """Yield the names of the fields of an object, or of those in a list, but for what AWS was asked with."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            if name != "arguments":
                yield from _within(inner)
    elif isinstance(value, list) and value and isinstance(value[0], dict) and "Effect" not in value[0]:
        yield from _within(value[0])


def _seen() -> dict[str, Any]:
    """Return a region with a finding, a log group's own policy, and log groups that may not be listed."""
    report: dict[str, Any] = json.loads(json.dumps(module.as_json(scenes.examined(_OWN, **_REFUSED))))
    return report
