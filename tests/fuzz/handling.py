"""The target that is the whole function: an event, an account, and what is answered, written and logged."""

from __future__ import annotations

import json
import random
from typing import Any

from tests.fuzz.account import FakeClient, Heard, context, surroundings
from tests.fuzz.parsing import properties
from tests.fuzz.planning import check_kept
from tests.fuzz.reader import normalised
from tests.fuzz.target import check_sentence
from tests.fuzz.texts import HOME, document, readable
from tests.fuzz.values import expanded, hostile, spoilt, text
from tests.support.answers import SECRET
from tests.support.facts import SHARED_POLICY as SHARED
from tests.support.fake_logs import VirtualClock
from tests.support.function import STACK_ID, event
from vended_logs.answer import MAX_REASON
from vended_logs.errors import VendedLogsError
from vended_logs.handler import handler
from vended_logs.policy.request import Owner

MAX_BYTES = 4096
URL = f"https://cloudformation-custom-resource-response.s3.amazonaws.com/answer?{SECRET}"
_URLS = {URL.replace("https", "http"): False, f"ftp://x/?{SECRET}": False, "https://": False, "": False, "x": False} | {
    f"https://[::1/?{SECRET}": False,
    f"https://127.0.0.1:1/{SECRET}": True,
    f"HTTPS://HOST/?{SECRET}": True,
}
_FAULTS = [
    "ThrottlingException",
    "OperationAbortedException",
    "AccessDeniedException",
    "LimitExceededException",
    "InvalidParameterException",
    "ServiceUnavailableException",
    "SomethingNew",
]
_LIKE_CLOUDFORMATION = 200
"""Characters as JSON of what must be answered as it came."""
_IDENTITY = ("StackId", "RequestId", "LogicalResourceId")


def case(dice: random.Random) -> dict[str, Any]:
    """Return an event, an account and its faults, as plain JSON."""
    sent = _event(dice)
    if isinstance(sent, dict) and dice.random() < 0.99:
        # Put in last, so that no other field holds a copy of the secret.
        sent["ResponseURL"] = URL if dice.random() < 0.9 else dice.choice([*_URLS, None, 7, ["https://x/"]])
    texts = {dice.choice([SHARED, "mine", text(dice), f"other-{number}"]): _text(dice, sent) for number in range(3)}
    return {
        "event": sent,
        "texts": dict([*texts.items()][: dice.choice([0, 1, 1, 2, 3])]),
        "updated": dice.choice([None, 0, -1, 1_789_999_999_000, 1_790_000_000_000, 2**62]),
        "groups": dice.choice([[], ["/aws/vendedlogs/x"], ["/aws/vendedlogs/states/Machine001-Logs", "other"]]),
        "faults": [dice.choice(_FAULTS) for _ in range(dice.choice([0, 0, 0, 0, 1, 2]))],
        "page_size": dice.choice([1, 2, 50, 50]),
        "seconds": dice.choice([300, 60, 20, 3]),
    }


def _event(dice: random.Random) -> Any:
    kind = dice.choice(["Create", "Create", "Update", "Delete", "Delete", "guard"])
    given = properties(dice) if dice.random() < 0.5 else {"OnDelete": dice.choice(["Retain", "RemoveWhenUnused"])}
    found: Any = event(kind, "", given)
    del found["ResponseURL"]
    if kind == "guard":
        found = {"source": "vended-logs-policy.guard", "ResourceProperties": {**given, "OnDelete": "Retain"}}
    if dice.random() < 0.1:
        return hostile(dice) if dice.random() < 0.2 else _strange(dice, found)
    for _ in range(dice.choice([0, 0, 1, 2])):
        spoiled = spoilt(dice, found)
        found = spoiled if isinstance(spoiled, dict) else found
    return found


def _strange(dice: random.Random, found: dict[str, Any]) -> dict[str, Any]:
    """Return the event with identifiers such as CloudFormation does not make."""
    for name in (*_IDENTITY, "PhysicalResourceId", "RequestType", "ResourceType", "CrHelperData", "CrHelperPoll"):
        if dice.random() < 0.4 and (name in found or name.startswith("CrHelper")):
            found[name] = dice.choice([hostile(dice), STACK_ID + text(dice), text(dice) * 20])
    return found


