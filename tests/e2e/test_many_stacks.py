"""Eight stacks at once, then four that come while four go, on a well-filled policy to which a service appends.

What is judged is what log delivery may do, by an evaluator of the tests' own, at every look at the policies.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from tests.e2e import deploying
from tests.e2e.account import LOG_GROUP_PREFIX, SHARED_POLICY, SIZE_LIMIT, as_text, delivery, document, foreign
from tests.e2e.apps import LOGS, MACHINE, POLICY, app, combined, drop_in, policy, provider
from tests.e2e.deploying import Stack
from tests.e2e.local_cloud import ACCOUNT, REGION
from tests.e2e.scene import Scene
from tests.support.meanwhile import meanwhile
from tests.unit.policy.evaluator import Call, allowed

SIZE_EXCEEDED: Final = "The CloudWatch Logs Resource Policy size was exceeded."
OTHERS: Final = {"other": foreign(), "search": foreign("es.amazonaws.com", "/aws/OpenSearchService/domains/*")}
ROOM: Final = 700
"""Characters left in the shared policy: AWS can append some entries, and eight grants do not fit as they are."""
_LOOK_SECONDS: Final = 0.3
_SETTLING: Final = {"SettleSeconds": 5, "ServiceTimeout": 110}


@dataclass(frozen=True)
class App:
    """One stack of the scenario."""

    name: str
    template: dict[str, Any]
    stays: bool = True

    @property
    def relied_upon(self) -> frozenset[Call]:
        """What its grant allows."""
        return calls("delivery.logs.amazonaws.com", f"/{self.name}/z")


@dataclass
class Looks:
    """The policies' documents by name, at each look, and when it was asked for, in seconds since the epoch."""

    seen: list[tuple[float, dict[str, str]]] = field(default_factory=list)

    @contextmanager
    def at(self, scene: Scene) -> Iterator[None]:
        """Look again and again for the length of a `with` block, and once more at its end."""

        def look(ended: threading.Event) -> None:
            while not ended.wait(_LOOK_SECONDS):
                self._look(scene)

        try:
            with meanwhile(look):
                yield
        finally:
            self._look(scene)

    def missing(self, wanted: frozenset[Call], since: float = 0.0) -> list[tuple[float, set[str]]]:
        """Return when which of the log groups could not be delivered to, of all looks since then."""
        found = [(at, wanted - allowed(texts.values(), wanted)) for at, texts in self.seen if at >= since]
        return [(at, {call.resource for call in gone}) for at, gone in found if gone]

    def _look(self, scene: Scene) -> None:
        at = time.time()
        self.seen.append((at, scene.account.texts()))


def test_many_stacks_at_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """All are created, every grant stands from its SUCCESS on at every look, and nothing of others is ever lost."""
    # Ten that ask ten times a second are more work for the machine than what they ask about.
    monkeypatch.setattr(deploying, "_POLL_SECONDS", 0.7)
    scene.account.put(SHARED_POLICY, *filled())
    for name, statement in OTHERS.items():
        scene.account.put(name, statement)
    before = scene.account.texts()
    token = scene.deploy("provider", provider()).outputs["ServiceToken"]  # uploads the package, before the race
    first, looks = eight(token), Looks()

    with looks.at(scene):
        stacks = at_once(
            *(lambda one=one: scene.deploy(one.name, one.template) for one in first),
            *(lambda name=name: scene.deploy(name, app(f"/elsewhere/{name}")) for name in ("east", "west")),
        )
        assert_created(stacks[: len(first)])
        assert_appended_or_full(stacks[len(first) :])
        gone = [one for one in first if not one.stays]
        second = four_more(token)
        stacks = at_once(
            *(lambda one=one: scene.deploy(one.name, one.template) for one in second),
            *(lambda one=one: scene.delete(one.name) for one in gone),
        )
        assert_created(stacks[: len(second)])
        assert [stack.status for stack in stacks[len(second) :]] == ["DELETE_COMPLETE"] * len(gone)

    assert looks.missing(narrow()) == []
    assert all(texts[name] == before[name] for _, texts in looks.seen for name in OTHERS)
    told = success_times(scene)
    for one in (*first, *second):
        if one.stays:
            assert looks.missing(one.relied_upon, since=told[one.name]) == [], one.name
    assert len(scene.account.texts()[SHARED_POLICY]) <= SIZE_LIMIT


