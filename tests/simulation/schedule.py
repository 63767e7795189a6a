"""A schedule: who comes when, to which account, over which network; all of it from one seed."""

from __future__ import annotations

import json
import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from tests.simulation.network import Conditions, Network, SimulatedGateway
from tests.simulation.services import LogService, delivery
from tests.simulation.store import Change, Held, Store
from tests.simulation.timeline import Timeline, TimelineClock
from tests.support.facts import SHARED_POLICY
from tests.support.fake_logs import SCOPE, START
from vended_logs import caller, lifecycle, wire
from vended_logs.errors import VendedLogsError
from vended_logs.policy.request import Request
from vended_logs.result import Result

SECONDS = 289.0
"""What a function of 300 seconds has until it must answer."""


@dataclass(frozen=True)
class Discipline:
    """The parts of the write discipline, so that each can be switched off."""

    write_within: float = caller.WRITE_WITHIN
    """W."""
    call_seconds: float = wire.CALL_SECONDS
    """T."""
    settle_seconds: int = 5
    """Q."""
    asks_again: bool = True
    """Whether W is held when the first byte is about to go out, not only when the write is decided upon."""
    resends: bool = False
    """Whether a layer below sends again what was not answered, as HTTP clients like to."""

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Have the lifecycle keep it for the length of a ``with`` block."""
        with (
            patch.object(caller, "WRITE_WITHIN", self.write_within),
            patch.object(caller, "CALL_SECONDS", self.call_seconds),
        ):
            yield


KEPT = Discipline()
WITHOUT = {
    "W": Discipline(write_within=1e9),
    "T": Discipline(call_seconds=30.0),
    "Q": Discipline(settle_seconds=0),
    "the last look at the clock": Discipline(asks_again=False),
    "one attempt": Discipline(resends=True),
}
"""The discipline with one part of it switched off."""
SHORT_GAP, LONG_GAP = 1.5, 30.0
"""Seconds that a service of AWS's takes at most between its read and its write: within what Q covers, and beyond."""


@dataclass
class Writer:
    """A resource of somebody's stack: made at some moment and, if it is to be, removed at another."""

    request: Request
    network: Network
    holds: float
    """Seconds from success to removal, if its grant is revocable."""
    discipline: Discipline
    told_at: float = 0.0
    result: Result | None = None
    error: VendedLogsError | None = None
    removing_at: float = float("inf")
    removed: str = ""

    def __call__(self) -> None:
        """Live."""
        clock = TimelineClock(self.network.timeline)
        logs = SimulatedGateway(self.network, self.discipline.resends, self.discipline.asks_again)
        try:
            self.result = lifecycle.ensure(self.request, logs, clock, clock.monotonic() + SECONDS)
            self.told_at = clock.monotonic()
            if self.request.revocable:
                clock.sleep(self.holds)
                self.removing_at = clock.monotonic()
                deadline, settle = clock.monotonic() + SECONDS, self.request.settle_seconds
                gone = lifecycle.remove(self.request.owner, logs, clock, deadline, settle)
                self.removed = gone.outcome
        except VendedLogsError as error:
            self.error = error


@dataclass
class Run:
    """What became of a schedule."""

    seed: int
    store: Store
    writers: list[Writer]
    services: list[LogService]
    faults: Counter[str] = field(default_factory=Counter)


def quiet() -> None:
    """Keep the lifecycle from logging; there are millions of lines."""
    logging.getLogger("vended-logs-policy").setLevel(logging.CRITICAL)


