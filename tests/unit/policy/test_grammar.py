"""What each fault of a document is called, and what each part of a good one is read as."""

import json
from typing import Any

import pytest

from vended_logs.errors import UnreadableDocument
from vended_logs.policy.document import Clause, Element, PolicyDocument, ResourcePolicy, Statement, text_size

from .policies import text

_ALLOW = {"Effect": "Allow", "Principal": {"Service": "a"}, "Action": "b", "Resource": "c"}
_READ = Statement("Allow", Element(("Service:a",)), Element(("b",)), Element(("c",)))
_GOOD = text(_ALLOW)


def _with(**changes: Any) -> str:
    return text({key: value for key, value in (_ALLOW | changes).items() if value is not None})


def _top(**changes: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [_ALLOW]} | changes)


_FAULTS = {
    "": "it is not JSON",
    "[" * 100_000: "it nests too deeply",
    _GOOD.replace('"c"', '"\\ud800"'): "it is not valid Unicode",
    _GOOD.replace('"c"', "NaN"): "NaN is no JSON",
    _GOOD.replace('"Effect"', '"Effect":"Deny","Effect"'): "it names a key twice",
    "[]": "the document is no object",
    _top(Statements=[]): "the document has an element that IAM does not know: 'Statements'",
    '{"Version":"2012-10-17"}': "it has no Statement",
    _top(Version="2030-01-01"): "its Version is neither 2008-10-17 nor 2012-10-17",
    _top(Version=None): "Version is not text",
    _top(Id=5): "Id is not text",
    _top(Statement=None): "a statement is no object",
    _with(Zeal=1, Reason="none"): "a statement has an element that IAM does not know: 'Reason'",
    _with(**{"R" * 41: "none"}): f"a statement has an element that IAM does not know: '{'R' * 37}...'",
    _with(Effect="allow"): "a statement's Effect is neither Allow nor Deny",
    _with(Effect=None): "a statement's Effect is neither Allow nor Deny",
    _with(NotAction="d"): "a statement has Action and NotAction",
    _with(Principal="a"): "a Principal is no object",
    _with(Principal={}): "a Principal is of no known kind",
    _with(Principal={"a:b": "c"}): "a Principal is of no known kind",
    _with(Principal={"Service": "a", "a:b": "c"}): "a Principal is of no known kind",
    _with(Principal={"Service": "a", "AWS": []}): "a Principal names nobody",
    _with(Principal={"Service": 1}): "a statement's Principal is not text",
    _with(Action=["d", 1]): "a statement's Action is not text",
    _with(Action=None, NotAction=1): "a statement's NotAction is not text",
    _with(Resource=1): "a statement's Resource is not text",
    _with(Condition="x"): "a Condition is no object",
    _with(Condition={"StringEquals": "x"}): "a Condition is no object",
    _with(Condition={"StringEquals": {}}): "a Condition's 'StringEquals' has no key",
    _with(Condition={"O" * 41: {}}): f"a Condition's '{'O' * 37}...' has no key",
    _with(Condition={"StringEquals": {"k": "v", "K": "v"}}): "a Condition's 'StringEquals' names a key twice",
    _with(Condition={"O" * 41: {"k": "v", "K": "v"}}): f"a Condition's '{'O' * 37}...' names a key twice",
    _with(Condition={"StringEquals": {"k": {}}}): "a Condition's value is neither text, number nor boolean",
    _with(Condition={"StringEquals": {"k": ["v", None]}}): "a Condition's value is neither text, number nor boolean",
    _with(Sid=5): "Sid is not text",
}


@pytest.mark.parametrize(
    ("policy", "fault"),
    _FAULTS.items(),
    ids=[f"{number}-{fault[:30]}" for number, fault in enumerate(_FAULTS.values())],
)
def test_a_fault_is_called_by_its_name(policy: str, fault: str) -> None:
    """The refusal says what is wrong, in the words that its sentence needs, and what to do."""
    with pytest.raises(UnreadableDocument) as refused:
        PolicyDocument.parse(policy)
    assert str(refused.value) == fault
    with pytest.raises(UnreadableDocument) as refused:
        ResourcePolicy.parse("the-culprit", policy)
    assert str(refused.value) == (
        f"The CloudWatch Logs resource policy 'the-culprit' cannot be read in full ({fault}), so nothing was changed:"
        " mend or delete that policy, then deploy again."
    )


