"""What the resource adds to a deploy: the same stack with it and without it, on the local cloud, one after the other.

The seconds are those between a stack's own events, from its CREATE_IN_PROGRESS to its CREATE_COMPLETE, so that nothing
of how the harness waits is in them. Inside them are the engine, which makes a resource in a millisecond, and the
provider, from CloudFormation's event to its answer; the two are told apart by the engine's journal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import sleep
from typing import Final

import botocore

from benchmarks.figure import Figure
from tests.e2e import journal
from tests.e2e.account import BROAD_ENTRY, SHARED_POLICY, Account, delivery
from tests.e2e.apps import Template, app, drop_in, provider
from tests.e2e.deploying import Deployer
from tests.e2e.local_cloud import LocalCloud, local_cloud

TITLE: Final = "A deploy on the local cloud"
ROUNDS: Final = 9
FIRST_ROUNDS: Final = 5
"""Fewer, because each waits twice, for longer than the machine's noise is."""
_SETTLE_SECONDS: Final = 5
"""The property's default, which the template of the tests' apps has shortened."""
_PROPERTIES: Final[Mapping[str, object]] = {"ServiceTimeout": 360, "SettleSeconds": _SETTLE_SECONDS}
_STACK: Final = "AWS::CloudFormation::Stack"

WITHOUT: Final = "without"
SHARED: Final = "shared"
AWAKE: Final = "shared, awake"
INLINE: Final = "inline"


class NotAsTold(Exception):
    """A deploy did not end as the figure says, so that its time means nothing."""


@dataclass(frozen=True)
class Took:
    """Seconds of one deploy, and those of it from CloudFormation's event to the provider's answer."""

    whole: float
    provider: float = 0.0


Rounds = Sequence[Mapping[str, Took]]


def figures(rounds: int = ROUNDS, first_rounds: int = FIRST_ROUNDS) -> list[Figure]:
    """Return what the resource adds, with the grant in force and where it has to be written first.

    Raises:
        NotAsTold: a deploy failed, or the resource had something else to do than is told.
    """
    with _bench() as bench:
        bench.grant()
        in_force = [bench.in_force(number) for number in range(rounds)]
        first = [bench.first_write(number) for number in range(first_rounds)]
    return told(in_force, first)


def told(in_force: Rounds, first: Rounds) -> list[Figure]:
    """Return the rounds as figures: medians of the differences within a round."""
    without = median(one[WITHOUT].whole for one in in_force)
    cold = (
        f"Without the resource the stack takes {_seconds(without)}: this engine polls nothing and makes no pauses. The"
        " provider's process is started for it. What CloudFormation itself takes to call a function, no run here shows."
    )
    waits = (
        f"The write itself and {_SETTLE_SECONDS} seconds and more of waiting: success is told when the policy has been"
        f" quiet for SettleSeconds ({_SETTLE_SECONDS} by default). Once an account and region."
    )
    return [
        Figure("Deploy, grant in force, shared provider", "", _added(in_force, SHARED), None, cold),
        Figure(
            "Deploy, grant in force, shared provider awake",
            "",
            _added(in_force, AWAKE),
            None,
            "Another stack has just used the provider.",
        ),
        Figure(
            "Deploy, grant in force, inline provider",
            "",
            _added(in_force, INLINE),
            None,
            "Besides what the shared one costs, the function, its role and its log group are made.",
        ),
        Figure("Deploy, first write, shared provider", "", _added(first, SHARED), None, waits),
        Figure("Deploy, first write, inline provider", "", _added(first, INLINE), None, waits),
    ]


def _added(rounds: Rounds, case: str) -> str:
    whole = median(one[case].whole - one[WITHOUT].whole for one in rounds)
    provider_part = median(one[case].provider for one in rounds)
    return f"+{_seconds(whole)} ({_seconds(provider_part)} from event to answer)"


def _seconds(value: float) -> str:
    return f"{value:.3f} s" if value < 1 else f"{value:.1f} s"


