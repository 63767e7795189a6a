"""botocore's client for CloudWatch Logs with our transport beneath it.

botocore makes and signs the requests and reads the answers; when one is to be sent (its event "before-send"), ours
sends it. Through a proxy, which our transport does not speak to, botocore sends it itself.
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.utils import get_environ_proxies

from vended_logs.session import lean_session
from vended_logs.transport import NotSent, Request, Transport

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient


logger = logging.getLogger("vended-logs-policy")

CALL_SECONDS = 2
"""T of the write discipline: a call gets this, from connecting to the answer's last byte, then counts as lost."""


_CREDENTIALS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
)
_ASKED_FOR = ("AWS_DEFAULT_PROFILE", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE")


class Wire:
    """Where the requests go out."""

    def __init__(self, session: boto3.Session | None = None) -> None:
        """Begin without a connection; the session, boto3's own if none is given, knows the credentials."""
        self._session = session
        self._transport = Transport(CALL_SECONDS)
        self._may_send: Callable[[], bool] = _always

    def client(self, region: str) -> "CloudWatchLogsClient":
        """Return a client that makes one attempt a call."""
        client = _client(self._session, region) if self._session else _own_client(region)
        client.meta.events.register_first("before-send.cloudwatch-logs", self._send)  # type: ignore[arg-type]  # the stub forgets the answer
        return client

    @contextmanager
    def sending_if(self, may_send: Callable[[], bool]) -> Iterator[None]:
        """Have what is called in this block sent only if ``may_send`` says so at the last moment.

        Raises:
            NotSent: it said no.
        """
        self._may_send = may_send
        try:
            yield
        finally:
            self._may_send = _always

    def _send(self, request: AWSPreparedRequest, **_: object) -> AWSResponse | None:
        """Return the answer, or None if botocore is to send the request itself."""
        body = request.body or b""
        if get_environ_proxies(request.url) or not isinstance(body, bytes | bytearray):
            if not self._may_send():
                raise NotSent
            return None
        signed = Request(request.method, request.url, dict(request.headers), bytes(body))
        answer = self._transport.send(signed, self._may_send)
        return AWSResponse(request.url, answer.status, answer.headers, _Body(answer.body))  # type: ignore[arg-type]  # any mapping will do


def _own_client(region: str) -> "CloudWatchLogsClient":
    """Return a client of the lean session or, where that cannot serve, of boto3's own.

    It cannot in a partition that is not known here, with FIPS or dual-stack endpoints, with credentials that another
    service hands out, and with a botocore to come that wants other data; what is wrong with the configuration itself,
    boto3's own says as well.
    """
    try:
        if _has_credentials_at_hand():
            return _client(lean_session(region), region)
        reason = "credentials"
    except Exception as error:  # noqa: BLE001 - whatever it is, the way that everyone takes is left
        reason = type(error).__name__
    client = _client(boto3, region)
    logger.info("All of boto3's own data was read", extra={"reason": reason})
    return client


def _has_credentials_at_hand() -> bool:
    """Return whether the environment says who calls, as it always does in Lambda.

    A profile, a web identity and single sign-on ask services of whose data there is nothing here; and a default session
    that somebody has set up is meant to be used.
    """
    at_hand = any(os.environ.get(name) for name in _CREDENTIALS)
    return at_hand and boto3.DEFAULT_SESSION is None and not any(name in os.environ for name in _ASKED_FOR)


def _client(maker: "boto3.Session | ModuleType", region: str) -> "CloudWatchLogsClient":
    # The time-outs hold where botocore sends by itself: half to connect and half for each silence.
    half = CALL_SECONDS / 2
    config = Config(connect_timeout=half, read_timeout=half, retries={"mode": "standard", "total_max_attempts": 1})
    client: CloudWatchLogsClient = maker.client("logs", region_name=region, config=config, verify=ca_bundle())
    return client


class _Body:
    """An answer's content, in the shape in which botocore reads it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        """Give it in one piece."""
        yield self._content


def _always() -> bool:
    return True


def ca_bundle() -> str | None:
    """Return what SSL_CERT_FILE names, which botocore ignores; None leaves it to botocore and AWS_CA_BUNDLE."""
    named = os.environ.get("SSL_CERT_FILE", "")
    return named if not os.environ.get("AWS_CA_BUNDLE") and os.path.isfile(named) else None  # noqa: PTH113 - pathlib's import costs cold starts
