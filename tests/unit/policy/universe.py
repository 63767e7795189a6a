"""Concrete calls to try policies with: chosen from the patterns in the policies themselves.

A law over all calls is tried on the calls where it would first break: each pattern filled in with nothing, with a
letter that is in no pattern, and with text that crosses a colon, by each principal, for each action, in each context.
"""

import json
from collections.abc import Iterable
from functools import lru_cache
from itertools import product
from typing import Any

from .evaluator import Call, Pairs, like, listed

PARTITION, REGION, ACCOUNT = "aws", "eu-west-1", "123456789012"
OTHER_ACCOUNT, OTHER_REGION = "999999999999", "us-east-1"
HOME = f"arn:{PARTITION}:logs:{REGION}:{ACCOUNT}"
DELIVERY, SEARCH = "delivery.logs.amazonaws.com", "es.amazonaws.com"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/reader"

_PRINCIPALS = (f"Service:{DELIVERY}", f"Service:{SEARCH}", f"AWS:{ROLE}")
_ACTIONS = ("logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams")
_FILLS = ("", "z", "z:z/z")
_ALWAYS = (f"{HOME}:log-group:/aws/vendedlogs/z:log-stream:z", f"{HOME}:log-group:z")
_VARIABLES = {"${aws:SourceAccount}": ACCOUNT, "${*}": "z"}
_SOURCE = f"{HOME}:z"
_CONTEXTS: tuple[Pairs, ...] = (
    (),
    (("aws:SourceAccount", ACCOUNT),),
    (("aws:SourceArn", _SOURCE),),
    (("aws:SourceAccount", ACCOUNT), ("aws:SourceArn", _SOURCE)),
    (("aws:SourceAccount", ACCOUNT), ("aws:SourceArn", _SOURCE), ("aws:SourceOrgID", "o-ours")),
    (("aws:SourceAccount", ACCOUNT), ("aws:SourceArn", _SOURCE), ("aws:SourceOrgID", "o-theirs")),
    (("aws:SourceAccount", ACCOUNT), ("aws:SourceArn", f"arn:aws:logs:{OTHER_REGION}:{ACCOUNT}:z")),
    (("aws:SourceAccount", OTHER_ACCOUNT), ("aws:SourceArn", f"arn:aws:logs:{REGION}:{OTHER_ACCOUNT}:z")),
    (("aws:SourceAccount", OTHER_ACCOUNT), ("aws:SourceArn", _SOURCE)),
)


def calls(texts: Iterable[str]) -> tuple[Call, ...]:
    """Return the calls worth trying on these policy texts, always in the same order."""
    patterns = {pattern for text in texts for pattern in _resources(text)}
    arns = sorted({arn for pattern in patterns for arn in witnesses(pattern)} | set(_ALWAYS))
    return tuple(Call(*parts) for parts in product(_PRINCIPALS, _ACTIONS, arns, _CONTEXTS))


@lru_cache(maxsize=4096)
def _resources(text: str) -> tuple[str, ...]:
    statements: list[dict[str, Any]] = listed(json.loads(text)["Statement"])
    return tuple(
        resource
        for statement in statements
        for element in ("Resource", "NotResource")
        for resource in listed(statement.get(element, []))
    )


@lru_cache(maxsize=1 << 16)
def witnesses(pattern: str) -> tuple[str, ...]:
    """Return concrete ARNs that the pattern matches: at home where it allows that, and away from it."""
    for variable, value in _VARIABLES.items():
        pattern = pattern.replace(variable, value)
    fields = pattern.split(":", 5)
    if len(fields) < len(HOME.split(":")) + 1:
        return _ALWAYS
    *leading, last = fields
    pairs = zip(leading, HOME.split(":"), strict=True)
    home = ":".join(ours if like(field, ours) else _filled(field, "z") for field, ours in pairs)
    away = ":".join(_filled(field, "z") for field in leading)
    return (*(f"{home}:{_filled(last, fill)}" for fill in _FILLS), f"{away}:{_filled(last, 'z')}")


def _filled(pattern: str, fill: str) -> str:
    return pattern.replace("*", fill).replace("?", "z")
