"""E9601: whether every state machine whose logging can be on waits for what brings the vended-logs grant."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from vended_logs_tools.finding import Fault
from vended_logs_tools.reading.formula import FALSE, Formula, all_of, negate
from vended_logs_tools.rules.grants import Grants, is_app
from vended_logs_tools.rules.graph import Graph
from vended_logs_tools.rules.machines import Logging
from vended_logs_tools.rules.texts import Resolver
from vended_logs_tools.template_model import Resource, Template

RULE = "E9601"
_EXTERNAL = "external"


class Order:
    """The order in which a template's state machines and what brings the grant are made."""

    def __init__(self, template: Template) -> None:
        """Take a template."""
        self._template = template
        self.resolver = Resolver(template)
        self.grants = Grants(template, self.resolver)
        self.graph = Graph(template)

    @cached_property
    def grantors(self) -> tuple[str, ...]:
        """The logical ids of what brings the grant for some state machine, for sure, in the template's order.

        What only may bring it, such as a nested app that cannot be read, is none to wait for.
        """
        groups = [logging.log_groups() for logging in self._loggings]
        return tuple(
            logical_id
            for logical_id, resource in self._template.resources.items()
            if any(
                self._template.conditions.possible(all_of(resource.condition, self.grants.given(resource, wanted)))
                for wanted in [None, *groups]
            )
        )

    def unguarded(
        self, extra: Mapping[str, Sequence[str]] | None = None, among: Collection[str] | None = None
    ) -> tuple[str, ...]:
        """Return the logical ids of the state machines that may log before the grant is there, in the template's order.

        ``extra`` names, by machine, what is thought to be added to its DependsOn; ``among`` the machines to look at.
        """
        if self._template.is_opaque:
            return ()
        graph = Graph(self._template, extra) if extra else self.graph
        looked_at = (one for one in self._loggings if among is None or one.machine.logical_id in among)
        return tuple(logging.machine.logical_id for logging in looked_at if self._is_early(logging, graph))

    def depends_on(self, one: str, other: str) -> bool:
        """Return whether a resource may wait for another one, directly or not."""
        return one in self._template.resources and other in self.graph.closure(one)

    def faults(self) -> Iterator[Fault]:
        """Yield one fault for each machine that does not wait."""
        early = self.unguarded()
        for logging in self._loggings:
            machine = logging.machine
            if machine.logical_id in early:
                message, cure = self._words(machine.logical_id, logging.in_words)
                yield Fault(RULE, machine.path, machine.logical_id, message, cure)

    @cached_property
    def machines(self) -> tuple[Logging, ...]:
        """The logging of each state machine."""
        return tuple(Logging(machine, self._template, self.resolver) for machine in self._template.state_machines)

    @cached_property
    def _loggings(self) -> tuple[Logging, ...]:
        """The machines that are no other stack's business, and not left out by the author, where logging can be on."""
        return tuple(
            one
            for one in self.machines
            if not _is_external(one.machine)
            and not self._template.ignores(RULE, one.machine.logical_id)
            and one.is_on != FALSE
        )

    def _is_early(self, logging: Logging, graph: Graph) -> bool:
        groups = logging.log_groups()

        def gives(resource: Resource) -> Formula:
            return self.grants.given(resource, groups)

        guarded = graph.reach(logging.machine.logical_id, gives)
        return self._template.conditions.possible(all_of(logging.is_on, negate(guarded)))

    def _words(self, machine: str, logging: str) -> tuple[str, str]:
        candidates = [one for one in self.grantors if not self.depends_on(one, machine)]
        waits = self.graph.closure(machine)
        apps = [one for one in self._template.resources if one in waits and is_app(self._template.resources[one])]
        if not candidates and apps:
            saying = "give it `Metadata: {VendedLogsPolicy: provider}`"
            return (
                f"{logging}, and nothing that it waits for is known to bring the vended-logs grant",
                f"if {_listed(apps)} does, {saying}; if not, run `vended-logs inject`",
            )
        if not candidates:
            return (
                f"{logging}, and nothing in the template brings the vended-logs grant before it",
                "add a Custom::VendedLogsPolicy resource and name it in DependsOn: `vended-logs inject` does both",
            )
        waited_for = [one for one in candidates if one in waits]
        if waited_for:
            return (
                f"logging can be on while {_listed(waited_for)}, for which it waits, is not there or grants nothing",
                "make the conditions of both agree, or add a resource without a condition that brings the grant",
            )
        return (
            f"{logging}, and it does not wait for {_listed(candidates)}, which brings the vended-logs grant",
            f"add `DependsOn: {candidates[0]}`: `vended-logs inject` does that",
        )


def _is_external(machine: Resource) -> bool:
    return isinstance(machine.marker, str) and machine.marker.strip().lower() == _EXTERNAL


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
