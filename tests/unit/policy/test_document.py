"""Reading and writing policies: what is read is meant, and what cannot be read in full is refused."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vended_logs.errors import UnreadableDocument
from vended_logs.policy.document import PolicyDocument, ResourcePolicy

from .evaluator import allowed
from .policies import described, text
from .strategies import documents
from .universe import calls


@given(documents())
def test_a_round_trip_keeps_the_meaning(policy: str) -> None:
    """A policy that is read and written allows what it allowed."""
    written = PolicyDocument.parse(policy).to_json()
    tried = calls([policy, written])
    assert allowed([written], tried) == allowed([policy], tried)


@given(documents())
def test_what_is_written_is_read_back_the_same(policy: str) -> None:
    """Canonical text is read and written unchanged, and equal documents have one text."""
    document = PolicyDocument.parse(policy)
    assert PolicyDocument.parse(document.to_json()) == document
    assert PolicyDocument.parse(document.to_json()).to_json() == document.to_json()


@given(documents())
def test_the_size_is_that_of_the_text(policy: str) -> None:
    """A document's size counts the characters that are sent; a policy's, those that were read."""
    assert PolicyDocument.parse(policy).size == len(PolicyDocument.parse(policy).to_json())
    read = ResourcePolicy.parse("some-policy", policy, 1_700_000_000_000)
    assert (read.name, read.size, read.last_updated) == ("some-policy", len(policy), 1_700_000_000_000)


@given(documents(), st.randoms(use_true_random=False))
def test_another_spelling_has_the_same_canonical_text(policy: str, dice: random.Random) -> None:
    """Key order, white space, lists of one and a lone statement leave no mark on the canonical text."""
    document = json.loads(policy)
    spelt = json.dumps(_respelt(document, dice), indent=dice.choice([None, 1]))
    assert PolicyDocument.parse(spelt).to_json() == PolicyDocument.parse(policy).to_json()


_NEVER_LISTS = {"Version", "Id", "Effect", "Sid"}


def _respelt(value: Any, dice: random.Random, name: str = "") -> Any:
    if isinstance(value, dict):
        keys = list(value)
        if name != "Condition":  # the order of clauses is the writer's
            dice.shuffle(keys)
        respelt = {key: _respelt(value[key], dice, key) for key in keys}
        return [respelt] if name == "Statement" and dice.random() < 0.5 else respelt
    if isinstance(value, list):
        each = [_respelt(one, dice) if isinstance(one, dict) else one for one in value]
        return each[0] if len(each) == 1 and dice.random() < 0.5 else each
    return (
        [value] if name not in _NEVER_LISTS and (name, value) != ("Principal", "*") and dice.random() < 0.5 else value
    )


@given(documents(), st.randoms(use_true_random=False))
def test_the_order_of_a_list_does_not_matter(policy: str, dice: random.Random) -> None:
    """Statements and entries in another order allow the same after a round trip."""
    document = json.loads(policy)
    if isinstance(document["Statement"], list):
        dice.shuffle(document["Statement"])
    shuffled = PolicyDocument.parse(json.dumps(document)).to_json()
    tried = calls([policy])
    assert allowed([shuffled], tried) == allowed([policy], tried)


@given(documents())
def test_the_service_gives_back_the_same_document(policy: str) -> None:
    """What DescribeResourcePolicies makes of a written document is read as the document that was written."""
    document = PolicyDocument.parse(policy)
    echoed = PolicyDocument.parse(described(document.to_json()))
    tried = calls([policy])
    assert allowed([echoed.to_json()], tried) == allowed([policy], tried)
    assert echoed.statements == document.statements


def test_canonical_text_is_compact_with_lists_of_one_as_strings() -> None:
    """The canonical text has no white space and no list of one."""
    written = PolicyDocument.parse(
        '{ "Statement": [ {"Effect": "Allow", "Principal": {"Service": ["a"]}, "Action": ["b"], "Resource": ["c"]} ] }'
    ).to_json()
    assert " " not in written
    statement = json.loads(written)["Statement"]
    assert (statement if isinstance(statement, dict) else statement[0])["Resource"] == "c"
    assert '["a"]' not in written
    assert '["b"]' not in written


def test_a_missing_version_is_the_old_one() -> None:
    """A document without a Version never becomes 2012-10-17, under which `${...}` would be a variable."""
    statement = {**_STATEMENT, "Resource": "arn:aws:logs:eu-west-1:${aws:SourceAccount}:*"}
    written = PolicyDocument.parse(text(statement, version=None)).to_json()
    assert json.loads(written).get("Version", "2008-10-17") == "2008-10-17"


_STATEMENT = {"Effect": "Allow", "Principal": {"Service": "a"}, "Action": "logs:PutLogEvents", "Resource": "*"}


@pytest.mark.parametrize(
    "changes",
    [
        {"Condition": {"Bool": {"aws:SecureTransport": True}}},
        {"Condition": {"NumericLessThan": {"s3:max-keys": 5}}},
        {"Condition": {"Null": {"aws:SourceAccount": False}}},
    ],
    ids=["bool", "number", "null"],
)
def test_bare_condition_values_are_refused_or_keep_their_meaning(changes: dict[str, Any]) -> None:
    """A condition's value written bare is either refused or written as the same value, never lost."""
    [(operator, clause)] = changes["Condition"].items()
    [(key, value)] = clause.items()
    try:
        written = PolicyDocument.parse(text(_STATEMENT | changes)).to_json()
    except UnreadableDocument:
        return
    [statement] = PolicyDocument.parse(written).statements
    assert [(one.operator, one.key, one.values) for one in statement.condition] == [
        (operator, key, (json.dumps(value),))
    ]


