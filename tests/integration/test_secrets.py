"""No secret is in anything that the function prints or logs, whatever level anyone sets and whatever fails."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest

from tests.integration.logs_service import LogsService
from tests.integration.processes import CREDENTIALS, run, surroundings
from tests.support.answers import SECRET, Answers
from tests.support.function import event
from vended_logs.redaction import Redaction, keep_secret, redacted

NOISE = """
import http.client, logging, sys, traceback
http.client.HTTPConnection.debuglevel = 1
class Whole(logging.Formatter):
    def format(self, record):
        error = record.exc_info[1] if record.exc_info else None
        return repr(record.__dict__) + record.getMessage() + "".join(traceback.format_exception(error) if error else ())
everything = logging.StreamHandler(sys.stderr)
everything.setFormatter(Whole())
logging.root.addHandler(everything)
logging.root.setLevel("DEBUG")
"""
"""Before the import: the root logger at DEBUG, as AWS_LAMBDA_LOG_LEVEL has it, each record whole, and HTTP traced."""
LOUDER = """
another = logging.StreamHandler(sys.stderr)
another.setFormatter(Whole())
for name in list(logging.root.manager.loggerDict):
    logging.getLogger(name).setLevel("DEBUG")
    logging.getLogger(name).addHandler(another)
logging.root.setLevel("DEBUG")
"""
"""After the import: every logger by itself at DEBUG, with a handler of its own."""
UNDONE = """
for name in list(logging.root.manager.loggerDict):
    logging.getLogger(name).disabled = False
    logging.getLogger(name).propagate = True
"""
BROKEN = "import vended_logs.provider as provider, vended_logs.lifecycle as lifecycle\n"
WITHOUT_CRHELPER = "sys.modules['crhelper'] = None"
SIGNATURE_REFUSED = (
    "The request signature we calculated does not match the signature you provided. The Canonical String for this"
    f" request should have been 'POST\\n/\\n\\nx-amz-security-token:{CREDENTIALS['AWS_SESSION_TOKEN']}\\n'"
)


def secrets_in(output: str, service: LogsService) -> list[str]:
    """Return the secrets of a run that its output holds."""
    signatures = [match[1] for _, headers in service.requests for match in SIGNATURE.finditer(str(headers))]
    wanted = (*signatures, *list(CREDENTIALS.values())[1:], "5ec2e7")
    return [secret for secret in wanted if secret in output]


SIGNATURE = re.compile(r"Signature=([0-9a-f]{64})")


@pytest.mark.parametrize(
    ("refusal", "environment", "after", "seconds"),
    [
        (None, {}, "", 20),
        (None, {"POWERTOOLS_LOG_LEVEL": "DEBUG", "POWERTOOLS_LOGGER_LOG_EVENT": "true"}, "", 20),
        (None, {"AWS_LAMBDA_LOG_LEVEL": "DEBUG", "POWERTOOLS_DEBUG": "true"}, "", 20),
        ((400, "AccessDeniedException", "No."), {}, "", 20),
        ((403, "InvalidSignatureException", SIGNATURE_REFUSED), {}, "", 20),
        ((503, "ServiceUnavailableException", SIGNATURE_REFUSED), {}, "", 5),
        (None, {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "", 5),
        (None, {}, "def fail(*_):\n    raise ValueError('lost: {url}')\nlifecycle.ensure = fail", 20),
        (None, {}, "import time\nprovider.Gateway.read = lambda _: time.sleep(30)", 4),
    ],
    ids=["success", "debug", "debug of Lambda", "refused", "signature", "retried", "network", "unexpected", "hung"],
)
def test_no_secret_is_printed(  # noqa: PLR0913, PLR0917 - a case is that many circumstances
    service: LogsService,
    answers: Answers,
    refusal: tuple[int, str, str] | None,
    environment: dict[str, str],
    after: str,
    seconds: float,
) -> None:
    """Every record of every logger is printed whole, and there is no key, token, signature or signed URL in it."""
    if refusal is not None:
        service.refusals["DescribeResourcePolicies"] = refusal
    answers.statuses = [503]
    done = run(
        event("Create", answers.url),
        {**surroundings(service, answers), **environment},
        before=NOISE,
        after=f"{BROKEN}{after.format(url=answers.url)}{LOUDER}",
        seconds=seconds,
    )

    assert "Answering" in done.stderr
    assert len(answers.bodies) == 2, done.stderr
    assert secrets_in(done.stdout + done.stderr + str(answers.bodies), service) == []


@pytest.mark.parametrize("statuses", [[403], [0, 0, 200]])
def test_no_secret_is_printed_when_nothing_can_start(
    service: LogsService, answers: Answers, statuses: list[int]
) -> None:
    """What stands in for a provider that cannot be imported keeps the secrets too, when its answer is refused too."""
    answers.statuses = statuses.copy()
    done = run(
        event("Create", answers.url),
        surroundings(service, answers),
        before=f"{NOISE}{WITHOUT_CRHELPER}",
        after=LOUDER,
    )

    assert len(answers.bodies) == len(statuses)
    assert "could not start" in done.stderr
    assert secrets_in(done.stdout + done.stderr, service) == []


def test_no_secret_is_printed_when_nobody_takes_the_answer(service: LogsService, answers: Answers) -> None:
    """A URL to which there is no connection is in no line of the log either."""
    sent = event("Create", f"https://127.0.0.1:1/answer?{SECRET}")
    done = run(sent, surroundings(service, answers), before=NOISE, after=LOUDER, seconds=5)

    assert "could not be delivered" in done.stderr
    assert secrets_in(done.stdout + done.stderr, service) == []


def test_the_libraries_would_print_them(service: LogsService, answers: Answers) -> None:
    """Were the libraries not silenced, the token and the signature of the request would be in the log."""
    done = run(event("Create", answers.url), surroundings(service, answers), before=NOISE, after=f"{LOUDER}{UNDONE}")
    found = secrets_in(done.stdout + done.stderr, service)

    assert CREDENTIALS["AWS_SESSION_TOKEN"] in found
    assert len(found) > 2


@pytest.fixture
def secret_url() -> Iterator[str]:
    """A URL that is kept secret for the length of a test."""
    url = f"https://bucket.example/arn%3Aaws%3Acloudformation?{SECRET}&Expires=1"
    keep_secret(url)
    yield url
    keep_secret(None)


def test_a_secret_is_replaced_wherever_it_stands_in_a_record(secret_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the message, its arguments, what is given beside it and the traceback a mark stands for each secret."""
    monkeypatch.setenv("AWS_SESSION_TOKEN", CREDENTIALS["AWS_SESSION_TOKEN"])
    caught = (ValueError, ValueError(f"no connection to {secret_url}"), None)
    record = logging.LogRecord("x", logging.ERROR, "x", 1, "sent %s", (CREDENTIALS["AWS_SESSION_TOKEN"],), caught)
    record.__dict__["event"] = {"ResponseURL": secret_url, "RequestType": "Create"}

    assert Redaction().filter(record)
    told = repr(record.__dict__) + logging.Formatter().format(record)
    assert record.getMessage() == "sent [secret]"
    assert "no connection to [secret]" in told
    assert "'RequestType': 'Create'" in told
    assert "5ec2e7" not in told
    assert CREDENTIALS["AWS_SESSION_TOKEN"] not in told


