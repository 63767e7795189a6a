"""What a round is made of: what the providers are asked for, and what the account's policies hold before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.unit.policy.policies import LIMIT, SHARED, aws_statement, foreign, group, states, text, waf_statement

_ROOM: Final = 250
"""Characters that are left in the shared policy, at least: AWS has room to append two entries."""


@dataclass(frozen=True)
class Settings:
    """What a round is made of."""

    seed: int
    providers: int = 16
    fault_rate: float = 0.25
    latency: tuple[float, float] = (0.005, 0.4)
    settle_seconds: int = 5
    without_w: bool = False
    appends: int = 6
    removals: int = 1
    function_seconds: float = 200.0


def careless(seed: int, providers: int = 6) -> Settings:
    """Return a round without the write discipline: writes rest on reads however old, and SUCCESS is told at once."""
    return Settings(
        seed,
        providers,
        fault_rate=0,
        latency=(0.3, 1.5),
        settle_seconds=0,
        without_w=True,
        appends=0,
        removals=0,
    )


@dataclass(frozen=True)
class Order:
    """One event for one process."""

    name: str
    kind: str
    number: int
    properties: Mapping[str, Any]

    @property
    def pattern(self) -> str:
        """The log groups it is about."""
        return str(self.properties["LogGroupPatterns"])

    @property
    def is_revocable(self) -> bool:
        """Whether what it is given can be taken back."""
        return self.properties.get("OnDelete") == "RemoveWhenUnused"


def properties(number: int, settings: Settings) -> dict[str, Any]:
    """Return what one of the providers is asked for: a pattern of its own, and some of the other properties."""
    special: dict[int, dict[str, str]] = {
        1: {"OnDelete": "RemoveWhenUnused"},
        2: {"WhenFull": "Spill"},
        4: {"WhenFull": "Fail"},
        6: {"OnDelete": "RemoveWhenUnused", "WhenFull": "Spill"},
        9: {"SourceConditions": "None"},
        12: {"WhenFull": "Spill"},
        14: {"OnDelete": "RemoveWhenUnused"},
    }
    own = {"LogGroupPatterns": f"/aws/app{number:02}/*", "SettleSeconds": str(settings.settle_seconds)}
    return own | special.get(number % 16, {})


def policies(providers: int) -> dict[str, str]:
    """Return the account's policies before: a shared one nearly full, and others that are none of our business.

    Each app has entries of its own already, the odd ones without a condition, as AWS once wrote them.
    """

    def entries(odd: int) -> list[str]:
        return [group(f"/aws/app{number:02}/api") for number in range(providers) if number % 2 == odd]

    def shared(others: int) -> str:
        return text(
            aws_statement([*states(others), *entries(0), *room]),
            aws_statement(entries(1), sid="AWSLogDeliveryWrite2", condition=False),
            waf_statement(3, sid="AWSLogDeliveryWrite3"),
        )

    # What the one that may only fail covers makes more room than it takes, whoever came before.
    room = [
        group(f"/aws/app04/{name}-with-a-name-as-long-as-they-are") for name in ("orders", "bills", "stock", "mails")
    ]
    count = next(count for count in range(99) if len(shared(count + 1)) > LIMIT - _ROOM)
    return {SHARED: shared(count), **foreign(5)}
