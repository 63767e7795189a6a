"""Whom a call trusts."""

from __future__ import annotations

import socket
import ssl

import pytest
import trustme

from tests.support.answers import Answers
from tests.unit.transport.peer import always
from vended_logs.transport import Request, Transport


def put(answers: Answers, host: str = "127.0.0.1") -> Request:
    """Return a request to the server that speaks TLS."""
    return Request("PUT", answers.url.replace("127.0.0.1", host), {}, b"body")


def test_a_trusted_certificate_is_enough(answer_taker: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS_CA_BUNDLE names whom to trust; path and query arrive."""
    answer_taker.clear()
    monkeypatch.setenv("AWS_CA_BUNDLE", str(answer_taker.authority))

    assert Transport(2).send(put(answer_taker), always).status == 200
    assert answer_taker.bodies == [b"body"]


def test_an_unknown_authority_gets_nothing(
    answer_taker: Answers, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A certificate that nobody trusted signed ends the call before anything is sent."""
    answer_taker.clear()
    other = tmp_path_factory.mktemp("other") / "authority.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    monkeypatch.setenv("AWS_CA_BUNDLE", str(other))

    with pytest.raises(ssl.SSLCertVerificationError):
        Transport(2).send(put(answer_taker), always)
    assert answer_taker.bodies == []


def test_a_certificate_for_another_name_gets_nothing(answer_taker: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name in the certificate is checked."""
    answer_taker.clear()
    monkeypatch.setenv("AWS_CA_BUNDLE", str(answer_taker.authority))
    find = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _host, port, **more: find("127.0.0.1", port, **more))

    with pytest.raises(ssl.SSLCertVerificationError):
        Transport(2).send(put(answer_taker, host="elsewhere.example"), always)
    assert answer_taker.bodies == []
