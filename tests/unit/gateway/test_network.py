"""Calls over a network that fails: one attempt, and a sentence."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import pytest

from tests.support.answers import Answers
from tests.unit.gateway.sending import EMPTY, always
from vended_logs.errors import AwsRefused, NotApplied, TryAgain
from vended_logs.gateway import Gateway


def never() -> bool:
    """Return that a change may not be sent."""
    return False


@dataclass
class Service:
    """A server that answers each request the same way, or not at all."""

    url: str
    status: int = 200
    body: bytes = b"{}"
    hang: bool = False
    request_id: str = "b3f1"
    requests: list[str] = field(default_factory=list)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """Run it on loopback, where AWS_ENDPOINT_URL points."""
    found = Service("")
    done = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.requests.append(self.headers["x-amz-target"])
            if found.hang:
                done.wait(10)
            self.send_response(found.status)
            self.send_header("content-length", str(len(found.body)))
            if found.request_id:
                self.send_header("x-amzn-RequestId", found.request_id)
            self.end_headers()
            self.wfile.write(found.body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.url = f"http://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setenv("AWS_ENDPOINT_URL", found.url)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield found
    done.set()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_server_error_is_one_attempt(service: Service, status: int) -> None:
    """Nothing below the lifecycle resends a document."""
    service.status = status

    with pytest.raises(TryAgain):
        Gateway("us-west-2").put(EMPTY, always)
    assert service.requests == ["Logs_20140328.PutResourcePolicy"]


def test_a_limit_is_not_taken_for_throttling(service: Service) -> None:
    """An eleventh policy is refused after one attempt, not after a minute of them."""
    service.status, service.body = 400, b'{"__type":"LimitExceededException","message":"Resource limit exceeded."}'

    with pytest.raises(AwsRefused, match="10 of 10 policies"):
        Gateway("us-west-2").put(EMPTY, always)
    assert len(service.requests) == 1


def test_a_hung_call_is_lost_after_two_seconds(service: Service) -> None:
    """T: a call that is not answered counts as lost, after one attempt."""
    service.hang = True
    begun = time.monotonic()

    with pytest.raises(TryAgain, match="within 2 seconds"):
        Gateway("us-west-2").read()
    assert time.monotonic() - begun < 2.5
    assert len(service.requests) == 1


@pytest.mark.parametrize("change", [lambda one: one.put(EMPTY, never), lambda one: one.delete("name", never)])
def test_a_change_that_may_not_be_sent_any_more_is_not(service: Service, change: Callable[[Gateway], None]) -> None:
    """What was allowed and then took too long to connect is left, and a read may follow."""
    gateway = Gateway("us-west-2")

    with pytest.raises(NotApplied, match="was not sent"):
        change(gateway)
    assert service.requests == []
    assert gateway.read().policies == ()


def test_a_proxy_is_left_to_botocore(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through a proxy the calls arrive as well, and a change is stopped at the last moment that can be seen."""
    monkeypatch.setenv("HTTP_PROXY", service.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://logs.elsewhere.example/")
    gateway = Gateway("us-west-2")

    gateway.put(EMPTY, always)
    with pytest.raises(NotApplied, match="was not sent"):
        gateway.put(EMPTY, never)
    assert service.requests == ["Logs_20140328.PutResourcePolicy"]


def test_an_answer_that_is_no_json_is_lost(service: Service) -> None:
    """An answer cut on its way says nothing about what was applied."""
    service.body = b'{"resourcePolicies": [{"policyName": "na'

    with pytest.raises(TryAgain, match="something else than its list"):
        Gateway("us-west-2").read()
    with pytest.raises(TryAgain, match="something else than its list"):
        Gateway("us-west-2").log_groups("/aws/vendedlogs/")


def test_an_answer_that_is_no_text_is_lost(service: Service) -> None:
    """Bytes that are no UTF-8 are an answer cut or garbled on its way."""
    service.body = b'{"resourcePolicies": "\xff\xfe"}'

    with pytest.raises(TryAgain):
        Gateway("us-west-2").read()


def test_an_empty_answer_is_an_empty_account(service: Service) -> None:
    """A region that has no policy yet may be answered with an object that has no members."""
    assert Gateway("us-west-2").read().policies == ()


def test_an_empty_answer_of_anybody_else_is_lost(service: Service) -> None:
    """An empty object without the id that AWS gives each request is a proxy's: nothing may be concluded from it."""
    service.request_id = ""

    with pytest.raises(TryAgain, match="something else than its list"):
        Gateway("us-west-2").read()


def test_no_connection_is_a_passing_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port where nobody listens is named as the network's."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")

    with pytest.raises(TryAgain, match="network"):
        Gateway("us-west-2").read()


def test_a_certificate_that_nobody_signed_is_a_sentence(answer_taker: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting makes a certificate trusted: it is refused at once, with the variable that would cure it."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", answer_taker.url.partition("/answer")[0])

    with pytest.raises(AwsRefused, match="AWS_CA_BUNDLE"):
        Gateway("us-west-2").read()


def test_no_credentials_is_a_sentence(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """What botocore finds wrong by itself is a failure for good, with a cure."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it remembers those of other tests

    with pytest.raises(AwsRefused, match="could not be called"):
        Gateway("us-west-2").read()
