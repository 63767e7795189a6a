"""Deploy SAM templates to the local cloud: package the provider once, then change sets, events, updates and deletes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from tests.e2e import building
from tests.e2e.local_cloud import REGION, ROOT, LocalCloud

TEMPLATES: Final = Path(__file__).parent / "templates"
BUCKET: Final = "local-cloud-artifacts"
CAPABILITIES: Final = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
_POLL_SECONDS: Final = 0.1
_DEPLOY_SECONDS: Final = 120.0


@dataclass(frozen=True)
class Event:
    """A stack event, as CloudFormation shows it."""

    logical_id: str
    resource_type: str
    status: str
    reason: str
    physical_id: str


@dataclass(frozen=True)
class Stack:
    """A stack after an operation: its status, its events of that operation in order, its outputs."""

    name: str
    status: str
    events: tuple[Event, ...]
    outputs: Mapping[str, str]

    def reason(self, logical_id: str) -> str:
        """Return the reason of the first failure of a resource; empty if it did not fail."""
        failures = (e for e in self.events if e.logical_id == logical_id and e.status.endswith("_FAILED"))
        return next((event.reason for event in failures), "")

    def position(self, logical_id: str, status: str) -> int:
        """Return the place of an event in the order of events; raises ValueError if it did not happen."""
        return [(event.logical_id, event.status) for event in self.events].index((logical_id, status))


class Deployer:
    """Deploys to one local cloud, between two resets of it.

    `watch` is told each stack event as it comes, and None whenever there was none to tell.
    """

    def __init__(
        self, cloud: LocalCloud, watch: Callable[[Event | None], None] = lambda _: None, *, region: str = REGION
    ) -> None:
        self._watch = watch
        self.cloud = cloud
        self._formation = cloud.client("cloudformation", region)
        self._package = provider_package()
        self._uploaded: str | None = None

    def deploy(self, name: str, template: Path | Mapping[str, Any], **parameters: str) -> Stack:
        """Create or update a stack, whatever comes of it; a property `CodeUri` is pointed at the provider's package.

        Raises DeployError if the change set itself is refused.
        """
        exists = self.status(name) not in (None, "REVIEW_IN_PROGRESS")
        seen = len(self._events(name)) if exists else 0
        change_set = f"change-{time.time_ns()}"
        self._formation.create_change_set(
            StackName=name,
            ChangeSetName=change_set,
            ChangeSetType="UPDATE" if exists else "CREATE",
            TemplateBody=self._prepared(template),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=CAPABILITIES,
        )
        self._await_change_set(name, change_set)
        self._formation.execute_change_set(StackName=name, ChangeSetName=change_set)
        return self._finished(name, seen)

    def delete(self, name: str, *retained: str) -> Stack:
        """Delete a stack and wait for it; the events are those of the deletion.

        What is `retained`, by logical id, is left as it is: CloudFormation allows that once a deletion has failed.
        """
        description = self._formation.describe_stacks(StackName=name)["Stacks"][0]
        stack_id = description["StackId"]
        seen = len(self._events(stack_id))
        self._formation.delete_stack(StackName=name, RetainResources=retained)
        return self._finished(stack_id, seen)

    def status(self, name: str) -> str | None:
        """Return a stack's status, None if there is no such stack."""
        try:
            return str(self._formation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
        except self._formation.exceptions.ClientError:
            return None

    def _prepared(self, template: Path | Mapping[str, Any]) -> str:
        """Return the template's text with every local CodeUri replaced, as `sam package` does."""
        document = read_template(template) if isinstance(template, Path) else dict(template)
        for resource in document["Resources"].values():
            # What is a list is a loop of the language extensions.
            if isinstance(resource, dict) and resource["Type"] == "AWS::Serverless::Function":
                resource["Properties"]["CodeUri"] = self._code_uri()
        return yaml.safe_dump(document, sort_keys=False)

    def _code_uri(self) -> str:
        if self._uploaded is None:
            storage = self.cloud.client("s3")
            storage.create_bucket(
                Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": storage.meta.region_name}
            )
            storage.put_object(Bucket=BUCKET, Key="provider.zip", Body=self._package.read_bytes())
            self._uploaded = f"s3://{BUCKET}/provider.zip"
        return self._uploaded

    def _await_change_set(self, name: str, change_set: str) -> None:
        for _ in _polls("the change set of " + name):
            answer = self._formation.describe_change_set(StackName=name, ChangeSetName=change_set)
            if answer["Status"] == "CREATE_COMPLETE":
                return
            if answer["Status"] == "FAILED":
                raise DeployError(answer.get("StatusReason", "The change set failed."))

    def _finished(self, name: str, seen: int) -> Stack:
        told = seen
        for _ in _polls("stack " + name):
            description = self._formation.describe_stacks(StackName=name)["Stacks"][0]
            events = self._events(name)
            for event in events[told:] or (None,):
                self._watch(event)
            told = len(events)
            status = str(description["StackStatus"])
            if not status.endswith("_IN_PROGRESS"):
                break
        outputs = {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", [])}
        return Stack(name, status, tuple(events[seen:]), outputs)

    def _events(self, name: str) -> list[Event]:
        pages = self._formation.get_paginator("describe_stack_events").paginate(StackName=name)
        newest_first = [event for page in pages for event in page["StackEvents"]]
        return [
            Event(
                event["LogicalResourceId"],
                event["ResourceType"],
                event["ResourceStatus"],
                event.get("ResourceStatusReason", ""),
                event.get("PhysicalResourceId", ""),
            )
            for event in reversed(newest_first)
        ]


class DeployError(RuntimeError):
    """CloudFormation refused the change set, or an operation did not end in time."""


def _polls(what: str) -> Iterator[None]:
    deadline = time.monotonic() + _DEPLOY_SECONDS
    while time.monotonic() < deadline:
        yield
        time.sleep(_POLL_SECONDS)
    message = f"After {_DEPLOY_SECONDS:.0f} seconds {what} was still in progress."
    raise DeployError(message)


class _TemplateLoader(yaml.SafeLoader):
    """Reads CloudFormation's short forms (`!Ref x`) as the long ones."""


def _long_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]  # what is neither a scalar nor a sequence is a mapping
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_TemplateLoader.add_multi_constructor("!", _long_form)


def read_template(path: Path) -> dict[str, Any]:
    """Return a template as plain values, its short forms written out."""
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=_TemplateLoader)  # noqa: S506  a SafeLoader
    return dict(document)


@cache
def provider_package() -> Path:
    """Return a zip of what `sam build` would deploy; once found, the same for the life of this process."""
    target = ROOT / ".cache" / "e2e" / f"provider-{building.fingerprint()}.zip"
    if not target.exists():
        building.build(target)
    return target
