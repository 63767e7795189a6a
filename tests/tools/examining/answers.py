"""AWS as a table of answers, beneath botocore's own clients: what a call gives, by its operation and its arguments."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse

from vended_logs.policy.grant import Scope
from vended_logs_tools.account.calls import Reader
from vended_logs_tools.doctor import Target, examine

SCOPE = Scope("aws", "us-west-2", "123456789012")
SERVICES = ("logs", "iam", "kms", "stepfunctions", "cloudformation")
Arguments = dict[str, Any]


@dataclass(frozen=True)
class Refusal:
    """An error of AWS's."""

    code: str
    message: str = ""
    status: int = 400


@dataclass
class Answers:
    """What each operation answers: a mapping, a refusal, an exception, or what a function makes of the arguments."""

    by_operation: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, Arguments]] = field(default_factory=list)

    def reader(self) -> Reader:
        """Return a reader whose clients answer from the table."""
        return Reader(SCOPE, {service: self.client(service) for service in SERVICES})

    def examined(self, kind: Any, name: str) -> Any:
        """Return what the doctor finds about a target."""
        return examine(self.reader(), Target(kind, name), "--region us-west-2")

    def client(self, service: str) -> Any:
        """Return botocore's client of a service, answering from the table."""
        make: Callable[..., Any] = boto3.client
        client = make(
            service,
            region_name=SCOPE.region,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",  # noqa: S106 - goes nowhere
        )
        given: list[Arguments] = []
        client.meta.events.register("before-parameter-build", lambda params, **_: given.append(params))
        client.meta.events.register("before-call", lambda model, **_: self._answer(model.name, given[-1]))
        return client

    def _answer(self, operation: str, arguments: Arguments) -> tuple[AWSResponse, dict[str, Any]]:
        self.asked.append((operation, arguments))
        found = self.by_operation.get(operation, Refusal("AccessDeniedException", "not in the table"))
        found = found(arguments) if callable(found) and not isinstance(found, type) else found
        if isinstance(found, BaseException):
            raise found
        status, parsed = 200, found
        if isinstance(found, Refusal):
            status, parsed = found.status, {"Error": {"Code": found.code, "Message": found.message}}
        metadata = {"HTTPHeaders": {"x-amzn-requestid": "1"}, "HTTPStatusCode": status}
        response = AWSResponse("https://aws.test", status, {}, None)  # type: ignore[arg-type]  # an answer without a body
        # A copy: botocore's handlers change what they are given.
        return response, copy.deepcopy({"ResponseMetadata": metadata, **parsed})
