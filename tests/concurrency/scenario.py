"""Provider processes that all want something else of one well-filled policy at the same time.

An AWS service appends to it meanwhile. Processes and threads are not deterministic: a seed gives the same faults to the
same calls of the same process, not the same order of events.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.concurrency.appender import Appender
from tests.concurrency.faults import Dice
from tests.concurrency.lateness import Lateness
from tests.concurrency.nursery import Nursery, nursery
from tests.concurrency.orders import Order, Settings, policies, properties
from tests.concurrency.server import FakeCloudWatchLogs
from tests.concurrency.store import Store
from tests.support.answers import Answers, answer_server
from tests.support.meanwhile import meanwhile

_STARTS_WITHIN: Final = 2.0
"""Seconds in which the first processes begin."""
_LATER: Final = 4
"""Of sixteen as many wait for the first SUCCESS, so that there are writers after it."""
_MORE_SECONDS: Final = 30.0
"""How much longer than the functions have is waited for their answers."""


@dataclass
class Told:
    """An answer to CloudFormation, at the moment it first came, by `time.monotonic()`."""

    at: float
    body: dict[str, Any]


@dataclass
class Round:
    """What happened: everything a judge needs."""

    settings: Settings
    service: FakeCloudWatchLogs
    appender: Appender
    lateness: Lateness = field(default_factory=Lateness)
    orders: list[Order] = field(default_factory=list)
    told: dict[str, Told] = field(default_factory=dict)
    """Answers by the name of the order."""
    answers_sent: int = 0
    """Those included that were sent again because they were not taken."""
    seconds: float = 0.0
    processes_failed: int = 0


def play(settings: Settings, folder: Path) -> Round:
    """Play one round; logs of the processes are in the folder.

    Raises:
        RuntimeError: the processes did not start.
    """
    store = Store.holding(policies(settings.providers))
    dice = Dice(settings.seed, settings.fault_rate, settings.latency)
    chance = random.Random(settings.seed)  # noqa: S311 - to be replayed
    played = Round(settings, FakeCloudWatchLogs(store, dice), Appender(store, random.Random(settings.seed)))  # noqa: S311  as above
    with (
        played.service.running(),
        answer_server(folder) as answers,
        nursery(folder, settings) as processes,
        played.lateness.watched(),
        _appending(played, chance),
    ):
        begun = time.monotonic()
        _Stage(played, processes, answers, chance).run()
        played.seconds = time.monotonic() - begun
        played.processes_failed = processes.end()
    return played


class _Stage:
    """Gives the orders and takes the answers."""

    def __init__(self, played: Round, processes: Nursery, answers: Answers, chance: random.Random) -> None:
        self._played, self._nursery, self._answers, self._chance = played, processes, answers, chance
        self._came = _Stamped()
        answers.bodies = self._came
        # CloudFormation takes some answers only when they are sent again.
        answers.statuses = [chance.choice((200, 200, 200, 503, 0)) for _ in range(2 * played.settings.providers)]

    def run(self) -> None:
        """Have the first begin within moments of each other, and the others at the first SUCCESS."""
        settings = self._played.settings
        creates = [
            Order(f"Provider{number:02}", "Create", number, properties(number, settings))
            for number in range(settings.providers)
        ]
        later = creates[settings.providers - settings.providers * _LATER // 16 :]
        first = creates[: len(creates) - len(later)]
        pause = _STARTS_WITHIN / len(first)
        for order in first:
            self._give(order)
            time.sleep(self._chance.uniform(0, 2 * pause))
        end = time.monotonic() + settings.function_seconds + _MORE_SECONDS
        self._await(end, lambda told: any(one.body["Status"] == "SUCCESS" for one in told.values()))
        for order in later:
            self._give(order)
        if settings.removals and any(order.is_revocable for order in first):
            self._await(end, lambda told: any(order.name in told for order in first if order.is_revocable))
        for order in self._removals(first):
            self._give(order)
        self._await(end, lambda told: len(told) == len(self._played.orders))

    def _removals(self, orders: list[Order]) -> Iterator[Order]:
        """Yield orders to take back what some of the revocable ones were given."""
        told = self._played.told
        revocable = [order for order in orders if order.is_revocable and order.name in told]
        for order in revocable[: self._played.settings.removals]:
            yield Order(f"Remover{order.number:02}", "Delete", order.number, order.properties)

    def _give(self, order: Order) -> None:
        self._played.orders.append(order)
        self._nursery.give(order, self._played.service.url, self._answers)

    def _await(self, end: float, enough: Callable[[dict[str, Told]], bool]) -> None:
        """Take answers until they are enough, or it is too late or nobody is left to answer."""
        while True:
            self._played.told = self._came.told()
            self._played.answers_sent = len(self._came)
            if enough(self._played.told) or time.monotonic() > end or self._nursery.is_over():
                return
            time.sleep(0.02)


class _Stamped(list[bytes]):
    """Takes answers' bodies, and notes when each came."""

    def __init__(self) -> None:
        super().__init__()
        self._times: list[float] = []

    def append(self, body: bytes) -> None:
        """Take one."""
        self._times.append(time.monotonic())
        super().append(body)

    def told(self) -> dict[str, Told]:
        """Return the first answer to each request, by its id."""
        found: dict[str, Told] = {}
        for at, text in zip(list(self._times), list(self), strict=False):
            body = json.loads(text)
            found.setdefault(body["RequestId"], Told(at, body))
        return found


def _appending(played: Round, chance: random.Random) -> AbstractContextManager[None]:
    """Have the service append, half of it in the first seconds and half of it when the first are done."""
    count = played.settings.appends
    # The first at once: later the policy may be full.
    early = [chance.uniform(0.2, 1.5) if number else 0.0 for number in range(count - count // 2)]
    late = [chance.uniform(0.1, 1.0) for _ in range(count // 2)]

    def run(ended: threading.Event) -> None:
        played.appender.run(early, ended)
        while not played.told and not ended.wait(0.05):
            pass
        played.appender.run(late, ended)

    return meanwhile(run)