def eight(token: str) -> list[App]:
    """Return the first stacks: half of them with a function of their own; of each half two that go again.

    Those that stay have a state machine that logs to a group of the stack's own pattern and waits for the grant.
    """
    revocable, kept = {"OnDelete": "RemoveWhenUnused"}, {"OnDelete": "Retain"}
    return [
        App("red", with_machine("red")),
        App("green", with_machine("green", token)),
        App("blue", with_machine("blue", token, {"LogGroupPatterns": "/blue/*,/aws/vendedlogs/*"})),
        App("white", with_machine("white")),
        App("rose", grant("rose", None, kept), stays=False),
        App("lily", grant("lily", token, kept), stays=False),
        App("iris", grant("iris", None, revocable), stays=False),
        App("fern", grant("fern", token, revocable), stays=False),
    ]


def four_more(token: str) -> list[App]:
    """Return the stacks that come while four go."""
    return [
        App("oak", with_machine("oak", token)),
        App("elm", grant("elm", token, {"OnDelete": "RemoveWhenUnused"})),
        App("ash", grant("ash", token, {"WhenFull": "Spill"})),
        App("fir", with_machine("fir", token, {"OnDelete": "RemoveWhenUnused"})),
    ]


def with_machine(name: str, token: str | None = None, properties: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return an app whose machine waits for the grant of the stack's pattern, and logs to a group that it covers."""
    given = {"LogGroupPatterns": f"/{name}/*", **_SETTLING, **(properties or {})}
    template = drop_in(given, log_group=f"/{name}/machine", provided_by=token)
    # At a deletion it goes before the grant is taken back.
    template["Resources"][LOGS]["DependsOn"] = POLICY
    return template


def grant(name: str, token: str | None, properties: dict[str, Any]) -> dict[str, Any]:
    """Return a stack with our resource alone, and the function if no token of another is given."""
    found = policy({"LogGroupPatterns": f"/{name}/*", **_SETTLING, **properties}, token)
    return found if token else combined(found, provider())


def at_once(*tasks: Callable[[], Stack]) -> list[Stack]:
    """Do all of it at the same time, each in a thread of its own."""
    with ThreadPoolExecutor(len(tasks)) as pool:
        return [future.result() for future in [pool.submit(task) for task in tasks]]


def assert_created(stacks: list[Stack]) -> None:
    """Hold that all were created, and that the policy was seen quiet each time."""
    assert {stack.name: stack.reason(POLICY) for stack in stacks if stack.status != "CREATE_COMPLETE"} == {}
    settled = {stack.name: stack.outputs["Settled"] for stack in stacks if "Settled" in stack.outputs}
    assert set(settled.values()) <= {"true"}, settled


def assert_appended_or_full(stacks: list[Stack]) -> None:
    """Hold that log groups outside all patterns were appended by the service, unless it found the policy full."""
    assert any(stack.status == "CREATE_COMPLETE" for stack in stacks)
    for stack in stacks:
        assert stack.status == "CREATE_COMPLETE" or SIZE_EXCEEDED in stack.reason(MACHINE), stack.events


def success_times(scene: Scene) -> dict[str, float]:
    """Return when each stack's Create was answered with SUCCESS, in seconds since the epoch."""
    return {
        answer.data["StackId"].split("/")[1]: answer.at
        for answer in reversed(scene.answers())
        if answer.data["Status"] == "SUCCESS"
    }


def narrow_names() -> list[str]:
    """Return the log groups that the shared policy names before, some of them covered by patterns to come."""
    names: list[str] = []
    for number in range(99):
        more = [*names, f"/aws/vendedlogs/states/old-{number:02}", f"/red/old-{number:02}", f"/elm/old-{number:02}"]
        if len(as_text(document(delivery(*more)))) > SIZE_LIMIT - ROOM:
            break
        names = more
    return names


def filled() -> list[dict[str, Any]]:
    """Return the statements of the shared policy before."""
    return [delivery(*narrow_names())]


def narrow() -> frozenset[Call]:
    """Return what is relied upon from the start: the entries of the shared policy, and other services' policies."""
    return frozenset().union(
        *(calls("delivery.logs.amazonaws.com", name) for name in narrow_names()),
        calls("route53.amazonaws.com", "/aws/route53/z"),
        calls("es.amazonaws.com", "/aws/OpenSearchService/domains/z"),
    )


def calls(principal: str, log_group: str) -> frozenset[Call]:
    """Return what a service does to deliver to a log group."""
    context = (("aws:SourceAccount", ACCOUNT), ("aws:SourceArn", f"arn:aws:logs:{REGION}:{ACCOUNT}:z"))
    return frozenset(
        Call(f"Service:{principal}", action, f"{LOG_GROUP_PREFIX}{log_group}:log-stream:z", context)
        for action in ("logs:CreateLogStream", "logs:PutLogEvents")
    )