def play(seed: int, discipline: Discipline = KEPT, longest_gap: float = SHORT_GAP) -> Run:
    """Draw a schedule and let it happen.

    Args:
        seed: gives the same run each time.
        discipline: what our writers keep.
        longest_gap: seconds that a service of AWS's takes between its read and its write.
    """
    chance = random.Random(seed)  # noqa: S311 - a simulation
    timeline = Timeline(chance)
    store = Store([Change(START - 3600, _account(chance))])
    network = Network(timeline, store, _conditions(chance), discipline.call_seconds)
    spread = chance.choice([0.0, 1.0, 4.0, 15.0])
    writers = [
        Writer(request, network, chance.uniform(0, 20), discipline)
        for request in _requests(chance, discipline.settle_seconds)
    ]
    services = [LogService(timeline, store, groups, longest_gap, chance.random() < 0.5) for groups in _groups(chance)]
    bodies: list[Callable[[], None]] = [*writers, *services]
    for body in bodies:
        timeline.begin(chance.uniform(0, spread), body)
    with discipline.kept():
        timeline.run()
    return Run(seed, store, writers, services, network.faults)


def _conditions(chance: random.Random) -> Conditions:
    """Draw how bad it is, a fair day among them."""
    bad = chance.choice([0.0, 1.0, 1.0, 2.0])
    return Conditions(
        latency=chance.choice([0.02, 0.1, 0.25]),
        slow=0.06 * bad,
        stalled=0.05 * bad,
        unconnected=0.05 * bad,
        refused=0.05 * bad,
        unanswered=0.05 * bad,
        reset=0.03 * bad,
        dated=chance.random() < 0.9,
    )


def _requests(chance: random.Random, settle_seconds: int) -> Iterator[Request]:
    """Draw what our writers ask for."""
    for number in range(chance.randint(2, 8)):
        name = SHARED_POLICY if chance.random() < 0.8 else "another"
        own = f"/aws/app{number}/*"
        yield Request(
            scope=SCOPE,
            policy_name=name,
            patterns=chance.choice([(own,), (own,), (own, "/aws/vendedlogs/*"), ("/aws/vendedlogs/*",)]),
            when_full=chance.choice(["Widen", "Widen", "Spill"]),
            on_delete="RemoveWhenUnused" if chance.random() < 0.3 else "Retain",
            settle_seconds=settle_seconds,
            stack_id=f"stack-{number}",
            logical_id="Grant",
        )


def _groups(chance: random.Random) -> Iterator[tuple[str, ...]]:
    """Draw what services of AWS's will append: some of it under what our writers ask for, some not."""
    for service in range(chance.randint(0, 2)):
        yield tuple(
            f"{chance.choice(['/aws/vendedlogs/', '/aws/app1/', '/other/'])}{service}/{number}"
            for number in range(chance.randint(1, 4))
        )


def _account(chance: random.Random) -> dict[str, Held]:
    """Draw what is there before: nothing, something, or a policy that is all but full."""
    found: dict[str, list[dict[str, Any]]] = {}
    kind = chance.choice(["empty", "some", "full", "full of old entries"])
    if kind != "empty":
        found[SHARED_POLICY] = [_listed(chance, 0, 4 if kind == "some" else 20), {**_foreign(), "Sid": "Route53"}]
        if kind == "full of old entries":
            found[SHARED_POLICY].append(delivery("AWSLogDeliveryWrite", _entries(20, 38), conditioned=False))
        elif kind == "full":
            found[SHARED_POLICY].append(_listed(chance, 20, 36))
    for number in range(chance.choice([0, 0, 1, 8])):
        found[f"foreign-{number}"] = [_foreign()]
    return {
        name: Held(json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":")), 0)
        for name, statements in found.items()
    }


def _listed(chance: random.Random, first: int, last: int) -> dict[str, Any]:
    conditioned = chance.random() < 0.5
    sid = f"AWSLogDeliveryWrite{'2' if conditioned else ''}{first or ''}"
    return delivery(sid, _entries(first, last), conditioned=conditioned)


def _entries(first: int, last: int) -> list[str]:
    start = f"arn:aws:logs:{SCOPE.region}:{SCOPE.account}:log-group:"
    return [f"{start}/aws/vendedlogs/states/some-application-{n}:log-stream:*" for n in range(first, last)]


def _foreign() -> dict[str, Any]:
    principal = {"Service": "route53.amazonaws.com"}
    resource = f"arn:aws:logs:us-east-1:{SCOPE.account}:log-group:/aws/route53/*"
    return {**delivery("Route53", [resource], conditioned=False), "Principal": principal}