def _text(dice: random.Random, sent: Any) -> str:
    """Return a policy's text; sometimes one that holds what a Delete may take back."""
    if dice.random() < 0.3:
        return document(dice)
    found = readable(dice)
    if dice.random() < 0.3 and isinstance(sent, dict) and isinstance(sent.get("LogicalResourceId"), str):
        owner = Owner(SHARED, STACK_ID, sent["LogicalResourceId"].encode("utf-8", "replace").decode())
        statement = {"Sid": owner.sid, "Effect": "Allow", "Principal": {"Service": "delivery.logs.amazonaws.com"}}
        resource = dice.choice([f"{HOME}:log-group:/aws/vendedlogs/*", "*", "", f"{HOME}:log-group:*", "\u00e9"])
        found["Statement"] = [{**statement, "Action": "logs:PutLogEvents", "Resource": resource}]
    return json.dumps(found)


def check_case(given: dict[str, Any]) -> bool:
    """Whatever comes, the function answers once and in form, changes nothing it could not read, and tells no secret."""
    sent, texts = expanded(given["event"]), dict(given["texts"])
    client = FakeClient(
        VirtualClock(), dict(texts), given["updated"], given["groups"], list(given["faults"]), given["page_size"]
    )
    raised: Exception | None = None
    with surroundings(client) as heard:
        try:
            handler(sent, context(client.clock, given["seconds"]))
        except VendedLogsError as error:
            raised = error
    _check_account(client, texts, sent)
    assert SECRET.encode() not in heard.records, "the signed address was logged"
    assert not heard.unlogged, f"could not be logged: {heard.unlogged}"
    if not isinstance(sent, dict) or "RequestType" not in sent:
        assert not heard.answers, "an answer that nobody waits for"
        if raised:
            check_sentence(str(raised))
        return raised is None
    assert raised is None, f"raised to Lambda: {raised}"
    url = sent.get("ResponseURL")
    if isinstance(url, str) and url not in {URL, *_URLS}:
        return False  # cut down to an address of which it is not written here whether it can be answered
    if url == URL or (isinstance(url, str) and _URLS[url]):
        return _check_answer(sent, heard)
    assert not heard.answers, "answered to no address"
    assert not client.calls, "something was done for a request that cannot be answered"
    return False


def _check_answer(sent: dict[str, Any], heard: Heard) -> bool:
    """Hold the answer against what CloudFormation takes, and what its users are to read."""
    assert len(heard.answers) == 1, f"{len(heard.answers)} answers"
    assert len(heard.answers[0]) <= MAX_BYTES, f"{len(heard.answers[0])} bytes"
    told = json.loads(heard.answers[0])
    assert told["Status"] in ("SUCCESS", "FAILED"), "neither success nor failure"
    assert isinstance(told["PhysicalResourceId"], str), "the id is no text"
    assert 0 < len(told["PhysicalResourceId"]) <= 1024, "no id, or too long a one"
    for name in _IDENTITY:
        value = sent.get(name)
        assert isinstance(told[name], str), f"{name} is no text"
        if isinstance(value, str) and value.isprintable() and len(json.dumps(value)) <= _LIKE_CLOUDFORMATION:
            assert told[name] == value, f"another {name}"
    assert len(told["Reason"]) <= MAX_REASON, f"{len(told['Reason'])} characters of reason"
    if told["Status"] == "FAILED":
        check_sentence(told["Reason"])
        assert "failed with an unexpected" not in told["Reason"], told["Reason"] + _cause(heard)
        assert told["Data"] == {}, "attributes of a failure"
    else:
        assert told["Reason"] == "", "a reason for success"
        assert sent["RequestType"] in ("Create", "Update", "Delete"), "success of a request that does not exist"
    return bool(told["Status"] == "SUCCESS")


def _cause(heard: Heard) -> str:
    """Return the last lines of the traceback that the log holds."""
    return heard.records.decode("utf-8", "replace").partition("Traceback")[2][-900:]


def _is_no_unicode(name: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in name)


def _check_account(client: FakeClient, before: dict[str, str], sent: Any) -> None:
    """Hold the account against what it was: nothing written beside a text that nobody can read, and others' kept."""
    if not all(map(normalised, before.values())) or any(map(_is_no_unicode, before)):
        assert not client.changes, f"written although a policy cannot be read in full: {client.changes}"
        assert client.texts == before, "changed although a policy cannot be read in full"
    given = sent.get("ResourceProperties") if isinstance(sent, dict) else None
    name = given.get("PolicyName", SHARED) if isinstance(given, dict) else SHARED
    assert all(one in (name, f"{name}-VendedLogsPolicy") for one in client.changes), f"wrote {client.changes}"
    for one, was in before.items():
        if client.texts.get(one) != was:
            assert one in client.changes, "changed without a call"
            version, label, _ = normalised(was) or ("", None, ())
            empty: dict[str, Any] = {"Version": version, "Id": label, "Statement": []}
            left = json.dumps({key: value for key, value in empty.items() if value not in ("", None)})
            check_kept(was, client.texts.get(one, left))
