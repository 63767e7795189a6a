"""What CloudFormation is answered, whoever asks and whatever fails."""

from __future__ import annotations

import io
import logging
from typing import Any

import pytest

from tests.support.answers import SECRET, Answers
from tests.support.function import STACK_ID, Context, Send, event
from vended_logs.handler import handler


def test_a_failed_update_answers_the_id_it_came_with(send: Send) -> None:
    """Another id would have CloudFormation delete the resource."""
    told = send("Update", {"WhenFull": "Never"}, PhysicalResourceId="some-policy")

    assert (told["Status"], told["PhysicalResourceId"]) == ("FAILED", "some-policy")
    assert told["Reason"] == "WhenFull is 'Never': give Widen, Spill or Fail."


def test_another_account_is_refused(send: Send, calls: list[str]) -> None:
    """A provider serves the account and region it lives in."""
    told = send("Create", StackId=STACK_ID.replace("123456789012", "999999999999"))

    assert told["Status"] == "FAILED"
    assert "999999999999" in told["Reason"]
    assert calls == []


def test_the_provider_s_bounds_hold(send: Send, calls: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A principal, pattern or policy that the configuration does not allow is refused by name, with the parameter."""
    monkeypatch.setenv("ALLOWED_LOG_GROUP_PATTERNS", "/aws/vendedlogs/*")
    monkeypatch.setenv("ALLOWED_POLICY_NAMES", "AWS*")
    reasons = [
        send("Create", {"Principals": "es.amazonaws.com"})["Reason"],
        send("Create", {"LogGroupPatterns": "other/*"})["Reason"],
        send("Create", {"PolicyName": "mine"})["Reason"],
    ]

    assert ["AllowedPrincipals" in reasons[0], "AllowedLogGroupPatterns" in reasons[1]] == [True, True]
    assert "AllowedPolicyNames" in reasons[2]
    assert calls == []


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/answer", "ftp://host/", "file:///etc/passwd", "", None, 7, "https://"]
)
def test_no_answer_goes_anywhere_but_https(logs: Any, calls: list[str], url: object) -> None:
    """A ResponseURL that is not HTTPS is refused before anything is done."""
    handler(event("Create", url), Context())  # type: ignore[arg-type]  # no address is the point

    assert calls == []


def test_the_answer_is_sent_again_until_it_is_taken(send: Send, answers: Answers, logs: Any) -> None:
    """A closed connection and a 503 do not lose the answer."""
    answers.statuses = [0, 503]
    handler(event("Create", answers.url), Context())

    assert len(answers.bodies) == 3
    assert len(set(answers.bodies)) == 1
    assert answers.content_types == ["", "", ""]


def test_a_refused_answer_is_not_repeated(answers: Answers, logs: Any) -> None:
    """A 403 says that the URL has expired; sending again would not help."""
    answers.statuses = [403]
    handler(event("Create", answers.url), Context())

    assert len(answers.bodies) == 1


def test_a_malformed_event_is_answered_too(logs: Any, answers: Answers) -> None:
    """Without a stack, a known request type or properties, the answer is FAILED with an id."""
    for broken in (
        {"RequestType": "Create", "ResponseURL": answers.url},
        {"RequestType": "Explode", "ResponseURL": answers.url, "StackId": STACK_ID},
        {**event("Create", answers.url), "ResourceProperties": ["list"]},
        {**event("Create", answers.url), "StackId": 7, "CrHelperPoll": True},
    ):
        answers.bodies.clear()
        handler(broken, Context())
        assert answers.only["Status"] == "FAILED"
        assert ": send" in answers.only["Reason"]
        assert answers.only["PhysicalResourceId"] == "vended-logs-policy-create-failed"


def test_the_signed_url_is_nowhere_in_the_log(logs: Any, answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is logged at the lowest level of every logger, and whatever fails, the URL's signature is not in it."""
    monkeypatch.setenv("POWERTOOLS_LOGGER_LOG_EVENT", "true")
    printed = io.StringIO()
    everything = logging.StreamHandler(printed)
    root = logging.getLogger()
    levels = {
        name: logging.getLogger(name).level for name in ("", "vended-logs-policy", "crhelper", "botocore", "urllib3")
    }
    root.addHandler(everything)
    for name in ("", "vended-logs-policy"):
        logging.getLogger(name).setLevel("DEBUG")
    answers.statuses = [0]
    handler(event("Create", answers.url), Context())
    handler(event("Create", answers.url.replace("https", "http")), Context())
    handler({**event("Create", answers.url), "StackId": None}, Context())
    handler(event("Create", "https://127.0.0.1:1/answer?" + SECRET), Context(3))
    root.removeHandler(everything)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)

    assert "Answering" in printed.getvalue()
    assert "5ec2e7" not in printed.getvalue()


def test_the_longest_answer_fits(send: Send, answers: Answers) -> None:
    """An answer stays under 4,096 bytes even where every name is as long as it may be."""
    name = "\u00e9" * 255
    told = send("Create", {"PolicyName": name}, LogicalResourceId="L" * 255, StackId=STACK_ID + "x" * 500)

    assert told["Data"]["PolicyName"] == name
    assert len(answers.bodies[0]) < 4096
