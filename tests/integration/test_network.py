"""Without a network, without time, without valid credentials: a FAILED answer in time, with its cause and its cure."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.integration.logs_service import LogsService
from tests.integration.processes import CREDENTIALS, TIMED_OUT, run
from tests.support.answers import Answers
from tests.support.function import event

NO_ANSWER = (
    "logs:DescribeResourcePolicies was not answered within 2 seconds, or the connection failed: look at the provider"
    " function's network, then deploy again."
)
TOO_SHORT = (
    "The provider function is given too little time for a call and an answer: set its Timeout to 60 seconds or more,"
    " then deploy again."
)
HANGING_LOOKUP = """
import socket, time
found = socket.getaddrinfo
def hang(host, *given, **more):
    return found(host, *given, **more) if host == "127.0.0.1" else time.sleep(60)
socket.getaddrinfo = hang
"""


@pytest.fixture
def black_hole() -> Iterator[str]:
    """A host and port where connections are taken and nothing ever comes back."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize(
    "endpoint",
    ["http://127.0.0.1:1", "http://no-such-host.invalid", "http://{hole}", "https://{hole}", "https://{service}"],
    ids=["refused", "unknown", "silent", "silent over TLS", "no TLS"],
)
def test_no_way_to_cloudwatch_logs(
    service: LogsService, answers: Answers, environment: dict[str, str], black_hole: str, endpoint: str
) -> None:
    """However the connection fails, the answer comes before the function's time-out and says where to look."""
    url = endpoint.format(hole=black_hole, service=service.url.removeprefix("http://"))
    done = run(event("Create", answers.url), {**environment, "AWS_ENDPOINT_URL": url}, seconds=7)

    assert (answers.only["Status"], answers.only["Reason"], done.returncode) == ("FAILED", NO_ANSWER, 0)


def test_a_lookup_that_hangs(answers: Answers, environment: dict[str, str]) -> None:
    """The system's resolver knows no time-out; another thread answers in time for the one that waits for it."""
    done = run(
        event("Create", answers.url),
        {**environment, "AWS_ENDPOINT_URL": "http://logs.example"},
        after=HANGING_LOOKUP,
        seconds=5,
    )

    assert done.returncode == TIMED_OUT
    assert answers.only["Status"] == "FAILED"
    assert answers.only["Reason"] == (
        "A call hung until the provider function's time ran out: deploy again; if it lasts, look at its log."
    )


@pytest.mark.parametrize("seconds", [1, 3, 4])
def test_a_time_out_that_is_too_short(
    service: LogsService, answers: Answers, environment: dict[str, str], seconds: int
) -> None:
    """With SAM's own default of three seconds nothing is begun, and the answer says which setting to change."""
    run(event("Create", answers.url), environment, seconds=seconds)

    assert (answers.only["Status"], answers.only["Reason"]) == ("FAILED", TOO_SHORT)
    assert service.requests == []


def test_a_delete_that_does_nothing_needs_no_time(answers: Answers, environment: dict[str, str]) -> None:
    """A rollback is not held up by a short time-out either."""
    run(event("Delete", answers.url), environment, seconds=1)

    assert answers.only["Status"] == "SUCCESS"


@pytest.mark.parametrize(
    "code",
    ["UnrecognizedClientException", "ExpiredTokenException", "InvalidSignatureException", "AccessDeniedException"],
)
def test_credentials_that_are_refused(
    service: LogsService, answers: Answers, environment: dict[str, str], code: str
) -> None:
    """A refusal is not tried again: the answer comes at once, names the action and ends with the cure."""
    service.refusals["DescribeResourcePolicies"] = (403, code, "Not valid.")
    run(event("Create", answers.url), environment)

    assert answers.only["Status"] == "FAILED"
    assert "logs:DescribeResourcePolicies" in answers.only["Reason"]
    assert answers.only["Reason"].endswith(", then deploy again.")
    assert [action for action, _ in service.requests] == ["DescribeResourcePolicies"]


def test_credentials_that_are_missing(service: LogsService, answers: Answers, environment: dict[str, str]) -> None:
    """Without credentials nothing is sent, and the answer says what is missing."""
    without = {name: value for name, value in environment.items() if name not in CREDENTIALS}
    run(event("Create", answers.url), without)

    assert answers.only["Status"] == "FAILED"
    assert "credentials" in answers.only["Reason"]
    assert service.requests == []
