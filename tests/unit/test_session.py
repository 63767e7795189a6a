"""The lean session makes the client that boto3's own would make, of a fraction of the data."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from botocore.loaders import JSONFileLoader

from vended_logs import session
from vended_logs.gateway import Gateway
from vended_logs.session import lean_session
from vended_logs.wire import Wire, _client

REGION = "eu-west-3"
CALLS: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "describe_resource_policies": (
        {"nextToken": "2"},
        {
            "nextToken": "3",
            "resourcePolicies": [{"policyName": "p", "policyDocument": "{}", "lastUpdatedTime": 1_790_000_000_123}],
        },
    ),
    "put_resource_policy": (
        {"policyName": "pölicy", "policyDocument": '{"Version":"2012-10-17"}'},
        {"resourcePolicy": {"policyName": "p", "policyDocument": "{}", "lastUpdatedTime": 1}},
    ),
    "delete_resource_policy": ({"policyName": "p"}, {}),
    "describe_log_groups": (
        {"logGroupNamePrefix": "/aws/vendedlogs/", "nextToken": "2"},
        {"logGroups": [{"logGroupName": "/aws/vendedlogs/states/a"}], "nextToken": "3"},
    ),
}
"""All that the gateway calls: what it gives, and an answer."""
_OF_ONE_REQUEST = ("authorization", "amz-sdk-invocation-id", "user-agent", "x-amz-date")


class _Raw:
    """An answer's body as botocore reads it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        yield self._content


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it remembers those of other tests


def regions() -> list[str]:
    """Return every region of every partition that the installed botocore knows CloudWatch Logs in."""
    known = botocore.session.get_session()
    return [
        region
        for partition in known.get_available_partitions()
        for region in known.get_available_regions("logs", partition)
    ]


def asked_and_told(client: Any, call: str, status: int, answer: dict[str, Any]) -> tuple[object, object]:
    """Return a client's request, without what differs from one to the next, and what it makes of the answer."""
    asked: list[Any] = []

    def send(request: Any, **_: object) -> AWSResponse:
        asked.append(request)
        headers = {"content-type": "application/x-amz-json-1.1", "x-amzn-requestid": "id"}
        return AWSResponse(request.url, status, headers, _Raw(json.dumps(answer).encode()))  # type: ignore[arg-type]

    client.meta.events.register_first("before-send.cloudwatch-logs", send)
    try:
        told: object = getattr(client, call)(**CALLS[call][0])
    except ClientError as error:
        told = (str(error), error.response["Error"])
    (request,) = asked
    headers = {k: v for k, v in request.headers.items() if k.lower() not in _OF_ONE_REQUEST}
    signed = re.findall(r"(Credential=.*?/)\d{8}(/.*?),.*SignedHeaders=(.*?),", str(request.headers["Authorization"]))
    return (request.method, request.url, request.body, headers, signed), told


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("status", "kind"), [(200, "done"), (400, "refused"), (503, "fault")])
def test_requests_and_answers_are_those_of_boto3(call: str, status: int, kind: str) -> None:
    """Each call goes out as boto3's own client would send it, and its answer or its error is read the same."""
    refused = {"__type": f"com.amazonaws.logs#{kind}Exception", "message": "no"}
    answer = CALLS[call][1] if status == 200 else refused
    own, others = (
        asked_and_told(_client(maker, REGION), call, status, answer) for maker in (lean_session(REGION), boto3)
    )

    assert own == others


def test_every_region_is_called_where_boto3_calls_it() -> None:
    """In each region of each partition that the installed botocore knows the client goes to the same address."""
    maker = boto3.Session()
    own: dict[str, object] = {}
    others: dict[str, object] = {}
    for region in regions():
        for found, client in ((own, Wire().client(region)), (others, maker.client("logs", region_name=region))):
            found[region] = (client.meta.endpoint_url, client.meta.region_name, client.meta.partition)

    assert own == others
    assert {"us-east-1", "cn-north-1", "us-gov-west-1"} <= set(own)


def test_nothing_of_boto3s_data_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The installed boto3 makes the client of our few files alone, so that the saving is there."""
    read: list[str] = []
    load = JSONFileLoader.load_file

    def noted(self: JSONFileLoader, path: str) -> Any:
        found = load(self, path)
        read.extend([path] if found is not None else [])
        return found

    monkeypatch.setattr(JSONFileLoader, "load_file", noted)

    Wire().client(REGION)

    assert read
    assert [path for path in read if not path.startswith(session.DATA)] == []


@pytest.mark.parametrize(
    ("region", "variable"),
    [
        ("us-iso-east-1", None),
        ("eusc-de-east-1", None),
        ("mars-north-1", None),
        (REGION, "AWS_USE_FIPS_ENDPOINT"),
        (REGION, "AWS_USE_DUALSTACK_ENDPOINT"),
    ],
)
def test_what_is_not_known_here_boto3_knows(region: str, variable: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """In other partitions, and for FIPS and dual-stack endpoints, the client is boto3's own, with all its data."""
    if variable:
        monkeypatch.setenv(variable, "true")

    made = Wire().client(region)

    assert made.meta.endpoint_url == boto3.Session().client("logs", region_name=region).meta.endpoint_url
    assert len(made.meta.service_model.operation_names) > len(CALLS)


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
    default = boto3.Session(aws_access_key_id="of", aws_secret_access_key="the session")  # noqa: S106
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", default)

    made: Any = Wire().client(REGION)

    assert made._request_signer._credentials.access_key == "of"  # noqa: SLF001 - who signs


def test_a_botocore_that_wants_other_data_gets_its_own(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is not here, or says nothing to a botocore to come, costs the saving and nothing else."""
    monkeypatch.setattr(session, "DATA", str(tmp_path))

    made = Wire().client(REGION)

    assert made.meta.endpoint_url == f"https://logs.{REGION}.amazonaws.com"
    assert len(made.meta.service_model.operation_names) > len(CALLS)


def test_an_endpoint_of_ones_own_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS_ENDPOINT_URL counts for the lean client as well."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://logs.example:8443")

    made = Wire().client(REGION)

    assert made.meta.endpoint_url == "https://logs.example:8443"
    assert len(made.meta.service_model.operation_names) == len(CALLS)


def test_a_session_that_is_given_makes_the_client() -> None:
    """The tools' own session, with its profile and its settings, keeps all of its data."""
    given = boto3.Session(aws_access_key_id="of", aws_secret_access_key="the profile")  # noqa: S106

    client = Gateway(REGION, session=given)._client  # noqa: SLF001

    assert len(client.meta.service_model.operation_names) > len(CALLS)


def is_part(mine: Any, theirs: Any) -> bool:
    """Return whether all that one JSON value says, the other says too."""
    if isinstance(mine, dict):
        return all(key in theirs and is_part(value, theirs[key]) for key, value in mine.items())
    return bool(mine == theirs)


def test_the_model_is_a_part_of_boto3s() -> None:
    """Every operation, shape, member and bound of the few here stands in botocore's own model as it stands here."""
    mine = json.loads((Path(session.DATA) / "logs/2014-03-28/service-2.json").read_text("utf-8"))

    theirs = botocore.session.get_session().get_service_data("logs")

    assert {"metadata", "operations", "shapes"} <= set(mine)
    assert is_part(mine, theirs)
