"""botocore's client for CloudWatch Logs with our transport beneath it.

botocore makes and signs the requests and reads the answers; when one is to be sent (its event "before-send"), ours
sends it. Through a proxy, which our transport does not speak to, botocore sends it itself.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.utils import get_environ_proxies

from vended_logs.transport import NotSent, Request, Transport

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient


CALL_SECONDS = 2
"""T of the write discipline: a call gets this, from connecting to the answer's last byte, then counts as lost."""


class Wire:
    """Where the requests go out."""

    def __init__(self, session: boto3.Session | None = None) -> None:
        """Begin without a connection; the session, boto3's own if none is given, knows the credentials."""
        self._session = session
        self._transport = Transport(CALL_SECONDS)
        self._may_send: Callable[[], bool] = _always

    def client(self, region: str) -> "CloudWatchLogsClient":
        """Return a client that makes one attempt a call."""
        # The time-outs hold where botocore sends by itself: half to connect and half for each silence.
        half = CALL_SECONDS / 2
        config = Config(connect_timeout=half, read_timeout=half, retries={"mode": "standard", "total_max_attempts": 1})
        maker = self._session or boto3
        client = maker.client("logs", region_name=region, config=config, verify=ca_bundle())
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
