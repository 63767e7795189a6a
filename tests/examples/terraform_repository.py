"""A stand-in for the two calls of the Serverless Application Repository that Terraform makes, of one app.

It tells the app's parameters, and does with it what the repository says it does: CloudFormation in the caller's account
gets a change set of the packaged template, for a stack whose name begins with `serverlessrepo-` and whose tags tell the
app and its version.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import yaml

from tests.e2e.local_cloud import LocalCloud

# What CloudFormation itself does not know: the repository keeps it to itself.
_OF_THE_REPOSITORY: Final = "CAPABILITY_RESOURCE_POLICY"
_NEEDED: Final = {"CAPABILITY_IAM", _OF_THE_REPOSITORY}
"""What an app needs that has IAM roles and Lambda permissions in it."""


@dataclass
class Repository:
    """One app in one version; `asked` keeps the requests as they came."""

    cloud: LocalCloud
    template: str
    version: str
    asked: list[dict[str, Any]] = field(default_factory=list)
    endpoint: str = ""

    def change_set(self, application_id: str, request: dict[str, Any]) -> tuple[HTTPStatus, dict[str, Any]]:
        """Make a change set of the app, or refuse as the repository does."""
        self.asked.append(request)
        missing = _NEEDED - set(request.get("capabilities", []))
        if missing:
            message = f"Requires capabilities : [{', '.join(sorted(missing))}]"
            return HTTPStatus.BAD_REQUEST, {"errorCode": "BadRequestException", "message": message}
        made = self._make(application_id, request)
        answer = {"applicationId": application_id, "semanticVersion": self.version, "changeSetId": made["Id"]}
        return HTTPStatus.CREATED, {**answer, "stackId": made["StackId"]}

    def told(self, application_id: str) -> dict[str, Any]:
        """Return what the repository tells of the app."""
        parameters = yaml.safe_load(self.template)["Parameters"]
        version = {
            "applicationId": application_id,
            "semanticVersion": self.version,
            "requiredCapabilities": sorted(_NEEDED),
            "parameterDefinitions": [
                {"name": name, "defaultValue": one["Default"], "type": one["Type"], "referencedByResources": []}
                for name, one in parameters.items()
            ],
        }
        return {"applicationId": application_id, "name": application_id.rpartition("/")[2], "version": version}

    def _make(self, application_id: str, request: dict[str, Any]) -> Any:
        name = f"serverlessrepo-{request['stackName']}"
        tags = {"serverlessrepo:applicationId": application_id, "serverlessrepo:semanticVersion": self.version}
        formation = self.cloud.client("cloudformation")
        return formation.create_change_set(
            StackName=name,
            ChangeSetName=f"a{len(self.asked)}",
            ChangeSetType="CREATE" if len(self.asked) == 1 else "UPDATE",
            TemplateBody=self.template,
            Parameters=[
                {"ParameterKey": one["name"], "ParameterValue": one["value"]}
                for one in request.get("parameterOverrides", [])
            ],
            Capabilities=[name for name in request["capabilities"] if name != _OF_THE_REPOSITORY],
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        )


@contextmanager
def repository(cloud: LocalCloud, template: str, version: str) -> Iterator[Repository]:
    """Serve one app on a free port of this machine, for the length of a `with` block."""
    served = Repository(cloud, template, version)

    class Handler(BaseHTTPRequestHandler):
        """Answers `GET /applications/{id}` and `POST /applications/{id}/changesets`."""

        def do_GET(self) -> None:
            """Tell of the app."""
            application_id = urlsplit(self.path).path.removeprefix("/applications/")
            self._answer(HTTPStatus.OK, served.told(unquote(application_id)))

        def do_POST(self) -> None:
            """Make a change set."""
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            _, _, application_id, what = self.path.split("/", 3)
            assert what == "changesets", self.path
            status, answer = served.change_set(unquote(application_id), body)
            self._answer(status, answer)

        def _answer(self, status: HTTPStatus, answer: dict[str, Any]) -> None:
            payload = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            if "errorCode" in answer:
                self.send_header("x-amzn-ErrorType", answer["errorCode"])
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        served.endpoint = f"http://127.0.0.1:{server.server_port}"
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()
