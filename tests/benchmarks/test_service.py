"""The service that contenders are measured against."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from benchmarks import service as module
from benchmarks.service import Service, ServiceError, serving
from tests.support.facts import SHARED_POLICY

CERTIFICATES = 100
"""At least so many; lists of real machines have some more."""


def logs(service: Service) -> Any:
    """Return a client of CloudWatch Logs that finds the service."""
    return boto3.client(
        "logs",
        region_name="us-east-1",
        endpoint_url=service.url,
        verify=str(service.ca_file),
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106  the service takes any
    )


def put(url: str, body: bytes, authority: Path) -> int:
    """Send an answer and return the status."""
    host, _, path = url.removeprefix("https://").partition("/")
    context = ssl.create_default_context(cafile=str(authority))
    connection = http.client.HTTPSConnection(host, timeout=10, context=context)
    try:
        connection.request("PUT", f"/{path}", body)
        return connection.getresponse().status
    finally:
        connection.close()


def test_the_grant_stands_in_a_policy_of_long_ago(service: Service) -> None:
    """The policy that is read holds the default grant of the account and region of the event, and is quiet."""
    answer = logs(service).describe_resource_policies()
    [policy] = answer["resourcePolicies"]
    [statement, _] = json.loads(policy["policyDocument"])["Statement"]
    assert policy["policyName"] == SHARED_POLICY
    assert statement["Resource"] == ["arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/*"]
    assert policy["lastUpdatedTime"] < 1_700_000_000_000
    assert service.calls() == ["DescribeResourcePolicies"]


def test_answers_carry_what_aws_sends(service: Service) -> None:
    """The headers that the provider reads are there: the date, the request's id, the length and the type."""
    headers = logs(service).describe_resource_policies()["ResponseMetadata"]["HTTPHeaders"]
    assert {"date", "x-amzn-requestid", "content-length"} < headers.keys()
    assert headers["content-type"] == "application/x-amz-json-1.1"


def test_an_answer_is_kept(service: Service) -> None:
    """What is put as an answer is taken with 200, and can be read afterwards."""
    assert put(service.response_url, b'{"Status": "SUCCESS"}', service.authority) == http.client.OK
    assert put(service.response_url, b'{"Status": "FAILED"}', service.authority) == http.client.OK
    assert [answer["Status"] for answer in service.answers()] == ["SUCCESS", "FAILED"]
    assert (service.folder / "taken").read_text() == "+-"


def test_what_is_put_elsewhere_is_not_taken(service: Service) -> None:
    """A PUT to another path is refused and leaves no answer."""
    assert put(f"{service.url}/elsewhere", b'{"Status": "SUCCESS"}', service.authority) == http.client.NOT_FOUND
    assert service.answers() == []


def test_nobody_is_served_without_trust(service: Service) -> None:
    """A client that does not know the authority does not connect: certificates are checked."""
    connection = http.client.HTTPSConnection(service.url.removeprefix("https://"), timeout=10)
    with pytest.raises(ssl.SSLCertVerificationError):
        connection.request("GET", "/")


def test_a_measured_process_reads_a_whole_list_of_authorities(service: Service) -> None:
    """The list that contenders trust is as long as a machine's, with the service's own authority in it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cafile=service.environment()["SSL_CERT_FILE"])
    assert context.cert_store_stats()["x509_ca"] > CERTIFICATES
    assert service.authority.read_bytes() in service.ca_file.read_bytes()


def test_an_empty_account_shows_what_is_put() -> None:
    """Without a policy nothing is read; what is put then is read back with the time of now; forgetting undoes it."""
    with serving("empty") as service:
        client = logs(service)
        assert client.describe_resource_policies()["resourcePolicies"] == []
        client.put_resource_policy(policyName="mine", policyDocument="{}")
        [policy] = client.describe_resource_policies()["resourcePolicies"]
        assert (policy["policyName"], policy["policyDocument"]) == ("mine", "{}")
        assert policy["lastUpdatedTime"] > 1_700_000_000_000
        service.forget()
        assert client.describe_resource_policies()["resourcePolicies"] == []


def test_it_ends_with_its_block() -> None:
    """After the block nobody listens, and its folder is gone."""
    with serving() as service:
        pass
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", urlsplit(service.url).port or 0), timeout=10)
    assert not service.folder.exists()


def test_a_service_that_does_not_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a certificate it ends, with what it printed."""
    monkeypatch.setattr(module, "_write_certificates", lambda _folder: None)
    with pytest.raises(ServiceError, match="FileNotFoundError"), serving():
        pass
