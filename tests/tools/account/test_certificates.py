"""Connections that do not come about because of a certificate: what is wrong is told, and which file decides."""

from __future__ import annotations

import ssl

import pytest
from botocore.exceptions import EndpointConnectionError, SSLError

from tests.tools.examining.answers import Answers
from vended_logs_tools.account.calls import Call, Unanswered, Untrusted
from vended_logs_tools.account.certificates import distrust

URL = "https://sts.eu-west-1.amazonaws.com/"
# What OpenSSL 3 says of servers and files that are so, as Python 3.11 and botocore hand it on.
REFUSED = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"
SELF_SIGNED = f"{REFUSED}: self-signed certificate (_ssl.c:1006)"
PROXY = f"{REFUSED}: unable to get local issuer certificate (_ssl.c:1006)"
NOT_THERE = "[Errno 2] No such file or directory"
EMPTY = "[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found (_ssl.c:4154)"
NO_TLS = "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)"


def error(text: str) -> SSLError:
    """Return what botocore raises."""
    return SSLError(endpoint_url=URL, error=ssl.SSLError(text))


@pytest.mark.parametrize(
    ("text", "why"), [(SELF_SIGNED, "self-signed certificate"), (PROXY, "unable to get local issuer certificate")]
)
def test_an_authority_that_is_not_known(text: str, why: str) -> None:
    """Whose certificate it was and why it was not taken, then the variable that names the authority's file."""
    found = distrust(error(text))
    assert found is not None
    assert found.cause == f"the certificate of {URL} is not trusted ({why})"
    assert "AWS_CA_BUNDLE has to name the file with its authority's certificate" in found.cure


@pytest.mark.parametrize(("text", "why"), [(NOT_THERE, "No such file or directory"), (EMPTY, "no certificate or crl")])
def test_a_file_of_authorities_that_cannot_be_used(text: str, why: str) -> None:
    """The settings that name it are named; a network has nothing to do with it."""
    found = distrust(error(text))
    assert found is not None
    assert why in found.cause
    assert found.cure.startswith("look at AWS_CA_BUNDLE")


@pytest.mark.parametrize("other", [error(NO_TLS), EndpointConnectionError(endpoint_url=URL), ValueError(SELF_SIGNED)])
def test_anything_else_is_none_of_these(other: Exception) -> None:
    """Of what is not TLS, or no certificate's fault, nothing is claimed."""
    assert distrust(other) is None


def test_a_call_is_told_with_the_cure_that_fits() -> None:
    """A service that was not trusted counts as not reached, and is not asked again."""
    answers = Answers({"DescribeLogGroups": error(SELF_SIGNED)})
    reader = answers.reader()
    call = Call("logs", "DescribeLogGroups")
    with pytest.raises(Untrusted, match="is not trusted") as raised:
        reader.ask(call)
    assert "AWS_CA_BUNDLE" in raised.value.cure
    with pytest.raises(Unanswered, match="could not be reached before"):
        reader.ask(call)
    assert len(answers.asked) == 1
