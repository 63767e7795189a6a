"""The repository's API on the wire, by botocore's own description of it: paths, names, types and status codes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from botocore.loaders import Loader
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StructureShape
from botocore.validate import ParamValidator

from tests.examples.app_repository.refusal import bad_request, denied, not_found
from tests.examples.app_repository.repository import Caller

Json = dict[str, Any]

_MODEL: Final = ServiceModel(Loader().load_service_model("serverlessrepo", "service-2"))
_SIGNED: Final = re.compile(r"AWS4-HMAC-SHA256 Credential=(\d{12})/\d{8}/([a-z0-9-]+)/serverlessrepo/aws4_request,")


@dataclass(frozen=True)
class Call:
    """An operation, and its input by the names that boto3 has for it."""

    operation: OperationModel
    request: Json


def caller(authorization: str | None) -> Caller:
    """Return who signed a request. The signature is not looked at, and an access key is its account's number."""
    if not (found := _SIGNED.match(authorization or "")):
        raise denied("The request is not signed for this service.")
    return Caller(found[1], found[2])


def call(method: str, target: str, body: bytes) -> Call:
    """Return what a request asks for; raises RefusedError if there is no such operation or its input is malformed."""
    address = urlsplit(target)
    operation, path = _operation(method, address.path)
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    try:
        content = json.loads(body or b"{}")
    except ValueError as error:
        raise bad_request("The request's body is no JSON.") from error
    shape = operation.input_shape
    assert shape is not None, f"{operation.name} takes nothing."
    given = {**content, **query, **path}
    if unknown := given.keys() - {_wire(name, member) for name, member in _members(shape)}:
        raise bad_request(f"{operation.name} knows no {', '.join(sorted(unknown))}.")
    request = _read(shape, given)
    if report := ParamValidator().validate(request, shape).generate_report():
        raise bad_request(report)
    return Call(operation, request)


def answer(operation: OperationModel, response: Json) -> tuple[int, bytes]:
    """Return the status code and the body of a success; raises KeyError for what the API does not know."""
    body = _written(operation.output_shape, response) if operation.output_shape else {}
    return int(operation.http["responseCode"]), json.dumps(body).encode()


def _operation(method: str, path: str) -> tuple[OperationModel, dict[str, str]]:
    for name in _MODEL.operation_names:
        operation = _MODEL.operation_model(name)
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", operation.http["requestUri"])
        if operation.http["method"] == method and (found := re.fullmatch(pattern, path)):
            return operation, {key: unquote(value) for key, value in found.groupdict().items()}
    raise not_found(f"There is no {method} {path}.")


def _members(shape: Shape | None) -> Iterable[tuple[str, Shape]]:
    return shape.members.items() if isinstance(shape, StructureShape) else ()


def _wire(name: str, member: Shape) -> str:
    return str(member.serialization.get("name", name))


def _read(shape: Shape | None, value: Any) -> Any:
    """Return a value by boto3's names; what is not of its type is left as it is, for the validator to refuse."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        named = [(name, _wire(name, member), member) for name, member in _members(shape)]
        return {name: _read(member, value[wire]) for name, wire, member in named if wire in value}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_read(shape.member, one) for one in value]
    return value


def _written(shape: Shape, value: Any) -> Any:
    if isinstance(shape, StructureShape):
        return {_wire(name, shape.members[name]): _written(shape.members[name], one) for name, one in value.items()}
    if isinstance(shape, ListShape):
        return [_written(shape.member, one) for one in value]
    return int(value) if shape.type_name == "integer" else value
