"""From the resource's properties, which arrive as strings, to a validated Request.

Every refusal names the property, what was given and what is allowed.
"""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from vended_logs.errors import BadProperty, NotAllowed, cut, shown
from vended_logs.policy.grant import LOG_DELIVERY, Scope
from vended_logs.policy.limits import MAX_NAME
from vended_logs.policy.request import DEFAULT_PATTERN, DEFAULT_POLICY_NAME, Request
from vended_logs.policy.wildcard import covers, is_literal, literal_prefix

IGNORED: Final = frozenset({"ServiceToken", "ServiceTimeout", "Refresh"})
"""CloudFormation's own properties, and the one that exists to be changed."""

_CHOICES: Final = {
    "SourceConditions": ("Account", "None"),
    "WhenFull": ("Widen", "Spill", "Fail"),
    "OnDelete": ("Retain", "RemoveWhenUnused"),
}
KNOWN: Final = ("PolicyName", "LogGroupPatterns", "Principals", *_CHOICES, "SettleSeconds", "Refresh")

_MAX_SETTLE, _MIN_SETTLE = 60, 5
_MIN_LITERAL = 4
_MAX_LISTED = 100
_MAX_QUOTED = 40
# CloudWatch Logs API, CreateLogGroup: the characters of a name; here with the two wildcards.
_PATTERN = re.compile(r"[A-Za-z0-9_/.#*?-]{1,512}", re.ASCII)
_PRINCIPAL = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the provider may be asked for, from its own configuration."""

    principals: tuple[str, ...] = (LOG_DELIVERY,)
    patterns: tuple[str, ...] = ("*",)
    policy_names: tuple[str, ...] = ("*",)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Bounds":
        """Read the bounds from the function's environment variables, comma-separated; an absent one is the default."""
        default = cls()
        return cls(
            _listed(environment.get("ALLOWED_PRINCIPALS", "")) or default.principals,
            _listed(environment.get("ALLOWED_LOG_GROUP_PATTERNS", "")) or default.patterns,
            _listed(environment.get("ALLOWED_POLICY_NAMES", "")) or default.policy_names,
        )

    def allows_policy_name(self, name: str) -> bool:
        """Return whether a policy of that name may be written."""
        return any(covers(pattern, name) for pattern in self.policy_names)

    def check(self, request: Request) -> None:
        """Hold a request against the bounds.

        Raises:
            NotAllowed: naming the property, the value, and the parameter of the provider that would allow it.
        """
        for principal in request.principals:
            if not any(covers(pattern, principal) for pattern in self.principals):
                raise _forbidden("Principals", principal, "AllowedPrincipals", self.principals)
        for pattern in request.patterns:
            if not any(covers(wide, pattern) for wide in self.patterns):
                raise _forbidden("LogGroupPatterns", pattern, "AllowedLogGroupPatterns", self.patterns)
        if not self.allows_policy_name(request.policy_name):
            raise _forbidden("PolicyName", request.policy_name, "AllowedPolicyNames", self.policy_names)


def parse(properties: Mapping[str, Any], scope: Scope, stack_id: str = "", logical_id: str = "") -> Request:
    """Return the request that the properties make.

    Raises:
        BadProperty: naming the property, what was given and what is allowed.
    """
    for name in properties:
        if name not in KNOWN and name not in IGNORED:
            raise _unknown(name)
    on_delete = _choice(properties, "OnDelete", "Retain")
    if not isinstance(properties.get("Refresh", ""), str):
        raise _bad("Refresh", properties["Refresh"], "any text")
    return Request(
        scope=scope,
        policy_name=_policy_name(properties),
        patterns=_list(properties, "LogGroupPatterns", DEFAULT_PATTERN, _pattern),
        principals=_list(properties, "Principals", LOG_DELIVERY, _principal),
        source_conditions=_choice(properties, "SourceConditions", "Account") == "Account",
        when_full=_choice(properties, "WhenFull", "Widen"),  # type: ignore[arg-type]  # _choice has looked
        on_delete=on_delete,  # type: ignore[arg-type]  # _choice has looked
        settle_seconds=settle_seconds(properties),
        stack_id=stack_id,
        logical_id=logical_id,
    )


