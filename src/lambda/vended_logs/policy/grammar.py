"""From a document's text to its statements, or to the reason why it cannot be read in full.

Every fault is a ValueError whose text completes the sentence "cannot be read in full (...)".

Source: IAM User Guide, "Grammar of the IAM JSON policy language".
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from vended_logs.errors import shown
from vended_logs.policy.statement import ELEMENTS, Clause, Element, Statement, as_set, clauses

_VERSIONS = ("2008-10-17", "2012-10-17")
_STATEMENT_KEYS = frozenset(
    {"Sid", "Effect", "Condition", *ELEMENTS, *(f"Not{name}" for name in ELEMENTS)},
)


class _Number(str):
    """A JSON number, as it was spelt."""

    __slots__ = ()


def read(text: str) -> tuple[tuple[Statement, ...], str | None, str | None]:
    """Return statements, Version and Id of a document.

    Raises:
        ValueError: the text is not JSON, or holds anything whose meaning is not known here.
    """
    try:
        found = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_Number,
            parse_float=_Number,
        )
    except json.JSONDecodeError as error:
        raise ValueError("it is not JSON") from error
    except RecursionError as error:
        raise ValueError("it nests too deeply") from error
    return _document(found)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("it names a key twice")
    return found


def _constant(name: str) -> Any:  # noqa: ANN401 - the signature is json's
    raise ValueError(f"{name} is no JSON")


def _document(found: object) -> tuple[tuple[Statement, ...], str | None, str | None]:
    whole = _mapping(found, "the document")
    _known(whole, {"Version", "Id", "Statement"}, "the document")
    if "Statement" not in whole:
        raise ValueError("it has no Statement")
    listed = whole["Statement"]
    statements = tuple(map(_statement, listed if isinstance(listed, list) else [listed]))
    version = _optional_text(whole, "Version")
    if version not in (None, *_VERSIONS):
        raise ValueError(f"its Version is neither {' nor '.join(_VERSIONS)}")
    return statements, version, _optional_text(whole, "Id")


def _statement(found: object) -> Statement:
    whole = _mapping(found, "a statement")
    _known(whole, _STATEMENT_KEYS, "a statement")
    effect = whole.get("Effect")
    if effect not in ("Allow", "Deny"):
        raise ValueError("a statement's Effect is neither Allow nor Deny")
    principal, action, resource = (_element(whole, name) for name in ELEMENTS)
    condition = _condition(whole.get("Condition", {}))
    return Statement(effect, principal, action, resource, condition, _optional_text(whole, "Sid"))


def _element(whole: Mapping[str, Any], name: str) -> Element | None:
    keys = [key for key in (name, f"Not{name}") if key in whole]
    if not keys:
        return None
    if len(keys) > 1:
        raise ValueError(f"a statement has {name} and Not{name}")
    values = _principals(whole[keys[0]]) if name == "Principal" else _texts(whole[keys[0]], keys[0])
    return Element(as_set(values), negated=keys[0] != name)


def _principals(found: object) -> list[str]:
    if found == "*":
        return ["*"]
    kinds = _mapping(found, "a Principal")
    if not kinds or any(":" in kind for kind in kinds):
        raise ValueError("a Principal is of no known kind")
    named = {kind: _texts(names, "Principal") for kind, names in kinds.items()}
    if not all(named.values()):
        raise ValueError("a Principal names nobody")
    return [f"{kind}:{name}" for kind, names in named.items() for name in names]


def _condition(found: object) -> tuple[Clause, ...]:
    operators = _mapping(found, "a Condition")
    keyed = {
        operator: {key: _scalars(values) for key, values in _mapping(keys, "a Condition").items()}
        for operator, keys in operators.items()
    }
    for operator, keys in keyed.items():
        if not keys:
            message = f"a Condition's {shown(operator, 40)} has no key"
            raise ValueError(message)
        if len({key.lower() for key in keys}) != len(keys):
            message = f"a Condition's {shown(operator, 40)} names a key twice"
            raise ValueError(message)
    return clauses(keyed)


def _scalars(found: object) -> list[str]:
    """Return a condition's values as the strings they are compared as: IAM takes either spelling of a number."""
    listed = found if isinstance(found, list) else [found]
    texts = [("true" if value else "false") if isinstance(value, bool) else value for value in listed]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a Condition's value is neither text, number nor boolean")
    return [str(text) for text in texts]


def _texts(found: object, what: str) -> list[str]:
    listed: list[object] = found if isinstance(found, list) else [found]
    texts = [value for value in listed if type(value) is str]
    if len(texts) != len(listed):
        raise ValueError(f"a statement's {what} is not text")
    return texts


def _mapping(found: object, what: str) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise ValueError(f"{what} is no object")  # noqa: TRY004 - every fault of a document is a ValueError until parse() names it
    return found


def _known(whole: Mapping[str, Any], known: Iterable[str], what: str) -> None:
    unknown = sorted(set(whole) - set(known))
    if unknown:
        raise ValueError(f"{what} has an element that IAM does not know: {shown(unknown[0], 40)}")


def _optional_text(whole: Mapping[str, Any], name: str) -> str | None:
    value = whole.get(name)
    if name in whole and type(value) is not str:
        raise ValueError(f"{name} is not text")
    return value
