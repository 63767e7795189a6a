"""What one condition says of another: whether it implies it, and whether both can hold at once."""

import pytest

from vended_logs.policy.condition import excludes, implies
from vended_logs.policy.document import Clause

_ARN = "arn:aws:logs:eu-west-1:1"
_VARIABLE = "${aws:PrincipalAccount}"


def _clause(operator: str, *values: str, key: str = "aws:SourceArn") -> Clause:
    return Clause(operator, key, values)


@pytest.mark.parametrize(
    ("narrow", "wide", "expected"),
    [
        (_clause("StringEquals", "a"), _clause("StringEquals", "a"), True),
        (_clause("StringEquals", "a"), _clause("StringEquals", "b"), False),
        (_clause("StringEquals", "a"), _clause("StringEquals", "a", "b"), True),
        (_clause("StringEquals", "a", "b"), _clause("StringEquals", "a"), False),
        (_clause("StringEquals", "a", "b"), _clause("StringEquals", "b", "c", "a"), True),
        (_clause("StringEquals", "a"), _clause("StringEquals", "a", key="AWS:sourcearn"), True),
        (_clause("StringEquals", "a"), _clause("StringEquals", "a", key="aws:Source"), False),
        (_clause("StringLike", "a*"), _clause("StringEquals", "a*"), False),
        (_clause("StringLike", "a"), _clause("StringEquals", "a"), True),
        (_clause("StringLike", "a"), _clause("StringEquals", "b"), False),
        (_clause("ArnLike", f"{_ARN}:x"), _clause("StringEquals", f"{_ARN}:x"), True),
        (_clause("StringEquals", "ab"), _clause("StringLike", "a*"), True),
        (_clause("StringEquals", "a*"), _clause("StringLike", "a?"), True),
        (_clause("StringLike", "a*"), _clause("StringLike", "a?"), False),
        (_clause("StringLike", "a?"), _clause("StringLike", "a*"), True),
        (_clause("StringEquals", "b"), _clause("StringLike", "a*"), False),
        (_clause("ArnLike", f"{_ARN}:a*"), _clause("StringLike", "arn:aws:*"), True),
        (_clause("ArnLike", f"{_ARN}:a*"), _clause("StringLike", "arn:aws:*b"), False),
        (_clause("ArnLike", f"{_ARN}:a"), _clause("ArnLike", f"{_ARN}:*"), True),
        (_clause("ArnLike", f"{_ARN}:*"), _clause("ArnEquals", f"{_ARN}:*"), True),
        (_clause("ArnEquals", f"{_ARN}:*"), _clause("ArnLike", f"{_ARN}:a"), False),
        (_clause("ArnLike", "a"), _clause("ArnEquals", "a"), False),
        (_clause("ArnLike", "a"), _clause("ArnEquals", "*"), False),
        (_clause("ArnLike", f"{_ARN}:a"), _clause("ArnEquals", "*"), False),
        (_clause("StringEquals", f"{_ARN}:a"), _clause("ArnLike", f"{_ARN}:*"), True),
        (_clause("StringEquals", f"{_ARN}:a*"), _clause("ArnLike", f"{_ARN}:*"), False),
        (_clause("StringLike", f"{_ARN}:a*"), _clause("ArnLike", f"{_ARN}:*"), True),
        (_clause("StringLike", f"{_ARN}:a"), _clause("ArnLike", f"{_ARN}:b*"), False),
        (_clause("StringLike", "arn:aws:*:eu-west-1:1:a"), _clause("ArnLike", "arn:aws:*:eu-west-1:1:a"), False),
        (_clause("StringLike", "arn:aws:*:eu-west-1:1:a"), _clause("ArnLike", "arn:aws:*:*:1:a"), False),
        (_clause("StringEquals", "arn:aws:*:eu-west-1:1:a"), _clause("ArnLike", "arn:aws:*:*:1:a"), False),
        (_clause("StringLike", "a"), _clause("ArnLike", "a"), False),
        (_clause("Bool", "true"), _clause("Bool", "true"), True),
        (_clause("Bool", "true"), _clause("Bool", "false", "true"), False),
        (_clause("StringEqualsIfExists", "a"), _clause("StringEquals", "a"), False),
        (_clause("StringEquals", "a"), _clause("StringEqualsIfExists", "a"), False),
        (_clause("StringNotEquals", "a"), _clause("StringNotEquals", "a", "b"), False),
        (_clause("StringEquals", f"{_ARN}:a"), _clause("ArnNotLike", f"{_ARN}:*"), False),
        (_clause("StringEquals", "a*"), _clause("StringEquals", "a*", "b"), True),
        (_clause("ArnLike", "arn:aws:logs:*:1:a"), _clause("ArnLike", "arn:aws:*:*:*:*"), True),
        (_clause("StringLike", "arn:aws:logs:eu-west-1:*:a"), _clause("ArnLike", "arn:aws:logs:*:*:a"), False),
        (_clause("StringLike", "a", "b*"), _clause("StringEquals", "a", "b*"), False),
        (_clause("StringLike", "b*", "a"), _clause("StringEquals", "a", "b*"), False),
        (_clause("StringEquals", "ab", "b"), _clause("StringLike", "a*"), False),
        (_clause("StringEquals", "b", "ab"), _clause("StringLike", "a*"), False),
        (_clause("StringLike", "a*", "b"), _clause("StringLike", "a*"), False),
        (_clause("StringLike", f"{_ARN}:a", "arn:*"), _clause("ArnLike", f"{_ARN}:*", "arn:*:*:*:*:*"), False),
        (_clause("ArnLike", f"{_ARN}:a", f"{_ARN}:b"), _clause("ArnLike", f"{_ARN}:a*"), False),
        (
            _clause("StringLike", f"{_ARN}:a", "arn:aws:*:eu-west-1:1:a"),
            _clause("ArnLike", f"{_ARN}:a", "arn:aws:*:*:1:a"),
            False,
        ),
        (_clause("ArnLike", "arn:aws:logs:x:1:a:1:b"), _clause("ArnLike", "arn:aws:logs:*:1:b"), False),
        (_clause("StringEquals", _VARIABLE), _clause("StringEquals", _VARIABLE), True),
        (_clause("StringEquals", _VARIABLE), _clause("StringLike", "*"), False),
        (_clause("StringEquals", _VARIABLE), _clause("StringEquals", _VARIABLE, "a"), False),
        (_clause("StringEquals", "a"), _clause("StringEquals", "a", _VARIABLE), False),
        (_clause("StringEquals", "a", _VARIABLE), _clause("StringLike", "*"), False),
    ],
)
def test_one_clause_implies_another(narrow: Clause, wide: Clause, expected: bool) -> None:  # noqa: FBT001 - a table's column
    """Each value accepted by the one is accepted by the other, whatever the operators make of it."""
    assert implies([narrow], [wide]) is expected