def _forbidden(name: str, value: str, parameter: str, allowed: tuple[str, ...]) -> NotAllowed:
    listed = cut(", ".join(allowed), 80)
    return NotAllowed(
        f"{name} {shown(value)} is not what this provider may be asked for ({listed}): widen its {parameter}.",
    )


def _unknown(name: str) -> BadProperty:
    near = difflib.get_close_matches(name.lower(), [known.lower() for known in KNOWN], 1)
    meant = [f" (did you mean {known}?)" for known in KNOWN if known.lower() in near]
    quoted = name if name.isidentifier() and len(name) <= _MAX_QUOTED else shown(name, _MAX_QUOTED)
    return BadProperty(f"{quoted} is not a property of this resource{''.join(meant)}: use {', '.join(KNOWN)}.")


def _bad(name: str, given: object, allowed: str) -> BadProperty:
    return BadProperty(f"{name} is {shown(given, _MAX_QUOTED)}: give {allowed}.")


def _choice(properties: Mapping[str, Any], name: str, default: str) -> str:
    value = properties.get(name, default)
    if value not in _CHOICES[name]:
        raise _bad(name, value, " or ".join((", ".join(_CHOICES[name][:-1]), _CHOICES[name][-1])))
    return str(value)


def _policy_name(properties: Mapping[str, Any]) -> str:
    value = properties.get("PolicyName", DEFAULT_POLICY_NAME)
    # AWS::Logs::ResourcePolicy documents this shape, as a regular expression that backtracks.
    well_formed = (
        isinstance(value, str)
        and len(value) <= MAX_NAME
        and value.isprintable()
        and not set(value) & set(":*")
        and all(part.strip() for part in value.split("/"))
    )
    if not well_formed:
        raise _bad(
            "PolicyName", value, f"1 to {MAX_NAME} printable characters without ':', '*' or empty parts between slashes"
        )
    return str(value)


def settle_seconds(properties: Mapping[str, Any]) -> int:
    """Return SettleSeconds.

    Raises:
        BadProperty: it is no number that is allowed.
    """
    value = properties.get("SettleSeconds", str(_MIN_SETTLE))
    seconds = -1
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,3}", value.strip(), re.ASCII):
        seconds = int(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        seconds = value
    if seconds != 0 and not _MIN_SETTLE <= seconds <= _MAX_SETTLE:
        raise _bad("SettleSeconds", value, f"0, or {_MIN_SETTLE} to {_MAX_SETTLE}")
    return seconds


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _list(
    properties: Mapping[str, Any],
    name: str,
    default: str,
    check: Callable[[str], str | None],
) -> tuple[str, ...]:
    value = properties.get(name, default)
    values = value.split(",") if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise _bad(name, value, "a list or comma-separated text")
    found = tuple(dict.fromkeys(one.strip() for one in values))
    if not 0 < len(found) <= _MAX_LISTED or "" in found:
        raise _bad(name, value, f"1 to {_MAX_LISTED} values, none of them empty")
    for one in found:
        allowed = check(one)
        if allowed is not None:
            raise _bad(name, one, allowed)
    return found


def _pattern(value: str) -> str | None:
    if not _PATTERN.fullmatch(value):
        return "log group names of up to 512 letters, digits and _ / . # -, with * and ? as wildcards"
    if not is_literal(value) and len(literal_prefix(value)) < _MIN_LITERAL:
        return f"a pattern with {_MIN_LITERAL} literal characters before its first wildcard"
    return None


def _principal(value: str) -> str | None:
    return None if _PRINCIPAL.fullmatch(value) else f"service principals such as {LOG_DELIVERY}"
