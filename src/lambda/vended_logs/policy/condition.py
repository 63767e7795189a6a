"""What one Condition says about another.

Only four operators are understood, those that ask a single-valued key to equal or match one of some values. Everything
else (negations, IfExists, ForAnyValue, ForAllValues, numbers, dates, policy variables) is taken for the same only if it
is spelt the same; for a Deny the plain negations are understood too.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators".
"""

from collections.abc import Iterable
from functools import lru_cache

from vended_logs.policy.document import Clause
from vended_logs.policy.patterns import Patterns
from vended_logs.policy.wildcard import ARN_COMPONENTS, arn_components, arn_overlaps, is_literal, matches, overlaps

_LITERAL = "StringEquals"
_STRING = frozenset({_LITERAL, "StringLike"})
_ARN = frozenset({"ArnEquals", "ArnLike"})
_POSITIVE = _STRING | _ARN
_NEGATED = {
    "StringNotEquals": _LITERAL,
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}
_IF_EXISTS = "IfExists"


def implies(narrow: Iterable[Clause], wide: Iterable[Clause]) -> bool:
    """Return whether every request that meets ``narrow`` meets ``wide``.

    Law: sound; errs towards no.
    """
    held = tuple(narrow)
    return all(any(_clause_implies(clause, asked) for clause in held) for asked in wide)


def excludes(granted: Iterable[Clause], denied: Iterable[Clause]) -> bool:
    """Return whether no request meets both: a Deny under ``denied`` takes nothing from a grant under ``granted``.

    Law: sound; errs towards no.
    """
    held = tuple(granted)
    return any(any(_clause_excludes(clause, asked) for clause in held) for asked in denied)


def _has_variable(clause: Clause) -> bool:
    return any("${" in value for value in clause.values)


def _clause_implies(narrow: Clause, wide: Clause) -> bool:
    if narrow.key.lower() != wide.key.lower():
        return False
    if narrow.operator == wide.operator and narrow.values == wide.values:
        return True
    if not {narrow.operator, wide.operator} <= _POSITIVE or _has_variable(narrow) or _has_variable(wide):
        return False
    return _values_cover(wide, narrow)


def _values_cover(wide: Clause, narrow: Clause) -> bool:
    """Return whether each value that ``narrow`` accepts is accepted by ``wide``, both under their operators."""
    literally = narrow.operator == _LITERAL
    if wide.operator == _LITERAL:
        return {*narrow.values} <= {*wide.values} and (literally or all(map(is_literal, narrow.values)))
    if wide.operator in _STRING:
        patterns = _strings(wide.values)
        return all(map(patterns.any_matches if literally else patterns.any_covers, narrow.values))
    if narrow.operator in _STRING and not all(_names_one_arn_family(narrow.operator, value) for value in narrow.values):
        return False
    return all(map(_arns(wide.values).any_covers, narrow.values))


@lru_cache(maxsize=1024)
def _strings(values: tuple[str, ...]) -> Patterns:
    return Patterns(values)


@lru_cache(maxsize=1024)
def _arns(values: tuple[str, ...]) -> Patterns:
    whole = (value for value in values if len(arn_components(value)) == ARN_COMPONENTS)
    return Patterns(whole, arns=True)


def _names_one_arn_family(operator: str, value: str) -> bool:
    """Return whether a string value fixes the five leading components, so that strings and ARNs read it alike."""
    parts = arn_components(value)
    fixed = parts if operator == _LITERAL else parts[:-1]
    return len(parts) == ARN_COMPONENTS and all(map(is_literal, fixed))


def _clause_excludes(granted: Clause, denied: Clause) -> bool:
    """Return whether no request meets both: where ``granted`` holds, the key is present with one of its values."""
    if granted.operator not in _POSITIVE or granted.key.lower() != denied.key.lower():
        return False
    if _has_variable(granted) or _has_variable(denied):
        return False
    if denied.operator == "Null":
        return denied.values == ("true",)
    operator = denied.operator.removesuffix(_IF_EXISTS)
    if operator in _NEGATED:
        return _clause_implies(granted, Clause(_NEGATED[operator], denied.key, denied.values))
    if operator not in _POSITIVE:
        return False
    return not any(
        _may_meet(granted.operator, ours, operator, theirs) for ours in granted.values for theirs in denied.values
    )


def _may_meet(one_operator: str, one: str, other_operator: str, other: str) -> bool:
    if one_operator == other_operator == _LITERAL:
        return one == other
    if _LITERAL in (one_operator, other_operator):
        literal, pattern = (one, other) if one_operator == _LITERAL else (other, one)
        return matches(pattern, literal)
    return arn_overlaps(one, other) if {one_operator, other_operator} & _ARN else overlaps(one, other)
