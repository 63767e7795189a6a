"""What crhelper gets wrong, put right."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.support.answers import Answers
from tests.support.fake_logs import FakeLogs, VirtualClock
from tests.support.function import Context, event
from vended_logs.custom_resource import CustomResource, Gate, Gated
from vended_logs.deletion import FAILED_CREATE_ID
from vended_logs.errors import BadProperty, OutOfTime
from vended_logs.policy.document import PolicyDocument, ResourcePolicy

EMPTY = ResourcePolicy("name", PolicyDocument(), 0)


def always() -> bool:
    """Return that a change may be sent."""
    return True


@pytest.fixture
def answers(answer_taker: Answers, monkeypatch: pytest.MonkeyPatch) -> Answers:
    """The server, trusted by SSL_CERT_FILE."""
    answer_taker.clear()
    monkeypatch.setenv("SSL_CERT_FILE", str(answer_taker.authority))
    return answer_taker


def test_it_makes_no_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    """The three clients of crhelper's are for its polling, which is not used; the environment is left as it was."""
    monkeypatch.setattr(boto3, "client", lambda *_, **__: pytest.fail("a client was made"))
    monkeypatch.setenv("AWS_SAM_LOCAL", "as it was")

    CustomResource()

    assert __import__("os").environ["AWS_SAM_LOCAL"] == "as it was"


def test_a_failure_is_its_own_sentence(answers: Answers) -> None:
    """The reason of one of our errors is what the stack event shows, and a failed Create has the marker id."""
    resource = CustomResource()

    @resource.create
    def fail(_event: Any, _context: Any) -> str:
        raise BadProperty("WhenFull is 'x': give Widen.")

    resource(event("Create", answers.url), Context())

    assert (answers.only["Status"], answers.only["Reason"]) == ("FAILED", "WhenFull is 'x': give Widen.")
    assert answers.only["PhysicalResourceId"] == FAILED_CREATE_ID


def test_an_unexpected_failure_names_the_log(answers: Answers) -> None:
    """A fault of the code is told without its traceback, with the log group to read."""
    resource = CustomResource()

    @resource.update
    def fail(_event: Any, _context: Any) -> str:
        raise ZeroDivisionError

    resource(event("Update", answers.url), Context())

    assert answers.only["Status"] == "FAILED"
    assert "ZeroDivisionError: read its log group /aws/lambda/provider" in answers.only["Reason"]
    assert answers.only["PhysicalResourceId"] == "AWSLogDeliveryWrite20150319"


def test_a_hung_call_does_not_outlive_the_function(answers: Answers) -> None:
    """Another thread answers before the function's time-out, once, with an id; nothing is changed after it."""
    resource = CustomResource()
    store = FakeLogs(VirtualClock())
    gone = threading.Event()

    @resource.create
    def hang(_event: Any, _context: Any) -> str:
        gone.wait(2.2)
        Gated(store, resource.gate).put(EMPTY, always)
        return "too late"

    context = Context(2)
    begun = time.monotonic()
    resource(event("Create", answers.url), context)

    assert (answers.only["Status"], answers.only["PhysicalResourceId"]) == ("FAILED", FAILED_CREATE_ID)
    assert "ran out" in answers.only["Reason"]
    assert store.calls == []
    assert time.monotonic() - begun >= 2.2


def test_the_function_waits_for_an_answer_on_its_way(answers: Answers) -> None:
    """A hung call that ends while the other thread answers does not end the function before the answer is taken."""
    resource = CustomResource()
    answers.statuses = [503, 503]

    @resource.create
    def hang(_event: Any, _context: Any) -> str:
        time.sleep(3.1)
        return "too late"

    resource(event("Create", answers.url), Context(4))

    assert len(answers.bodies) == 3


@pytest.mark.parametrize("name", ["AWS_CA_BUNDLE", "SSL_CERT_FILE"])
@pytest.mark.parametrize("content", ["not a certificate", None])
def test_a_bad_file_of_certificates_costs_no_answer(
    answers: Answers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, content: str | None
) -> None:
    """What cannot be read as certificates is passed over, and the other file is used."""
    bad = tmp_path / "bad.pem"
    if content:
        bad.write_text(content)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(answers.authority))
    monkeypatch.setenv("SSL_CERT_FILE", str(answers.authority))
    monkeypatch.setenv(name, str(bad))
    resource = CustomResource()
    resource.create(lambda _event, _context: "id")

    resource(event("Create", answers.url), Context())

    assert answers.only["Status"] == "SUCCESS"


def test_what_aws_said_is_in_the_log(answers: Answers, caplog: pytest.LogCaptureFixture) -> None:
    """The sentence names the action; AWS's own words, which may hold the cause, are in the log."""
    resource = CustomResource()

    @resource.create
    def fail(_event: Any, _context: Any) -> str:
        said = RuntimeError("with an explicit deny in a service control policy")
        raise BadProperty("It was refused: allow it.") from said

    resource(event("Create", answers.url), Context())

    assert "service control policy" in caplog.text
    assert "Traceback" not in answers.only["Reason"]


def test_an_unknown_request_type_is_named(answers: Answers) -> None:
    """What CloudFormation never sends is refused in a sentence."""
    CustomResource()(event("Explode", answers.url), Context())

    assert answers.only["Reason"] == "The RequestType is 'Explode': send Create, Update or Delete."


def test_delete_answers_at_once(answers: Answers) -> None:
    """No two minutes of sleep, however much time the function has."""
    resource = CustomResource()
    resource.delete(lambda _event, _context: "id")
    begun = time.monotonic()

    resource(event("Delete", answers.url), Context(900))

    assert answers.only["Status"] == "SUCCESS"
    assert time.monotonic() - begun < 1


def test_nothing_passes_a_closed_gate() -> None:
    """After the answer no write is begun; reads may go on."""
    store, gate = FakeLogs(VirtualClock()), Gate()
    gated = Gated(store, gate)
    gated.put(EMPTY, always)

    assert gate.close()
    assert not gate.close()
    with pytest.raises(OutOfTime):
        gated.put(EMPTY, always)
    with pytest.raises(OutOfTime):
        gated.delete("name", always)
    gated.read()
    assert store.calls == ["put name", "read"]


def test_a_write_that_hangs_on_its_way_is_stopped_when_the_answer_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change that passed the gate, and then could not connect until the answer was sent, does not go out."""
    monkeypatch.setattr("vended_logs.custom_resource._LAST_WRITE_SECONDS", 0.05)
    store, gate = FakeLogs(VirtualClock()), Gate()
    asked: list[bool] = []

    class Connecting(FakeLogs):
        def put(self, policy: ResourcePolicy, may_send: Any = always) -> None:
            assert policy == EMPTY
            asked.append(may_send())
            closer = threading.Thread(target=gate.close)
            closer.start()
            closer.join()
            asked.append(may_send())

    Gated(Connecting(store.clock), gate).put(EMPTY, always)

    assert asked == [True, False]


def test_an_answer_waits_for_a_write_that_is_under_way() -> None:
    """A change and the answer do not cross: the gate closes when the change is over."""
    gate, order = Gate(), []
    entered = threading.Event()

    def change() -> None:
        with gate.passing():
            entered.set()
            time.sleep(0.2)
            order.append("changed")

    thread = threading.Thread(target=change)
    thread.start()
    entered.wait()
    gate.close()
    order.append("answered")
    thread.join()

    assert order == ["changed", "answered"]