def test_a_record_without_secrets_is_left_as_it_is() -> None:
    """Values keep their types, and a traceback stays one that the formatter can take apart."""
    error = ValueError("plain")
    record = logging.LogRecord("x", logging.ERROR, "x", 1, "sent", None, (ValueError, error, None))
    record.__dict__["data"] = {"PolicySize": "1"}
    before = dict(record.__dict__)
    Redaction().filter(record)

    assert record.__dict__ == before


def test_a_line_that_cannot_be_logged_stops_nothing() -> None:
    """A message with the wrong arguments costs the line and no more."""
    record = logging.LogRecord("x", logging.ERROR, "x", 1, "%d %d", ("one",), None)

    assert Redaction().filter(record)
    assert record.getMessage() == "A line that cannot be logged (TypeError)"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://h/x?X-Amz-Signature=0a1b&b=1", "https://h/x?X-Amz-Signature=[secret]&b=1"),
        ("AWS4-HMAC-SHA256 Credential=x, SignedHeaders=y, Signature=0a1b'", ("AWS4-HMAC-SHA256 Credential=x, "
         "SignedHeaders=y, Signature=[secret]'")),
        ("?AWSAccessKeyId=A&Expires=1&Signature=abc%2Bd%3D", "?AWSAccessKeyId=A&Expires=1&Signature=[secret]"),
        ("x-amz-security-token:IQoJ//\nhost:h", "x-amz-security-token:[secret]\nhost:h"),
        ("The security token is invalid", "The security token is invalid"),
    ],
)  # fmt: skip
def test_signatures_are_known_by_their_form(text: str, shown: str) -> None:
    """A signature or token that nobody told of is known by the name before it."""
    assert redacted(text) == shown


@pytest.mark.parametrize("url", [None, 7, "https://[bad", "x", ""])
def test_what_is_no_url_is_no_secret(url: object) -> None:
    """Whatever an event carries as its URL, words are not blotted out for it."""
    keep_secret(url)

    assert redacted("x marks the spot") == "x marks the spot"
