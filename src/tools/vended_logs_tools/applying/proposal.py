"""What ``ensure`` is going to write: shown entry by entry, and said in words."""

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Final

from vended_logs.policy.plan import Plan, apply
from vended_logs_tools.applying.change import Change, changed
from vended_logs_tools.applying.desk import Desk
from vended_logs_tools.planning.pruning import Entry
from vended_logs_tools.planning.restoration import Policies
from vended_logs_tools.screen.plan_view import PlanView, differences

_NO_GROUP: Final = "no such log group"
_KEEPS: Final = "Everything that is allowed stays allowed."
_OUTCOMES: Final = {
    "Created": "Makes the policy, with the grant in it.",
    "Added": "Adds the grant.",
    "Compacted": "Adds the grant, and drops what is covered.",
    "Widened": "Puts the grant in place of entries without a condition: there, log delivery is then allowed to every"
    " log group of the pattern, without the account's condition.",
    "Spilled": "The policy is full, so the grant gets a policy of its own.",
}
_REFUSED: Final = "CloudWatch Logs refused the size of the policy, so the grant gets a policy of its own."
_PRUNED: Final = (
    "Drops entries naming log groups that do not exist: to those, nothing can be delivered anyway. All else that is"
    " allowed stays allowed."
)


class Proposals:
    """Shows the plans of one run to the user of a desk."""

    def __init__(self, desk: Desk, policy_name: str) -> None:
        self._desk = desk
        self._policy_name = policy_name
        self._view = PlanView(desk.screen, desk.scope)

    def show(self, policies: Policies, plans: Sequence[Plan], stale: Iterable[Entry], *, refused: bool) -> None:
        """Show what plans change, and say in words what that means.

        Args:
            policies: what the first plan was made for.
            plans: one write each, in order.
            stale: the entries that go because their log groups do not exist.
            refused: whether CloudWatch Logs has refused a size in this run.
        """
        if not plans:
            return
        notes = {(self._policy_name, *entry): _NO_GROUP for entry in stale}
        widened = {entry for made in plans for entry in made.widened}
        self._view.show(differences(policies, reduce(apply, plans, policies)), notes, widened)
        if notes:
            self._desk.say(_PRUNED)
        for outcome in [made.outcome for made in plans if made.outcome in _OUTCOMES]:
            said = _REFUSED if outcome == "Spilled" and refused else _OUTCOMES[outcome]
            self._desk.say(f"{said} {_KEEPS}" if not notes and outcome in ("Compacted", "Widened") else said)

    def show_change(self, policies: Policies, change: Change) -> None:
        """Show one write that no plan of this run speaks of."""
        self._view.show(differences(policies, changed(policies, change)))
