"""A small judge of CloudWatch Logs resource policies, working on the raw JSON.

It follows the evaluation rules of the IAM User Guide ("Policy evaluation logic", "IAM JSON policy elements") and
shares neither code nor classes with the core, so that the two can only agree by both being right. It is for tests: it
knows the operators that the tests write, and says so loudly when it meets another.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

Pairs = tuple[tuple[str, str], ...]
"""Condition keys and their values in one call; a key given twice has two values, a key not given is missing."""

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_LITERALS = {"*": "\ue000", "?": "\ue001", "$": "$"}  # ${*} is a star to be read as a star: no call here holds one
_ARN_FIELDS = 6
_CACHE = 1 << 18


class Call(NamedTuple):
    """One concrete request: who (`Service:name` or `AWS:arn`), does what, to which ARN, in which context."""

    principal: str
    action: str
    resource: str
    context: Pairs = ()


def allows(documents: Iterable[str], call: Call) -> bool:
    """Whether the policy texts, taken together, allow the call: some Allow applies and no Deny does."""
    return bool(allowed(documents, (call,)))


def allowed(documents: Iterable[str], calls: Iterable[Call], *, crossing: bool = False) -> frozenset[Call]:
    """Return those of the calls that the policy texts, taken together, allow.

    The guide says both that wildcards work within the parts of an ARN and that a star at the end of one "can expand to
    match beyond the colon boundaries"; `crossing` judges by the second, for Resource and NotResource.
    """
    statements = [statement for text in documents for statement in _read(text, crossing)]
    denies = [one.applies for one in statements if one.effect == "Deny"]
    allow = [one.applies for one in statements if one.effect == "Allow"]
    return frozenset(
        call
        for call in calls
        if any(applies(call) for applies in allow) and not any(applies(call) for applies in denies)
    )


@lru_cache(maxsize=512)
def _read(text: str, crossing: bool) -> tuple["_Statement", ...]:  # noqa: FBT001 - a cache takes no keywords apart
    """Return each statement; only from version 2012-10-17 on is `${...}` a variable in it."""
    document = json.loads(text)
    variables = document.get("Version", "2008-10-17") == "2012-10-17"
    return tuple(
        _Statement(statement, variables="${" in text and variables, crossing=crossing)
        for statement in listed(document["Statement"])
    )


class _Statement:
    """One statement, remembering each of its answers: a universe asks the same few things over and over."""

    def __init__(self, statement: Mapping[str, Any], *, variables: bool, crossing: bool) -> None:
        self.effect: str = statement["Effect"]
        self._raw, self._variables = statement, variables
        self._like = like_across if crossing else arn_like
        self._who = lru_cache(None)(self._is_who)
        self._what = lru_cache(None)(self._is_what)
        self._where = lru_cache(None)(self._is_where)
        self._when = lru_cache(None)(self._is_when)

    def applies(self, call: Call) -> bool:
        return (
            self._who(call.principal)
            and self._what(call.action)
            and self._where(call.resource, call.context if self._variables else ())
            and self._when(call.context)
        )

    def _is_who(self, principal: str) -> bool:
        return _holds(self._raw, "Principal", lambda value: any(_is_who(one, principal) for one in _who(value)))

    def _is_what(self, action: str) -> bool:
        return _holds(
            self._raw, "Action", lambda value: any(like(one.lower(), action.lower()) for one in listed(value))
        )

    def _is_where(self, resource: str, context: Pairs) -> bool:
        def matched(value: Any) -> bool:
            return any(
                self._like(one, resource) for one in _expanded(listed(value), context, variables=self._variables)
            )

        return _holds(self._raw, "Resource", matched)

    def _is_when(self, context: Pairs) -> bool:
        return all(
            _clause_holds(operator, key, context, _expanded(values, context, variables=self._variables))
            for operator, keys in self._raw.get("Condition", {}).items()
            for key, values in ((key, listed(values)) for key, values in keys.items())
        )


def _holds(statement: Mapping[str, Any], element: str, test: Callable[[Any], bool]) -> bool:
    if element in statement:
        return test(statement[element])
    if f"Not{element}" in statement:
        return not test(statement[f"Not{element}"])
    return element == "Resource"  # a policy that hangs on a resource need not name it


def listed(value: Any) -> list[Any]:
    """Return a JSON value that may stand alone or in a list as a list."""
    return value if isinstance(value, list) else [value]


def _who(principal: Any) -> list[str]:
    if isinstance(principal, str):
        return [principal]
    return [f"{kind}:{value}" for kind, values in principal.items() for value in listed(values)]


def _is_who(pattern: str, principal: str) -> bool:
    # `"*"` and `{"AWS": "*"}` both mean everyone, services included ("AWS JSON policy elements: Principal").
    if pattern in {"*", "AWS:*", principal}:
        return True
    kind, _, value = pattern.partition(":")
    if value == "*":
        return principal.startswith(f"{kind}:")
    account = re.fullmatch(r"(?:arn:[^:]*:iam::)?(\d{12})(?::root)?", value)
    return bool(account and kind == "AWS" and re.match(rf"AWS:arn:[^:]*:[^:]*:[^:]*:{account[1]}:", principal))


def _expanded(values: Iterable[Any], context: Pairs, *, variables: bool) -> list[str]:
    """Fill in policy variables; a value whose variable is missing from the call matches nothing and is left out."""
    texts = [value if isinstance(value, str) else json.dumps(value) for value in values]
    if not variables:
        return texts
    known = {key.lower(): value for key, value in context} | _LITERALS
    return [
        _VARIABLE.sub(lambda found: known[found[1].lower()], text)
        for text in texts
        if all(name.lower() in known for name in _VARIABLE.findall(text))
    ]


def _clause_holds(operator: str, key: str, context: Pairs, wanted: list[str]) -> bool:
    quantifier, _, name = operator.rpartition(":")
    base = name.removesuffix("IfExists")
    have = [value for known, value in context if known.lower() == key.lower()]
    if base == "Null":
        return any((value.lower() == "true") is (not have) for value in wanted)
    if quantifier == "ForAllValues":
        return all(_value_holds(base, wanted, value) for value in have)
    if quantifier == "ForAnyValue":
        return any(_value_holds(base, wanted, value) for value in have)
    if not have:
        return name != base or "Not" in base
    return _value_holds(base, wanted, have[0])


def _value_holds(operator: str, wanted: list[str], value: str) -> bool:
    if "Not" in operator:
        return not _value_holds(operator.replace("Not", ""), wanted, value)
    match operator:
        case "StringEquals":
            return value in wanted
        case "StringEqualsIgnoreCase" | "Bool":
            return value.lower() in [one.lower() for one in wanted]
        case "StringLike":
            return any(like(one, value) for one in wanted)
        case "ArnEquals" | "ArnLike":
            return any(arn_like(one, value) for one in wanted)
    message = f"the evaluator does not know the operator {operator}"
    raise LookupError(message)


@lru_cache(maxsize=_CACHE)
def like(pattern: str, text: str) -> bool:
    """Whether the text is matched by a pattern in which `*` is any run and `?` any one character.

    Memoised recursion, one level a star: try every length for the first star.
    """
    head, star, tail = pattern.partition("*")
    if not _same(head, text[: len(head)]) or (not star and len(text) > len(head)):
        return False
    rest = text[len(head) :]
    return not star or not tail or any(like(tail, rest[start:]) for start in range(len(rest) + 1))


def _same(head: str, text: str) -> bool:
    return len(head) == len(text) and all(wanted in ("?", have) for wanted, have in zip(head, text, strict=True))


@lru_cache(maxsize=_CACHE)
def arn_like(pattern: str, arn: str) -> bool:
    """Whether an ARN is matched, component by component: a star crosses a colon only inside the sixth.

    A pattern with fewer components is completed with stars ("IAM JSON policy elements: Resource").
    """
    if pattern == "*":
        return True
    wanted, have = pattern.split(":", _ARN_FIELDS - 1), arn.split(":", _ARN_FIELDS - 1)
    if len(have) < _ARN_FIELDS:
        return pattern == arn
    wanted += ["*"] * (_ARN_FIELDS - len(wanted))
    return all(like(one, other) for one, other in zip(wanted, have, strict=True))


def like_across(pattern: str, arn: str) -> bool:
    """Whether an ARN is matched when a star may cross any colon; a pattern with fewer components is completed."""
    missing = _ARN_FIELDS - 1 - pattern.count(":")
    return like(pattern + ":*" * max(missing, 0), arn) or like(pattern, arn)