def _with(**changes: Any) -> str:
    return text({key: value for key, value in (_STATEMENT | changes).items() if value is not None})


_GOOD = _with()
UNREADABLE = {
    "empty": "",
    "blank": " \n",
    "not-json": "Version: 2012-10-17",
    "cut-short": _GOOD[:-1],
    "trailing": _GOOD + "}",
    "two-documents": _GOOD + _GOOD,
    "null": "null",
    "list": f"[{_GOOD}]",
    "string": '"policy"',
    "number": "1",
    "true": "true",
    "no-statement": '{"Version":"2012-10-17"}',
    "empty-object": "{}",
    "statement-null": '{"Statement":null}',
    "statement-string": '{"Statement":"Allow"}',
    "statement-number": '{"Statement":[1]}',
    "statement-nested-list": '{"Statement":[[' + json.dumps(_STATEMENT) + "]]}",
    "duplicate-version": _GOOD.replace("{", '{"Version":"2008-10-17",', 1),
    "duplicate-statement": _GOOD.replace("{", '{"Statement":[],', 1),
    "duplicate-effect": _GOOD.replace('"Effect"', '"Effect":"Deny","Effect"'),
    "duplicate-service": _GOOD.replace('"Service"', '"Service":"b","Service"'),
    "duplicate-condition-key": _with(Condition={"StringEquals": {"k": "v"}}).replace('"k"', '"k":"w","k"'),
    "unknown-top-element": _GOOD.replace("{", '{"Statements":[],', 1),
    "unknown-element": _with(Reason="none"),
    "element-in-another-case": _with(Resource=None, resource="*"),
    "effect-missing": _with(Effect=None),
    "effect-null": _GOOD.replace('"Allow"', "null"),
    "effect-lower": _with(Effect="allow"),
    "effect-unknown": _with(Effect="Audit"),
    "effect-list": _with(Effect=["Allow"]),
    "version-unknown": _GOOD.replace("2012-10-17", "2030-01-01"),
    "version-number": _GOOD.replace('"2012-10-17"', "20121017"),
    "version-list": _GOOD.replace('"2012-10-17"', '["2012-10-17"]'),
    "sid-number": _with(Sid=5),
    "sid-list": _with(Sid=["a"]),
    "id-number": _GOOD.replace("{", '{"Id":5,', 1),
    "action-and-not-action": _with(NotAction="logs:DeleteLogGroup"),
    "resource-and-not-resource": _with(NotResource="arn:aws:logs:*:*:*"),
    "principal-and-not-principal": _with(NotPrincipal={"AWS": "1"}),
    "resource-number": _with(Resource=1),
    "resource-null": _GOOD.replace('"Resource":"*"', '"Resource":null'),
    "resource-object": _with(Resource={"Arn": "*"}),
    "resource-list-of-numbers": _with(Resource=["*", 1]),
    "resource-nested-list": _with(Resource=[["*"]]),
    "action-bool": _with(Action=True),
    "principal-number": _with(Principal=1),
    "principal-list": _with(Principal=["a"]),
    "principal-nested": _with(Principal={"Service": {"Name": "a"}}),
    "principal-nested-list": _with(Principal={"Service": [["a"]]}),
    "condition-list": _with(Condition=["StringEquals"]),
    "condition-string": _with(Condition="always"),
    "condition-flat": _with(Condition={"StringEquals": "x"}),
    "condition-nested-value": _with(Condition={"StringEquals": {"k": {"v": "w"}}}),
    "condition-nested-list": _with(Condition={"StringEquals": {"k": [["v"]]}}),
    "condition-null": _with(Condition={"StringEquals": {"k": None}}).replace('"k":[null]', '"k":null'),
    "deep-lists": "[" * 100_000,
    "deep-lists-closed": "[" * 100_000 + "]" * 100_000,
    "deep-objects": '{"Statement":' * 50_000,
    "deep-resource": _GOOD.replace('"*"', "[" * 5_000 + '"*"' + "]" * 5_000),
    "huge-integer": _GOOD.replace('"*"', "1" * 10_000),
    "huge-float": _GOOD.replace('"*"', "1e999"),
    "not-a-number": _GOOD.replace('"*"', "NaN"),
    "infinity": _GOOD.replace('"*"', "-Infinity"),
    "lone-surrogate": _GOOD.replace('"*"', '"\\ud800"'),
    "lone-surrogate-in-sid": _with(Sid="\ud800"),
    "lone-surrogate-unescaped": _GOOD.replace('"*"', '"\ud800"'),
    "control-character": _GOOD.replace('"*"', '"\x00"'),
    "byte-order-mark": "\ufeff" + _GOOD,
    "bad-escape": _GOOD.replace('"*"', '"\\x"'),
}


