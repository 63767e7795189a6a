"""E9602 and W9605: whether a state machine's role, where the template shows it, may switch logging on, and in time."""

from collections.abc import Iterable, Iterator
from typing import Final

from vended_logs_tools.finding import Fault
from vended_logs_tools.reading.formula import FALSE, Formula, all_of, negate
from vended_logs_tools.rules.graph import Graph
from vended_logs_tools.rules.iam import ROLE_ACTIONS
from vended_logs_tools.rules.machines import Logging
from vended_logs_tools.rules.permissions import RoleView, roles_of
from vended_logs_tools.rules.texts import Resolver
from vended_logs_tools.template_model import Resource, Template

ACTIONS_RULE: Final = "E9602"
TIME_RULE: Final = "W9605"
# The CDK and many samples leave these out, and AWS deploys them so: the role plays no part in the writing.
_WRITING: Final = frozenset({"logs:CreateLogStream", "logs:PutLogEvents"})


def faults(template: Template, machines: Iterable[Logging], graph: Graph, resolver: Resolver) -> Iterator[Fault]:
    """Yield what is wrong with the role of each state machine whose logging can be on.

    Args:
        template: the template.
        machines: the logging of each of its state machines.
        graph: which of its resources waits for which.
        resolver: what resolves its texts.
    """
    for logging in machines:
        if logging.is_on != FALSE:
            for when, role in roles_of(logging.machine, template, resolver):
                yield from _Judgement(logging, when, role, template, graph).faults()


class _Judgement:
    """One machine and one role that it may have."""

    def __init__(self, logging: Logging, when: Formula, role: RoleView, template: Template, graph: Graph) -> None:
        self._machine = logging.machine
        self._in_words = logging.in_words
        self._when = all_of(logging.is_on, when)
        self._role = role
        self._template = template
        self._graph = graph

    def faults(self) -> Iterator[Fault]:
        missing = self._lacking(ROLE_ACTIONS, self._role.separate)
        if missing:
            yield self._missing(missing)
        late = [one for one in self._role.separate if not self._is_waited_for(one)]
        if not late:
            return
        awaited = [one for one in self._role.separate if one not in late]
        lacking = self._lacking([action for action in ROLE_ACTIONS if action not in missing], awaited)
        if any(self._possible(self._role.allows(action, late)) for action in lacking):
            yield self._late(late)

    def _lacking(self, actions: Iterable[str], separate: Iterable[Resource]) -> list[str]:
        """Return the actions that the role may surely be without, given these separate policies."""
        policies = list(separate)
        return [action for action in actions if self._possible(negate(self._role.allows(action, policies)))]

    def _possible(self, formula: Formula) -> bool:
        return self._template.conditions.possible(all_of(self._when, formula))

    def _is_waited_for(self, policy: Resource) -> bool:
        reached = self._graph.reach(
            self._machine.logical_id, lambda one: one.condition if one.logical_id == policy.logical_id else FALSE
        )
        return not self._possible(all_of(policy.condition, negate(reached)))

    def _missing(self, missing: list[str]) -> Fault:
        count = f"{len(missing)} of the {len(ROLE_ACTIONS)} log-delivery actions"
        listed = "" if len(missing) == len(ROLE_ACTIONS) else f" ({', '.join(missing)})"
        message = f"{self._in_words}, and its role {self._role.name} lacks {count}{listed}"
        if _WRITING.issuperset(missing):
            message += ", for which AWS's guide asks, though deployments without them have succeeded"
        cure = f'allow them on Resource "*" in {self._role.place}'
        return Fault(ACTIONS_RULE, self._role.path, self._machine.logical_id, message, cure)

    def _late(self, late: list[Resource]) -> Fault:
        names = " and ".join(policy.logical_id for policy in late)
        return Fault(
            TIME_RULE,
            self._machine.path,
            self._machine.logical_id,
            f"its role {self._role.name} gets log-delivery actions from {names}, for which it does not wait",
            f"add {late[0].logical_id} to DependsOn, or put the actions into the role's own policies",
        )