@contextmanager
def _bench() -> Iterator[_Bench]:
    # One list of authorities for the function, as long as a machine's, in place of two of one each.
    with local_cloud(settings={"AWS_CA_BUNDLE": "", "REQUESTS_CA_BUNDLE": ""}) as cloud:
        others = (Path(botocore.__file__).parent / "cacert.pem").read_bytes()
        cloud.authority.write_bytes(others + cloud.authority.read_bytes())
        yield _Bench(cloud)


class _Bench:
    """The rounds; every stack is new to the engine, and goes when it is measured."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        self._account = Account(cloud)
        self._deployer = Deployer(cloud)
        self._formation = cloud.client("cloudformation")

    def grant(self) -> None:
        """Put the grant in force, and wait until it is quiet."""
        self._account.put(SHARED_POLICY, {**delivery(), "Resource": [BROAD_ENTRY]})
        sleep(_SETTLE_SECONDS + 2)

    def in_force(self, number: int) -> dict[str, Took]:
        """Deploy each case once where nothing has to be written; every other round the other way around."""
        with self._provider(f"noop-{number}") as token:
            shared = {SHARED: _asking(token), AWAKE: _asking(token)}
            cases = {WITHOUT: app(), **shared, INLINE: drop_in(_PROPERTIES)}
            if number % 2:
                cases = {INLINE: cases[INLINE], **shared, WITHOUT: cases[WITHOUT]}
            return {
                case: self._deployed(f"noop-{number}-{place}", template, "AlreadyGranted" if case != WITHOUT else None)
                for place, (case, template) in enumerate(cases.items())
            }

    def first_write(self, number: int) -> dict[str, Took]:
        """Deploy each case once where there is no policy; without the resource, AWS writes one for the log group."""
        took = {}
        with self._provider(f"first-{number}") as token:
            cases = {WITHOUT: app(), SHARED: _asking(token), INLINE: drop_in(_PROPERTIES)}
            for place, (case, template) in enumerate(cases.items()):
                self._cloud.client("logs").delete_resource_policy(policyName=SHARED_POLICY)
                outcome = "Created" if case != WITHOUT else None
                took[case] = self._deployed(f"first-{number}-{place}", template, outcome)
        return took

    @contextmanager
    def _provider(self, name: str) -> Iterator[str]:
        """Yield the service token of a provider that nobody has used yet."""
        stack = self._deployer.deploy(f"{name}-provider", provider())
        hold_as_told(stack.name, stack.status)
        yield stack.outputs["ServiceToken"]
        self._deployer.delete(stack.name)

    def _deployed(self, name: str, template: Template, outcome: str | None) -> Took:
        seen = len(journal.read(self._cloud.journal))
        stack = self._deployer.deploy(name, template)
        hold_as_told(name, stack.status, stack.outputs.get("Outcome"), outcome)
        took = Took(self._seconds(name), _provider_seconds(journal.read(self._cloud.journal)[seen:]))
        if (took.provider > 0) != (outcome is not None):
            raise NotAsTold(f"{name} was answered in {took.provider} seconds.")
        self._deployer.delete(name)
        return took

    def _seconds(self, name: str) -> float:
        """Return the seconds between the stack's own events."""
        events = self._formation.describe_stack_events(StackName=name)["StackEvents"]
        of_stack = [event for event in events if event["ResourceType"] == _STACK]
        at = {event["ResourceStatus"]: event["Timestamp"] for event in of_stack}
        return float((at["CREATE_COMPLETE"] - at["CREATE_IN_PROGRESS"]).total_seconds())


def _asking(token: str) -> Template:
    return drop_in(_PROPERTIES, provided_by=token)


def _provider_seconds(entries: Sequence[journal.Entry]) -> float:
    """Return the seconds from the event to the answer; 0 if there was no event."""
    at = {entry.kind: entry.at for entry in entries if entry.kind in ("event", "answer")}
    return at["answer"] - at["event"] if at else 0.0


def hold_as_told(name: str, status: str, outcome: str | None = None, expected: str | None = None) -> None:
    """Raise NotAsTold unless the stack was made, and its resource did what is told; None if it has no such resource."""
    if status != "CREATE_COMPLETE":
        raise NotAsTold(f"The stack {name} is {status}.")
    if outcome != expected:
        raise NotAsTold(f"The outcome of the stack {name} is {outcome}, and was to be {expected}.")
