"""A scene, and the account after the plan that is made for it."""

from functools import cached_property
from typing import Any

from hypothesis import assume

from tests.unit.policy.evaluator import Call, allowed
from tests.unit.policy.policies import LIMIT
from tests.unit.policy.requested import asked, entries_of
from tests.unit.policy.strategies import Scene
from tests.unit.policy.universe import calls
from vended_logs.errors import PlanRefused
from vended_logs.policy.plan import Plan, plan

SLOTS = 10


class Result:
    """A scene, the plan made for it, and the account's policy texts after the plan."""

    def __init__(self, scene: Scene, made: Plan) -> None:
        self.scene, self.plan, self.before = scene, made, scene.before
        put = {one.name: one.document.to_json() for one in made.puts}
        self.after = {name: text for name, text in (self.before | put).items() if name not in made.deletes}

    @cached_property
    def asked(self) -> list[str]:
        """Return the policies that allow what is asked for."""
        return asked(self.scene.request)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Return the calls worth trying."""
        return calls([*self.before.values(), *self.after.values(), *self.asked])

    def allowed(self, texts: Any, *, crossing: bool = False) -> frozenset[Call]:
        """Return which of those calls policies allow."""
        return allowed(texts, self.calls, crossing=crossing)

    @property
    def bound(self) -> int:
        """The most characters that the policy put may have."""
        [put] = self.plan.puts
        return max(LIMIT, len(self.before.get(put.name, ""))) if self.scene.limit is None else self.scene.limit


def planned(scene: Scene) -> Result:
    """Plan the scene; one that is refused has no result to look at, and is left out."""
    try:
        return Result(scene, plan(scene.policies, scene.request, scene.limit))
    except PlanRefused:
        assume(condition=False)
        raise


def put_and_replaced(result: Result) -> tuple[str, str]:
    """Return the text put and the text it replaces (a policy without statements if none)."""
    assume(result.plan.puts)
    [put] = result.plan.puts
    return put.document.to_json(), result.before.get(put.name, '{"Statement":[]}')


def resources(policies: dict[str, str]) -> set[str]:
    """Return all resources that policies name."""
    return {entry for text in policies.values() for entry in entries_of(text)}
