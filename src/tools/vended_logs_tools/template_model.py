"""One reading of a template, YAML or JSON, SAM or plain: its resources as they are deployed, and where they stand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path as File
from typing import Any, Final

from vended_logs_tools.errors import NotATemplate
from vended_logs_tools.reading import loops, sam
from vended_logs_tools.reading.conditions import Conditions
from vended_logs_tools.reading.construct import Path, construct, locate
from vended_logs_tools.reading.expressions import mapping
from vended_logs_tools.reading.formula import TRUE, Formula
from vended_logs_tools.reading.intrinsics import TRANSFORM
from vended_logs_tools.reading.source import Source
from vended_logs_tools.reading.source import parse as parse_source
from vended_logs_tools.reading.source import read as read_source

MARKER: Final = "VendedLogsPolicy"
"""The key of Metadata by which a template says what brings the grant (or that another stack does)."""

# Transforms of AWS's that leave state machines, roles and policies as they are written.
_HARMLESS: Final = frozenset(
    {
        sam.TRANSFORM,
        loops.TRANSFORM,
        "AWS::CodeDeployBlueGreen",
        "AWS::SecretsManager-2020-07-23",
        "AWS::SecretsManager-2024-09-16",
    }
)
STATE_MACHINES: Final = frozenset({sam.STATE_MACHINE, "AWS::StepFunctions::StateMachine"})


@dataclass(frozen=True)
class Resource:
    """A resource of a template."""

    logical_id: str
    kind: str
    """Its type, such as ``AWS::Logs::LogGroup``."""
    body: Mapping[str, Any] = field(repr=False)
    path: Path
    condition: Formula
    """When it is there."""
    properties: Mapping[str, Any] = field(repr=False)
    """Its properties, those of SAM's Globals section merged in."""

    @property
    def marker(self) -> Any:
        """What its metadata says about the grant; None if nothing."""
        metadata = self.body.get("Metadata")
        return metadata.get(MARKER) if isinstance(metadata, dict) else None

    @property
    def is_marked(self) -> bool:
        """Whether its metadata says anything about the grant."""
        metadata = self.body.get("Metadata")
        return isinstance(metadata, dict) and MARKER in metadata

    @property
    def is_state_machine(self) -> bool:
        """Whether it is a state machine, of SAM's type or CloudFormation's."""
        return self.kind in STATE_MACHINES

    @property
    def is_open(self) -> bool:
        """Whether a macro may add properties to it that cannot be seen here."""
        return TRANSFORM in self.properties or TRANSFORM in self.body

    @property
    def depends_on(self) -> tuple[str, ...]:
        """The logical ids that its DependsOn names."""
        named = self.body.get("DependsOn")
        listed = named if isinstance(named, list) else [named]
        return tuple(name for name in listed if isinstance(name, str))


class Template:
    """A template's data, its resources and its conditions."""

    def __init__(self, data: Mapping[str, Any], name: str, source: Source | None = None) -> None:
        """Take plain data; the source, if there is one, tells where things stand."""
        self.data = data
        self.name = name
        self.source = source
        self.conditions = Conditions(data)

    @cached_property
    def resources(self) -> Mapping[str, Resource]:
        """The resources by logical id, in the template's order, loops unrolled where they can be."""
        found = {}
        for logical_id, body, path in self._unrolled.bodies:
            condition = body.get("Condition")
            properties = body.get("Properties")
            kind = body["Type"]
            found[logical_id] = Resource(
                logical_id=logical_id,
                kind=kind,
                body=body,
                path=path,
                condition=self.conditions.named(condition) if isinstance(condition, str) else TRUE,
                properties=sam.merged(kind, properties if isinstance(properties, dict) else {}, self._globals),
            )
        return found

    @property
    def state_machines(self) -> Iterator[Resource]:
        """The state machines among the resources."""
        return (resource for resource in self.resources.values() if resource.is_state_machine)

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The parameters by name."""
        return mapping(self.data.get("Parameters"))

    @property
    def transforms(self) -> tuple[Any, ...]:
        """What the template's Transform names."""
        named = self.data.get("Transform")
        listed = named if isinstance(named, list) else [named]
        return tuple(name for name in listed if name is not None)

    @property
    def is_serverless(self) -> bool:
        """Whether the SAM transform runs over it."""
        return sam.TRANSFORM in self.transforms

    @property
    def is_opaque(self) -> bool:
        """Whether a macro runs over the whole of it, so that nothing in it need be what is deployed."""
        return TRANSFORM in self.data or any(
            not isinstance(one, str) or one not in _HARMLESS for one in self.transforms
        )

    @property
    def has_hidden_resources(self) -> bool:
        """Whether there are resources that cannot be seen here: by a macro, or a loop over what is not known."""
        return TRANSFORM in mapping(self.data.get("Resources")) or self._unrolled.is_partial

    def ignores(self, rule: str, logical_id: str) -> bool:
        """Return whether the template's metadata, or the resource's, tells cfn-lint to leave a rule out."""
        for body in (self.data, self.resources[logical_id].body):
            found: Any = body.get("Metadata")
            for key in ("cfn-lint", "config", "ignore_checks"):
                found = found.get(key) if isinstance(found, dict) else None
            # As cfn-lint has it: the beginning of a rule's name stands for all that begin so.
            listed = found if isinstance(found, list) else []
            if any(isinstance(name, str) and name and rule.startswith(name) for name in listed):
                return True
        return False

    def place(self, path: Path) -> tuple[int, int]:
        """Return the line and column of a path, counted from 1; 0, 0 if the template was not read from a text."""
        if self.source is None:
            return 0, 0
        return self.source.place(locate(self.source.root, path))

    @property
    def _globals(self) -> Any:
        return self.data.get("Globals") if self.is_serverless else None

    @cached_property
    def _unrolled(self) -> loops.Unrolled:
        return loops.unroll(mapping(self.data.get("Resources")), self.data)


def read(file: File) -> Template:
    """Read a template from a file.

    Raises:
        Unreadable: the file cannot be read, or is no YAML or JSON.
        NotATemplate: it is, but holds no CloudFormation template.
    """
    return of_source(read_source(file))


def parse(data: bytes, name: str) -> Template:
    """Read a template from a file's content; raises as ``read`` does."""
    return of_source(parse_source(data, name))


def of_source(source: Source) -> Template:
    """Return the template that a source holds.

    Raises:
        Unreadable: it is nested too deeply, or expands to too much.
        NotATemplate: it holds no CloudFormation template.
    """
    data = construct(source)
    if not is_template(data):
        raise NotATemplate(
            source.name, "is no CloudFormation template (no Resources with a Type): give the path of one"
        )
    return Template(data, source.name, source)


def of(data: Mapping[str, Any], name: str) -> Template:
    """Return the template that data make which another program has read."""
    return Template(data, name)


def is_template(data: Any) -> bool:
    """Return whether data have what makes a CloudFormation template: resources, each with a type."""
    resources = data.get("Resources") if isinstance(data, dict) else None
    if not isinstance(resources, dict):
        return False
    return any(
        (isinstance(body, dict) and isinstance(body.get("Type"), str)) or loops.is_loop(name) or name == TRANSFORM
        for name, body in resources.items()
    )
