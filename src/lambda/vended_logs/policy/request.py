"""What is asked of the provider, validated and frozen."""

import hashlib
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from vended_logs.policy.document import Clause, Statement
from vended_logs.policy.grant import ACTIONS, LOG_DELIVERY, Grant, Scope

DEFAULT_POLICY_NAME = "AWSLogDeliveryWrite20150319"
DEFAULT_PATTERN = "/aws/vendedlogs/*"
SID = "VendedLogsPolicy"
SPILL_SUFFIX = "-VendedLogsPolicy"

_REVOCABLE = re.compile(rf"({SID}R[0-9a-f]{{8}})(P[0-9a-f]{{8}})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Owner:
    """A resource of a stack, as the owner of its revocable grant, and the policy it asked for."""

    policy_name: str
    stack_id: str
    logical_id: str

    @property
    def sid(self) -> str:
        """Return the Sid of its grant, the same at every event.

        The policy's name is in it: a renamed resource is another one, whose clean-up must not find the new grant.
        """
        return f"{SID}R{digest(self.stack_id, self.logical_id, self.policy_name)}"

    @property
    def spill_name(self) -> str:
        """Return the name of the policy of its own that ``Spill`` makes."""
        return self.policy_name + SPILL_SUFFIX

    def owns(self, policy_name: str, statement: Statement) -> bool:
        """Return whether the statement of that policy is the resource's own revocable grant."""
        return (
            policy_name in (self.policy_name, self.spill_name)
            and is_revocable(statement)
            and (statement.sid or "").startswith(self.sid)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The properties of one resource, and who it is."""

    scope: Scope
    policy_name: str = DEFAULT_POLICY_NAME
    patterns: tuple[str, ...] = (DEFAULT_PATTERN,)
    principals: tuple[str, ...] = (LOG_DELIVERY,)
    source_conditions: bool = True
    when_full: Literal["Widen", "Spill", "Fail"] = "Widen"
    on_delete: Literal["Retain", "RemoveWhenUnused"] = "Retain"
    settle_seconds: int = 5
    stack_id: str = ""
    logical_id: str = ""
    may_spill: bool = True
    """Whether the provider's bounds allow the policy that ``Spill`` would make."""

    @property
    def owner(self) -> Owner:
        """Return the resource as the owner of a revocable grant."""
        return Owner(self.policy_name, self.stack_id, self.logical_id)

    @property
    def revocable(self) -> bool:
        """Return whether the grant goes when the resource goes."""
        return self.on_delete == "RemoveWhenUnused"

    @property
    def spill_name(self) -> str:
        """Return the name of the policy of its own that ``Spill`` makes."""
        return self.owner.spill_name

    @property
    def grants(self) -> tuple[Grant, ...]:
        """Return one grant for each principal: the principals' conditions differ."""
        resources = tuple(dict.fromkeys(map(self.scope.log_group_arn, self.patterns)))
        return tuple(self._grant(principal, resources) for principal in dict.fromkeys(self.principals))

    def _grant(self, principal: str, resources: tuple[str, ...]) -> Grant:
        condition = self.scope.source_conditions(principal) if self.source_conditions else ()
        return Grant(principal, ACTIONS, resources, condition, self._sid(principal, condition))

    def _sid(self, principal: str, condition: tuple[Clause, ...]) -> str:
        if self.revocable:
            own = self.owner.sid
            return own if principal == self.principals[0] else f"{own}P{digest(principal)}"
        if principal == LOG_DELIVERY and condition:
            return SID
        return SID + digest(principal, *(part for one in condition for part in (one.operator, one.key, *one.values)))


def digest(*parts: str) -> str:
    """Return eight hex digits that tell the parts from others, the same on every machine and run."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]


def sids(grant: Grant) -> Iterator[str]:
    """Yield the grant's Sid, then others for where another statement has that: Sids are unique in a document."""
    yield grant.sid
    own = _REVOCABLE.fullmatch(grant.sid)
    base = own.group(1) + "P" if own else SID
    for turn in itertools.count():
        yield base + digest(grant.principal, repr(grant.condition), str(turn))


def is_revocable(statement: Statement) -> bool:
    """Return whether the statement is some resource's revocable grant, which may go at any time."""
    return statement.effect == "Allow" and bool(_REVOCABLE.fullmatch(statement.sid or ""))
