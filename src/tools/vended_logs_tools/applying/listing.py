"""Which log groups exist, in as few calls as their names allow."""

from collections.abc import Collection, Iterable
from functools import partial

from vended_logs.caller import Caller, LogsGateway
from vended_logs.clock import Clock
from vended_logs.errors import TryAgain

_LATE = (
    "The time ran out while log groups were listed, because too many begin as the names in the policy do or the answers"
    " came too slowly: try again, or leave --prune-stale out."
)


def caller(gateway: LogsGateway, clock: Clock, seconds: float | None = None) -> Caller:
    """Return what lists log groups, with so much time or as much as a write gets."""
    return Caller(gateway, clock, None if seconds is None else clock.monotonic() + seconds, _LATE)


def existing(names: Collection[str], gateway: LogsGateway, caller: Caller) -> frozenset[str]:
    """Return those of the names that are log groups: one call a page of each prefix that has to be listed."""
    found: set[str] = set()
    for prefix in prefixes(names):
        found |= set(names) & _listed(prefix, gateway, caller)
    return frozenset(found)


def prefixes(names: Iterable[str]) -> tuple[str, ...]:
    """Return prefixes that all names begin with, as long as possible: one for each folder, without those inside others.

    Never an empty one, which CloudWatch Logs refuses.
    """
    folders: dict[str, list[str]] = {}
    for name in names:
        folders.setdefault(name[: name.rfind("/") + 1] or name[:1], []).append(name)
    longest = sorted(_shared(inside) for inside in folders.values())
    return tuple(one for one in longest if not any(one != other and one.startswith(other) for other in longest))


def _shared(names: Collection[str]) -> str:
    """Return what all the names begin with: what the first and the last of them in order begin with."""
    first, last = min(names), max(names)
    length = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    return first[:length]


def _listed(prefix: str, gateway: LogsGateway, caller: Caller) -> set[str]:
    found: set[str] = set()
    token: str | None = None
    seen: set[str] = set()
    while True:
        page = caller.call(partial(gateway.log_groups, prefix, token))
        found.update(page.names)
        token = page.next_token
        if token is None:
            return found
        if token in seen:
            raise TryAgain("logs:DescribeLogGroups answered the same page twice, so nothing was changed: try again.")
        seen.add(token)
