"""Credentials that another service hands out, and sessions that are given."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.unit.session.calls import CALLS, REGION
from vended_logs.gateway import Gateway
from vended_logs.wire import Wire


@pytest.mark.parametrize(
    "settings",
    [
        {"AWS_ACCESS_KEY_ID": ""},
        {"AWS_PROFILE": "mine"},
        {"AWS_DEFAULT_PROFILE": "mine"},
        {"AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/token"},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_credentials_that_another_service_hands_out_need_its_data(
    settings: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a role is assumed, or a token exchanged, for the credentials, the client is boto3's own."""
    profiles = tmp_path / "config"
    profiles.write_text("[profile mine]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = base\n")
    profiles.write_text(profiles.read_text() + "[profile base]\naws_access_key_id = a\naws_secret_access_key = b\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(profiles))
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    made = Wire().client(REGION)

    assert len(made.meta.service_model.operation_names) > len(CALLS)


class _Container(BaseHTTPRequestHandler):
    """Hands out credentials, as the machine of a function does that is started from a snapshot."""

    def do_GET(self) -> None:
        keys = {"AccessKeyId": "container", "SecretAccessKey": "s", "Token": "t", "Expiration": "2099-01-01T00:00:00Z"}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(keys).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_credentials_of_a_container_need_no_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that is started from a snapshot asks its own machine for them, which is no service."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with HTTPServer(("127.0.0.1", 0), _Container) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"http://127.0.0.1:{server.server_port}/credentials")
        made: Any = Wire().client(REGION)
        server.shutdown()

    assert made._request_signer._credentials.access_key == "container"  # noqa: SLF001 - who signs
    assert len(made.meta.service_model.operation_names) == len(CALLS)


def test_a_default_session_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has set up boto3's default session is called by its credentials."""
    default = boto3.Session(aws_access_key_id="of", aws_secret_access_key="the session")  # noqa: S106  goes nowhere
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", default)

    made: Any = Wire().client(REGION)

    assert made._request_signer._credentials.access_key == "of"  # noqa: SLF001 - who signs


def test_a_session_that_is_given_makes_the_client() -> None:
    """The tools' own session, with its profile and its settings, keeps all of its data."""
    given = boto3.Session(aws_access_key_id="of", aws_secret_access_key="the profile")  # noqa: S106  goes nowhere

    client = Gateway(REGION, session=given)._client  # noqa: SLF001  which session made it is told by nothing else

    assert len(client.meta.service_model.operation_names) > len(CALLS)
