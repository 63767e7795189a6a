"""The fuzzer sees what it is there to see: faults put in are found."""

# ruff: noqa: SLF001  faults are put where the code is, behind its public face

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.fuzz.sample import ENOUGH, SEED, lenient
from tests.fuzz.target import drawn, run
from tests.fuzz.targets import TARGETS
from vended_logs import answer, properties, provider
from vended_logs.custom_resource import CustomResource, Gate
from vended_logs.errors import UnreadableDocument
from vended_logs.gateway import Gateway
from vended_logs.policy import document, grammar, wildcard
from vended_logs.policy.document import PolicyDocument, ResourcePolicy
from vended_logs.policy.steps import Candidate, candidates

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


def _first_failure(name: str) -> str:
    """Return what the first failing input of the target fails with."""
    target = TARGETS[name]
    found = (run(target, drawn(target, SEED, index)).failure for index in range(ENOUGH))
    return next((failure for failure in found if failure), "nothing was found")


def _forgetful(read: Callable[..., Any]) -> Callable[..., Any]:
    """Make a reader that forgets what a statement does not need to be valid."""

    def reading(found: object) -> Any:
        return replace(read(found), sid=None)

    return reading


def _raises_key_error(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {**dict(pairs), "Statement": dict(pairs)["Statement"]} if "Version" in dict(pairs) else dict(pairs)


DOCUMENT_FAULTS: dict[str, tuple[Any, str, Any, str]] = {
    "an unknown element is dropped": (grammar, "_known", lenient, "known meaning"),
    "a key that is there twice wins": (grammar, "_object", dict, "known meaning"),
    "the Sid is forgotten": (grammar, "_statement", _forgetful(grammar._statement), "not what was read"),
    "NaN passes for a number": (grammar, "_constant", grammar._Number, "known meaning"),
    "a missing Statement is a KeyError": (grammar, "_object", _raises_key_error, "KeyError"),
    "a condition is forgotten": (grammar, "_condition", lambda _found: (), "not what was read"),
    "text that is no Unicode passes": (
        document.PolicyDocument,
        "parse",
        classmethod(lambda cls, text: cls(*_read(text))),
        "known meaning",
    ),
}


def _read(text: str) -> Any:
    try:
        return grammar.read(text)
    except ValueError as error:
        raise UnreadableDocument(str(error)) from error


@pytest.mark.parametrize("fault", DOCUMENT_FAULTS)
def test_a_fault_in_the_reading_of_documents_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that drops, forgets or chokes on something does not pass."""
    owner, name, wrong, told = DOCUMENT_FAULTS[fault]
    monkeypatch.setattr(owner, name, wrong)

    assert told in _first_failure("document")


def _without_denials(*given: Any) -> Iterator[Candidate]:
    for one in candidates(*given):
        left = tuple(statement for statement in one.policy.document.statements if statement.effect == "Allow")
        kept = replace(one.policy.document, statements=left)
        yield replace(one, policy=ResourcePolicy.of(one.policy.name, kept))


OTHER_FAULTS: dict[str, tuple[str, Any, str, Any, str]] = {
    "an unknown property becomes a default": (
        "properties", properties, "IGNORED", type("All", (), {"__contains__": lambda *_: True})(), "against the rules",
    ),
    "a wildcard may come at once": ("properties", properties, "_MIN_LITERAL", 0, "against the rules"),
    "a value is quoted without bounds": ("properties", properties, "shown", lambda value, _room=0: str(value), "Error"),
    "a star is taken for a letter": ("patterns", wildcard, "is_literal", lambda _pattern: True, "AssertionError"),
    "covering means overlapping": (
        "patterns", "tests.fuzz.planning", "covers", wildcard.overlaps, "covered, yet the sample is not",
    ),
    "a Deny is dropped": (
        "plan", "vended_logs.policy.plan", "candidates", _without_denials, "not kept",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", OTHER_FAULTS)
def test_a_fault_in_properties_patterns_and_plans_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lets too much pass, compares wrongly or loses something does not pass."""
    target, owner, name, wrong, told = OTHER_FAULTS[fault]
    if isinstance(owner, str):
        monkeypatch.setattr(f"{owner}.{name}", wrong)
    else:
        monkeypatch.setattr(owner, name, wrong)
    if fault.startswith("a Deny"):
        # The core proves each plan, so what loses a Deny would be refused: without that proof it has to be found here.
        monkeypatch.setattr("vended_logs.policy.proof.prove", lambda *_: None)

    assert told in _first_failure(target)


class _Careless(ResourcePolicy):
    """Takes a policy that cannot be read for an empty one."""

    @classmethod
    def parse(cls, name: str, text: str, last_updated: int | None = None) -> ResourcePolicy:  # type: ignore[override]  # a policy of the parent class, whoever is asked
        try:
            return ResourcePolicy.parse(name, text, last_updated)
        except UnreadableDocument:
            return ResourcePolicy(name, PolicyDocument(), 0, last_updated)


def _talkative(event: dict[str, Any]) -> dict[str, Any]:
    logging.getLogger("elsewhere").warning("Received %s", event)
    return dict(event)


def _answer_twice(resource: CustomResource, _event: Any) -> None:
    resource._send()
    resource.gate = Gate()
    resource._send()


def _put_elsewhere(gateway: Gateway, policy: ResourcePolicy, _may_send: Callable[[], bool]) -> None:
    gateway._client.put_resource_policy(policyName="other-0", policyDocument=policy.document.to_json())


HANDLER_FAULTS: dict[str, tuple[Any, str, Any, str]] = {
    "a policy that cannot be read is overwritten": (
        "vended_logs.gateway",
        "ResourcePolicy",
        _Careless,
        "cannot be read",
    ),
    "identifiers are taken as they come": (provider, "plain", lambda event: event, "Error"),
    "the signed address is logged": (provider, "plain", _talkative, "the signed address was logged"),
    "the answer is sent twice": (CustomResource, "_cfn_response", _answer_twice, "2 answers"),
    "no answer is sent": (CustomResource, "_cfn_response", lambda *_: None, "0 answers"),
    "reasons are not cut": (answer, "fit", lambda sentence: sentence * 9, "characters of reason"),
    "answers are not cut": (answer, "body", lambda fields: json.dumps(fields).encode().ljust(5000), "bytes"),
    "another policy is written": (Gateway, "put", _put_elsewhere, "wrote"),
}


@pytest.mark.parametrize("fault", HANDLER_FAULTS)
def test_a_fault_in_the_handler_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What writes, answers or logs what it must not does not pass."""
    owner, name, wrong, told = HANDLER_FAULTS[fault]
    if isinstance(owner, str):
        monkeypatch.setattr(f"{owner}.{name}", wrong)
    else:
        monkeypatch.setattr(owner, name, wrong)

    assert told in _first_failure("handler")


def test_what_takes_too_long_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """An input over its time fails even if all else about it is right."""
    slow = replace(TARGETS["patterns"], milliseconds=-1.0)

    assert "Slow" in str(run(slow, drawn(slow, SEED, 1)).failure)
