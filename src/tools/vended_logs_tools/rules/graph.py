"""Which resource waits for which: by DependsOn, Ref, Fn::GetAtt and Fn::Sub, and by what SAM makes of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from vended_logs_tools.reading import sam
from vended_logs_tools.reading.formula import FALSE, TRUE, UNKNOWN, Formula, all_of, any_of
from vended_logs_tools.reading.intrinsics import UNSEEN, Reference, references
from vended_logs_tools.template_model import Resource, Template


class Edge(NamedTuple):
    """That a resource waits for another one."""

    target: str
    """A logical id, or UNSEEN."""
    formula: Formula
    """When it does."""


class Graph:
    """The resources of a template and what each waits for."""

    def __init__(self, template: Template, extra: Mapping[str, Sequence[str]] | None = None) -> None:
        """Take a template; ``extra`` names further logical ids for the DependsOn of its resources."""
        self._template = template
        self._extra = extra or {}
        self._edges: dict[str, tuple[Edge, ...]] = {}

    def edges(self, logical_id: str) -> tuple[Edge, ...]:
        """Return what a resource waits for directly, one that the transform makes of another included."""
        if logical_id not in self._edges:
            resource = self._template.resources.get(logical_id)
            found = self._generated(logical_id) if resource is None else self._found(resource)
            self._edges[logical_id] = tuple(found)
        return self._edges[logical_id]

    def reach(self, start: str, gives: Callable[[Resource], Formula]) -> Formula:
        """Return when a resource waits, directly or not, for one that gives what is looked for, and that is there.

        Edges of a cycle do not count: CloudFormation refuses the template.
        """
        resources = self._template.resources
        reached: dict[str, Formula] = {UNSEEN: UNKNOWN}
        for logical_id in self._after_their_targets(start):
            beyond = (all_of(edge.formula, reached.get(edge.target, FALSE)) for edge in self.edges(logical_id))
            resource = resources.get(logical_id)
            own = FALSE if resource is None or logical_id == start else gives(resource)
            there = TRUE if resource is None else resource.condition
            reached[logical_id] = all_of(there, any_of(own, *beyond))
        return reached[start]

    def closure(self, start: str) -> frozenset[str]:
        """Return the logical ids of everything that a resource may wait for, directly or not, without itself."""
        return frozenset(self._after_their_targets(start)) - {start}

    def _after_their_targets(self, start: str) -> Iterator[str]:
        """Yield what a resource may wait for, each after its own targets, the resource itself last."""
        seen = {start}
        stack = [(start, iter(self.edges(start)))]
        while stack:
            logical_id, edges = stack[-1]
            for edge in edges:
                if edge.target not in seen and edge.target != UNSEEN:
                    seen.add(edge.target)
                    stack.append((edge.target, iter(self.edges(edge.target))))
                    break
            else:
                stack.pop()
                yield logical_id

    def _found(self, resource: Resource) -> Iterator[Edge]:
        for named in (*resource.depends_on, *self._extra.get(resource.logical_id, ())):
            yield from self._to(Reference(named, TRUE), resource)
        parts = (sam.kept(resource.kind, resource.properties), resource.body.get("Metadata"))
        for part in parts:
            for reference in references(part, self._template.conditions):
                yield from self._to(reference, resource)
        for waited_for in self._event_sources.get(resource.logical_id, ()):
            yield Edge(waited_for, TRUE)
        if resource.is_open:
            yield Edge(UNSEEN, TRUE)

    def _generated(self, logical_id: str) -> Iterator[Edge]:
        owner = self._owner(logical_id)
        if owner is not None:
            suffix = logical_id.removeprefix(owner.logical_id).lstrip(".")
            properties, waits = sam.generated(owner.kind, suffix, owner.properties)
            if waits:
                yield Edge(owner.logical_id, owner.condition)
            for reference in references(properties, self._template.conditions, owner.condition):
                yield from self._to(reference, owner)

    def _to(self, reference: Reference, origin: Resource) -> Iterator[Edge]:
        for target in self._resolved(reference.target):
            if target != origin.logical_id:
                yield Edge(target, reference.formula)

    def _resolved(self, name: str) -> Iterator[str]:
        """Yield what a name stands for: a resource, or what the transform or a module makes under that name."""
        if name in self._template.resources or name == UNSEEN:
            yield name
        elif name in self._template.parameters or name.startswith("AWS::"):
            return
        elif self._owner(name) is not None:
            yield name
        else:
            apis = (sources for api, sources in self._event_sources.items() if name.startswith(api))
            sources = next(apis, None)
            if sources is not None:
                yield from sources
            elif self._template.has_hidden_resources:
                yield UNSEEN

    def _owner(self, name: str) -> Resource | None:
        """Return the resource of which the transform, or a module, makes the one of this name."""
        makers = (
            resource
            for logical_id, resource in self._template.resources.items()
            if name.startswith(logical_id) and (sam.is_serverless(resource.kind) or resource.kind.endswith("::MODULE"))
        )
        return max(makers, key=lambda maker: len(maker.logical_id), default=None)

    @cached_property
    def _event_sources(self) -> Mapping[str, tuple[str, ...]]:
        """What waits for which functions because these name it in their events; the implicit APIs too."""
        found: dict[str, tuple[str, ...]] = {}
        if not self._template.is_serverless:
            return found
        for logical_id, resource in self._template.resources.items():
            for subject in sam.subjects_of_events(resource.kind, resource.properties):
                named = self._template.resources.get(subject)
                if named is None or sam.takes_from_events(named.kind, named.properties):
                    called = f"{logical_id}.Alias" if "AutoPublishAlias" in resource.properties else logical_id
                    found[subject] = (*found.get(subject, ()), called)
        return found
