"""The client calls as boto3's own does, and reads none of its data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from botocore.loaders import JSONFileLoader

from tests.unit.session.calls import CALLS, REGION
from vended_logs import session
from vended_logs.session import lean_session
from vended_logs.wire import Wire, _client

_OF_ONE_REQUEST = ("authorization", "amz-sdk-invocation-id", "user-agent", "x-amz-date")


class _Raw:
    """An answer's body as botocore reads it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        yield self._content


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
        return AWSResponse(request.url, status, headers, _Raw(json.dumps(answer).encode()))  # type: ignore[arg-type]  # of urllib3's answer botocore reads only what this one has

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
