"""Whether a state machine's role may do the ten actions of log delivery, and if not, what takes each of them from it.

Exactly one cause is named for an action. What decides is IAM's own simulation, and what the policies say where it was
not permitted or cannot tell: it is asked about every resource, and three of the actions need only some (see
``rules.iam.ON_ANY_RESOURCE``); it does not say whether the role's own policies allow what its boundary does not.

Sources: IAM API Reference, "SimulatePrincipalPolicy" and "EvaluationResult"; IAM User Guide, "Policy evaluation logic".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from vended_logs_tools.account.calls import Call
from vended_logs_tools.account.roles import RolePolicies, Simulated
from vended_logs_tools.diagnosis.finding import Weight
from vended_logs_tools.diagnosis.identity import Denial, Said
from vended_logs_tools.diagnosis.policies import Answer
from vended_logs_tools.rules.iam import ON_ANY_RESOURCE, ROLE_ACTIONS

WRITING: Final = frozenset({"logs:CreateLogStream", "logs:PutLogEvents"})
"""The two that only write. The guide asks for them; the CDK and many tools grant only the other eight, and AWS deploys
such roles, because the role plays no part in the writing. So to be without these alone is a warning, not a fault."""


class Ruling(Enum):
    """What comes of an action."""

    ALLOWED = "allowed"
    DENIED = "role-denied"
    """An explicit Deny in the role's own policies."""
    LACKING = "role-actions"
    """No policy of the role's own allows it."""
    BOUNDARY = "permissions-boundary"
    """The role's own policies may allow it, the boundary does not."""
    ORGANIZATION = "organization-policy"
    """A policy of the organisation does not."""
    UNKNOWN = "unknown"
    """It depends on what could not be read, or on a condition."""


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was found out about a role's actions."""

    role: str
    """Its name."""
    arn: str
    """The role's."""
    boundary: str | None
    """Its boundary's ARN; None if it has none, or if the role could not be read."""
    simulation: Call
    simulated: Mapping[str, Simulated]
    """By action; nothing if the simulation was not permitted."""
    policies: RolePolicies | None = None
    """None if there was no need to read them."""
    said: Mapping[str, Said] | None = None
    """What those say, by action."""

    def ruling(self, action: str) -> Ruling:
        """Return what comes of an action."""
        return ruling(
            action,
            self.simulated.get(action),
            self.said[action] if self.said else None,
            has_boundary=self.boundary is not None,
        )

    def rulings(self) -> dict[Ruling, tuple[str, ...]]:
        """Return the actions by what comes of them, in the guide's order."""
        found: dict[Ruling, tuple[str, ...]] = {}
        for action in ROLE_ACTIONS:
            one = self.ruling(action)
            found[one] = (*found.get(one, ()), action)
        return found

    @property
    def unknown(self) -> tuple[str, ...]:
        """The actions of which nothing can be told."""
        return self.rulings().get(Ruling.UNKNOWN, ())

    def is_unmentioned(self, action: str) -> bool:
        """Return whether surely none of the role's own policies allows an action."""
        return self.said is not None and self.said[action].allowed == Answer.NO

    def is_contradicted(self, action: str) -> bool:
        """Return whether the simulation refuses an action that the policies, as they were read, surely allow."""
        if action in ON_ANY_RESOURCE:  # refused on all log groups, and allowed on some
            return False
        return _is_contradicted(self.simulated.get(action), self.said[action] if self.said else None)

    def denials(self, actions: tuple[str, ...]) -> tuple[Denial, ...]:
        """Return the statements that surely deny some of these actions, each once."""
        found = [denial for action in actions if self.said for denial in self.said[action].denials]
        return tuple({(one.policy.call, one.sid): one for one in found}.values())


def ruling(action: str, simulated: Simulated | None, said: Said | None, *, has_boundary: bool) -> Ruling:
    """Return what comes of an action.

    Args:
        action: one of the ten.
        simulated: what the simulation says of it, None if it says nothing.
        said: what the policies say of it, None if they were not read.
        has_boundary: whether the role has a permissions boundary.
    """
    if simulated is None:
        return _by_policies(said)
    if simulated.decision == "allowed":
        is_unbounded = has_boundary and simulated.by_boundary is None
        return _by_policies(said) if is_unbounded else Ruling.ALLOWED
    if said is not None and said.denials:
        return Ruling.DENIED
    return _of_refused(action, simulated, said, has_boundary=has_boundary)


def _of_refused(action: str, simulated: Simulated, said: Said | None, *, has_boundary: bool) -> Ruling:
    """Return why the simulation does not allow an action that no policy of the role's surely denies."""
    is_limited = False in (simulated.by_organization, simulated.by_boundary)
    if is_limited and said is not None and said.allowed == Answer.NO:
        return Ruling.LACKING
    if simulated.by_organization is False:
        return Ruling.ORGANIZATION
    is_explicit = simulated.decision == "explicitDeny"
    if action in ON_ANY_RESOURCE and not is_explicit:
        return _by_policies(said)
    is_contradicted = _is_contradicted(simulated, said)
    if simulated.by_boundary is False and not (has_boundary and is_contradicted):
        return Ruling.BOUNDARY
    if is_contradicted:
        return Ruling.UNKNOWN
    is_open = simulated.missing or (has_boundary and simulated.by_boundary is None)
    is_told = said is not None and (said.doubtful or said.allowed == Answer.YES) and not is_explicit
    return _by_policies(said) if is_open or is_told else Ruling.DENIED if is_explicit else Ruling.LACKING


def _is_contradicted(simulated: Simulated | None, said: Said | None) -> bool:
    """Return whether the two disagree: nothing that was read accounts for the refusal, and no explicit Deny does.

    IAM's simulation does not say why, and one that is not IAM's own may not find a role's policies at all.
    """
    if simulated is None or said is None or simulated.decision != "implicitDeny":
        return False
    return said.allowed == said.bounded == Answer.YES


def _by_policies(said: Said | None) -> Ruling:
    """Return what comes of an action by the policies alone."""
    if said is None:
        return Ruling.UNKNOWN
    if said.denials:
        return Ruling.DENIED
    if said.allowed == Answer.NO:
        return Ruling.LACKING
    if said.bounded == Answer.NO:
        return Ruling.BOUNDARY
    is_sure = said.allowed == said.bounded == Answer.YES and not said.may_be_denied
    return Ruling.ALLOWED if is_sure else Ruling.UNKNOWN


def weight_of(actions: tuple[str, ...]) -> Weight:
    """Return how bad it is to be without these actions."""
    return Weight.NOTE if WRITING.issuperset(actions) else Weight.FAULT