def test_every_clause_asked_for_must_follow_from_one() -> None:
    """Clauses of a statement all hold: one that none of the others implies is not implied."""
    account, org = _clause("StringEquals", "1", key="a"), _clause("StringEquals", "o", key="b")
    assert implies([account, org], [org, account])
    assert implies([account, org], [org])
    assert implies([account], [])
    assert implies([], [])
    assert not implies([account], [org, account])
    assert not implies([], [org])
    assert implies(iter([account, org]), iter([org, account]))


@pytest.mark.parametrize(
    ("granted", "denied", "expected"),
    [
        (_clause("StringEquals", "a"), _clause("StringEquals", "b"), True),
        (_clause("StringEquals", "a"), _clause("StringEquals", "a"), False),
        (_clause("StringEquals", "a"), _clause("StringEquals", "b", "a"), False),
        (_clause("StringEquals", "a", "b"), _clause("StringEquals", "b"), False),
        (_clause("StringEquals", "a", "b"), _clause("StringEquals", "c", "d"), True),
        (_clause("StringEquals", "a"), _clause("StringEquals", "b", key="AWS:sourcearn"), True),
        (_clause("StringEquals", "a"), _clause("StringEquals", "b", key="aws:Source"), False),
        (_clause("StringEquals", "a*"), _clause("StringEquals", "ab"), True),
        (_clause("StringLike", "a*"), _clause("StringEquals", "ab"), False),
        (_clause("StringLike", "a*"), _clause("StringEquals", "b"), True),
        (_clause("StringEquals", "ab"), _clause("StringEquals", "a*"), True),
        (_clause("StringLike", "ab"), _clause("StringEquals", "a*"), True),
        (_clause("StringEquals", "ab"), _clause("StringLike", "a*"), False),
        (_clause("StringEquals", "b"), _clause("StringLike", "a*"), True),
        (_clause("StringEquals", "a*"), _clause("StringLike", "ab"), True),
        (_clause("StringLike", "a*"), _clause("StringLike", "*b"), False),
        (_clause("StringLike", "a*"), _clause("StringLike", "b*"), True),
        (_clause("StringLike", "a"), _clause("StringLike", "b"), True),
        (_clause("ArnLike", "a"), _clause("ArnLike", "b"), False),
        (_clause("ArnLike", "a"), _clause("StringLike", "b"), False),
        (_clause("StringLike", "a"), _clause("ArnEquals", "b"), False),
        (_clause("ArnLike", f"{_ARN}:a*"), _clause("ArnEquals", f"{_ARN}:b*"), True),
        (_clause("ArnLike", f"{_ARN}:a*"), _clause("ArnEquals", f"{_ARN}:*b"), False),
        (_clause("ArnEquals", f"{_ARN}:a*"), _clause("StringEquals", f"{_ARN}:b"), True),
        (_clause("ArnEquals", f"{_ARN}:a*"), _clause("StringEquals", f"{_ARN}:ab"), False),
        (_clause("StringEquals", "a"), _clause("StringEqualsIfExists", "b"), True),
        (_clause("StringEquals", "a"), _clause("StringEqualsIfExists", "a"), False),
        (_clause("StringEqualsIfExists", "a"), _clause("StringEquals", "b"), False),
        (_clause("StringNotEquals", "a"), _clause("StringEquals", "a"), False),
        (_clause("StringEquals", "a"), _clause("StringNotEquals", "a"), True),
        (_clause("StringEquals", "a"), _clause("StringNotEquals", "a", "b"), True),
        (_clause("StringEquals", "a", "b"), _clause("StringNotEquals", "a"), False),
        (_clause("StringEquals", "a"), _clause("StringNotEqualsIfExists", "a"), True),
        (_clause("StringEquals", "a"), _clause("StringNotEqualsIfExists", "b"), False),
        (_clause("StringEquals", "ab"), _clause("StringNotLike", "a*"), True),
        (_clause("StringEquals", "ab"), _clause("StringNotEquals", "a*"), False),
        (_clause("StringLike", "a*"), _clause("StringNotLike", "a?"), False),
        (_clause("ArnLike", f"{_ARN}:a"), _clause("ArnNotLike", f"{_ARN}:*"), True),
        (_clause("ArnLike", f"{_ARN}:a"), _clause("ArnNotEquals", f"{_ARN}:*"), True),
        (_clause("ArnLike", f"{_ARN}:*"), _clause("ArnNotEquals", f"{_ARN}:a"), False),
        (_clause("ArnLike", "a"), _clause("ArnNotLike", "a"), True),
        (_clause("ArnEquals", "a"), _clause("ArnNotLike", "a"), False),
        (_clause("StringEquals", "a"), _clause("Null", "true"), True),
        (_clause("StringEquals", "a"), _clause("Null", "false"), False),
        (_clause("StringEquals", "a"), _clause("Null", "false", "true"), False),
        (_clause("StringEquals", "a"), _clause("NullIfExists", "true"), False),
        (_clause("StringEquals", "a"), _clause("Null", "true", key="aws:Source"), False),
        (_clause("Bool", "true"), _clause("Null", "true"), False),
        (_clause("StringEquals", "a"), _clause("StringEqualsIgnoreCase", "b"), False),
        (_clause("StringEquals", "a"), _clause("ForAllValues:StringEquals", "b"), False),
        (_clause("StringEquals", "a"), _clause("ForAnyValue:StringNotEquals", "a"), False),
        (_clause("StringEquals", _VARIABLE), _clause("StringEquals", "b"), False),
        (_clause("StringEquals", "a"), _clause("StringEquals", _VARIABLE), False),
        (_clause("StringEquals", "a", _VARIABLE), _clause("StringEquals", "b"), False),
        (_clause("StringEquals", _VARIABLE), _clause("StringNotEquals", _VARIABLE), False),
    ],
)
def test_one_clause_excludes_another(granted: Clause, denied: Clause, expected: bool) -> None:  # noqa: FBT001 - a table's column
    """No value of a key that is there meets both; where that is not sure, they are taken to meet."""
    assert excludes([granted], [denied]) is expected


def test_one_excluded_clause_is_enough() -> None:
    """Clauses of a Deny all must hold for it to apply, so that one which cannot saves the grant."""
    account, org = _clause("StringEquals", "1", key="a"), _clause("StringEquals", "o", key="b")
    other = _clause("StringEquals", "2", key="a")
    assert excludes([org, account], [other])
    assert excludes([account], [org, other])
    assert not excludes([account, org], [account, org])
    assert not excludes([account], [])
    assert not excludes([], [account])
    assert excludes(iter([org, account]), iter([org, other]))