def test_a_name_that_is_no_unicode_is_told() -> None:
    """A policy whose name no UTF-8 can carry could not be put back, so it is refused, named as far as it can be."""
    with pytest.raises(UnreadableDocument) as refused:
        ResourcePolicy.parse("a\ud800", _GOOD)
    assert str(refused.value) == (
        "The CloudWatch Logs resource policy 'a\\ud800' cannot be read in full (its name is not valid Unicode), so"
        " nothing was changed: mend or delete that policy, then deploy again."
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, _READ),
        ({"Sid": "S"}, Statement("Allow", _READ.principal, _READ.action, _READ.resource, sid="S")),
        ({"Effect": "Deny"}, Statement("Deny", _READ.principal, _READ.action, _READ.resource)),
        ({"Principal": "*"}, Statement("Allow", Element(("*",)), _READ.action, _READ.resource)),
        (
            {"Principal": {"Service": ["b", "a"], "AWS": "1"}},
            Statement("Allow", Element(("AWS:1", "Service:a", "Service:b")), _READ.action, _READ.resource),
        ),
        ({"Resource": ["y", "x", "y"]}, Statement("Allow", _READ.principal, _READ.action, Element(("x", "y")))),
        ({"Resource": []}, Statement("Allow", _READ.principal, _READ.action, Element(()))),
        ({"Resource": None}, Statement("Allow", _READ.principal, _READ.action, None)),
        (
            {"Resource": None, "NotResource": "x"},
            Statement("Allow", _READ.principal, _READ.action, Element(("x",), negated=True)),
        ),
        (
            {"Action": None, "NotAction": "x"},
            Statement("Allow", _READ.principal, Element(("x",), negated=True), _READ.resource),
        ),
        (
            {"Principal": None, "NotPrincipal": {"AWS": "1"}},
            Statement("Allow", Element(("AWS:1",), negated=True), _READ.action, _READ.resource),
        ),
        (
            {"Condition": {"B": {"y": ["2", "1", "2"], "x": 5}, "A": {"z": [True, False, 1.5]}}},
            Statement(
                "Allow",
                _READ.principal,
                _READ.action,
                _READ.resource,
                (Clause("A", "z", ("1.5", "false", "true")), Clause("B", "x", ("5",)), Clause("B", "y", ("1", "2"))),
            ),
        ),
    ],
)
def test_a_statement_is_read_as_it_is_meant(changes: dict[str, Any], expected: Statement) -> None:
    """Each element has its place, values are sorted and there once, and bare values are what they are compared as."""
    [found] = PolicyDocument.parse(_with(**changes)).statements
    assert found == expected
    assert PolicyDocument.parse(PolicyDocument((found,)).to_json()).statements == (found,)


def test_a_document_is_read_whole() -> None:
    """Statements keep their order; Version and Id are kept, or stay away."""
    read = PolicyDocument.parse(_top(Id="I", Statement=[_ALLOW | {"Sid": "B"}, _ALLOW | {"Sid": "A"}]))
    assert [statement.sid for statement in read.statements] == ["B", "A"]
    assert (read.version, read.id) == ("2012-10-17", "I")
    lone = PolicyDocument.parse(json.dumps({"Version": "2008-10-17", "Statement": _ALLOW}))
    assert lone == PolicyDocument((_READ,), "2008-10-17", None)
    assert PolicyDocument.parse(json.dumps({"Statement": []})) == PolicyDocument((), None, None)


def test_a_new_document_has_the_newest_version() -> None:
    """A document that is made, not read, is of version 2012-10-17 and says nothing yet."""
    assert PolicyDocument().to_json() == '{"Version":"2012-10-17","Statement":[]}'
    assert PolicyDocument((), None, "I").to_json() == '{"Id":"I","Statement":[]}'


def test_the_canonical_text_has_one_order() -> None:
    """Version, Id, Statement; Sid, Effect, Principal, Action, Resource, Condition; each list sorted."""
    statement = {
        "Condition": {"B": {"y": ["2", "1"]}, "A": {"z": "1", "b": "1"}},
        "NotResource": ["d", "c"],
        "NotAction": "b",
        "NotPrincipal": {"Service": ["b", "a"], "AWS": "1"},
        "Effect": "Deny",
        "Sid": "S",
    }
    assert PolicyDocument.parse(json.dumps({"Statement": statement, "Id": "Ü", "Version": "2008-10-17"})).to_json() == (
        '{"Version":"2008-10-17","Id":"Ü","Statement":[{"Sid":"S","Effect":"Deny","NotPrincipal":{"AWS":"1","Service":'
        '["a","b"]},"NotAction":"b","NotResource":["c","d"],"Condition":{"A":{"b":"1","z":"1"},"B":{"y":["1","2"]}}}]}'
    )


def test_a_principal_may_hold_colons() -> None:
    """An ARN as a principal is written as it was read, and everyone as a star."""
    for principal in ({"AWS": "arn:aws:iam::1:root"}, {"AWS": "*"}, "*"):
        written = PolicyDocument.parse(_with(Principal=principal)).to_json()
        assert json.loads(written)["Statement"][0]["Principal"] == principal


def test_sizes_are_bytes_of_utf_8() -> None:
    """A character outside ASCII counts for as many as it takes, in what is read and in what is to be written."""
    assert text_size("aü€") == 6
    policy = _with(Sid="ü")
    spelt = json.dumps(json.loads(policy), ensure_ascii=False)
    read = ResourcePolicy.parse("p", spelt)
    assert read.size == len(spelt) + 1
    assert read.document.size == len(json.dumps(json.loads(policy), separators=(",", ":"), ensure_ascii=False)) + 1
    assert ResourcePolicy.of("p", read.document) == ResourcePolicy("p", read.document, read.document.size, None)