@pytest.mark.parametrize("policy", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_in_full_is_refused_by_name(policy: str) -> None:
    """A text that is no policy, or holds what we do not know, is refused with the policy's name and nothing else."""
    with pytest.raises(UnreadableDocument):
        PolicyDocument.parse(policy)
    with pytest.raises(UnreadableDocument, match="the-culprit"):
        ResourcePolicy.parse("the-culprit", policy)


@given(st.text(max_size=40) | st.recursive(st.none() | st.text(max_size=3), st.lists).map(json.dumps))
def test_any_text_is_read_or_refused(policy: str) -> None:
    """Whatever the text, nothing but a refusal is ever raised."""
    try:
        PolicyDocument.parse(policy)
    except UnreadableDocument:
        return


@given(documents(), st.integers(min_value=0), st.sampled_from(["", "1", "null", '"x"', "[]", "{}", "}", ",", ":"]))
def test_a_damaged_policy_is_read_or_refused(policy: str, place: int, damage: str) -> None:
    """A policy with one character replaced is read or refused, and what is read can be written and read again."""
    place %= len(policy)
    try:
        document = PolicyDocument.parse(policy[:place] + damage + policy[place + 1 :])
    except UnreadableDocument:
        return
    assert PolicyDocument.parse(document.to_json()) == document
