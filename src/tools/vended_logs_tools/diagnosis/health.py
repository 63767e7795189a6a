"""Whether an account's policies are well, without a single state machine in mind: values in, values out.

Each cause is named once: what a full policy, a Deny or a tenth policy keeps from coming into force is told with it, and
``grant-missing`` is left for where nothing stands in the way.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from vended_logs.policy.limits import MAX_POLICIES, SIZE_LIMIT
from vended_logs.policy.request import DEFAULT_POLICY_NAME, Request
from vended_logs_tools.account.survey import POLICIES, AccountPolicy, Survey
from vended_logs_tools.diagnosis import stale
from vended_logs_tools.diagnosis.denial import sure_denials
from vended_logs_tools.diagnosis.finding import Diagnosis, Evidence, Weight
from vended_logs_tools.diagnosis.grant_state import GrantState, denied, grant_state, wanted
from vended_logs_tools.diagnosis.room import ENTRY, NEARLY_FULL
from vended_logs_tools.diagnosis.shell import PRUNE, READ_POLICIES, ensure
from vended_logs_tools.numbers import counted

__all__ = ["GrantState", "findings", "grant_state", "wanted"]

_TELL_OF_IT: Final = ("policy-full", "policy-nearly-full")
"""Findings that tell of the grant and of stale entries themselves."""


def findings(survey: Survey, request: Request) -> tuple[Diagnosis, ...]:
    """Return what is wrong with the policies of a region, the worst first; nothing if they could not be read.

    Args:
        survey: as read.
        request: the grant that is to stand, and the policy that is to carry it.
    """
    state = grant_state(survey, request)
    if state is None:
        return ()
    judge = _Judge(survey, request, state)
    weights = list(Weight)
    return tuple(sorted(judge.findings(), key=lambda finding: weights.index(finding.weight)))


@dataclass(frozen=True, slots=True)
class _Judge:
    survey: Survey
    request: Request
    state: GrantState

    def findings(self) -> Iterator[Diagnosis]:
        obstacles = [*self.unreadable(), *self.denied(), *self.full(), *self.slots()]
        yield from obstacles
        told = {
            finding.cause for finding in obstacles if finding.weight is Weight.FAULT or finding.cause in _TELL_OF_IT
        }
        if not told:
            yield from self.missing()
        named = {finding.subject for finding in obstacles if finding.cause in _TELL_OF_IT}
        yield from stale.stale_entries(self.survey, self.request, named)

    def unreadable(self) -> Iterator[Diagnosis]:
        for policy in self.policies:
            if policy.document is None:
                yield Diagnosis(
                    "policy-unreadable",
                    Weight.FAULT,
                    policy.name,
                    "Its document cannot be read in full, so whether it allows or denies log delivery is not known, and"
                    " the provider refuses to write any policy",
                    "Read it, then mend or delete it",
                    (READ_POLICIES,),
                    (
                        Evidence(
                            POLICIES, f"{counted(policy.size, 'character', 'characters')}, and {policy.unreadable}"
                        ),
                    ),
                )

    def denied(self) -> Iterator[Diagnosis]:
        sure = {one for grant in self.request.grants for one in sure_denials(self.survey.readable, grant)}
        for denial in denied(self.survey, self.request):
            sid = f"the Deny {denial.sid}" if denial.sid else "a Deny without a Sid"
            takes, weight = "takes from the vended-logs grant, whatever any policy allows", Weight.FAULT
            if denial not in sure:
                takes, weight = (
                    "may take from the vended-logs grant, so that the provider writes no policy",
                    Weight.WARNING,
                )
            yield Diagnosis(
                "policy-denied",
                weight,
                denial.policy_name,
                f"{sid[0].upper()}{sid[1:]} {takes}",
                "Narrow or remove that Deny: nothing here ever changes one",
                (READ_POLICIES,),
                (Evidence(POLICIES, f"the policy {denial.policy_name} has {sid} for log delivery"),),
            )

    def full(self) -> Iterator[Diagnosis]:
        # To other policies nobody adds but whoever wrote them.
        watched = {DEFAULT_POLICY_NAME, self.request.policy_name}
        for policy in self.policies:
            room = SIZE_LIMIT - policy.size
            if policy.name in watched and policy.document is not None and room < NEARLY_FULL:
                yield self._full(policy) if room < ENTRY else self._nearly_full(policy, room)

    def _full(self, policy: AccountPolicy) -> Diagnosis:
        room = max(0, SIZE_LIMIT - policy.size)
        start = f"It has {room:,} characters left, and an entry that AWS adds takes about {ENTRY}"
        if self.state.in_force:
            message = f"{start}: logging to log groups that the grant does not cover cannot be switched on"
        else:
            message = f"{start}: the next deploy with logging to a log group that it does not name fails{self._unless}"
        return Diagnosis(
            "policy-full",
            Weight.WARNING if self.state.in_force else Weight.FAULT,
            policy.name,
            message,
            self._cure(policy),
            self._commands(policy),
            (self._measured(policy), *stale.gone(self.survey, policy)),
        )

    @property
    def _unless(self) -> str:
        """Return what AWS does instead in accounts that have policies of single log groups."""
        return ", unless AWS writes that log group a policy of its own" if self.survey.log_group_policies else ""

    def _nearly_full(self, policy: AccountPolicy, room: int) -> Diagnosis:
        count = room // ENTRY
        return Diagnosis(
            "policy-nearly-full",
            Weight.WARNING,
            policy.name,
            f"It has {room:,} characters left: {counted(count, 'entry', 'entries')} more of those that AWS adds, and"
            " deploys with logging fail",
            self._cure(policy),
            self._commands(policy),
            (self._measured(policy), *stale.gone(self.survey, policy)),
        )

    def _cure(self, policy: AccountPolicy) -> str:
        after = self._after(policy)
        if after is not None and after < policy.size:
            return (
                f"Put the broad grant in place of the entries that it covers, after which it has {after:,} characters"
            )
        if stale.is_prunable(self.survey, policy, self.request):
            return "Drop the entries whose log groups are gone"
        if not self.state.in_force and self.state.plan:
            return f"Have the grant put into {self.state.plan.policy_name}"
        return "Remove entries that nobody needs, or move them to another policy"

    def _commands(self, policy: AccountPolicy) -> tuple[str, ...]:
        after = self._after(policy)
        if after is not None and after < policy.size and SIZE_LIMIT - after >= NEARLY_FULL:
            return (ensure(),)
        if stale.is_prunable(self.survey, policy, self.request):
            return (PRUNE,)
        return (ensure(),) if self.state.plan and self.state.plan.puts else (READ_POLICIES,)

    def _after(self, policy: AccountPolicy) -> int | None:
        puts = self.state.plan.puts if self.state.plan else ()
        return next((one.size for one in puts if one.name == policy.name), None)

    def slots(self) -> Iterator[Diagnosis]:
        count = len(self.policies)
        if count < MAX_POLICIES:
            return
        shared = any(policy.name == DEFAULT_POLICY_NAME for policy in self.policies)
        if shared or self.state.in_force:
            weight, effect = Weight.WARNING, "no service can write a policy of its own any more"
        else:
            weight, effect = Weight.FAULT, f"AWS cannot write {DEFAULT_POLICY_NAME}, and deploys with logging fail"
        yield Diagnosis(
            "ten-of-ten",
            weight,
            self.survey.scope.region,
            f"{count} of {MAX_POLICIES} policies exist, and that quota cannot be raised: {effect}",
            "Merge two of them, or delete one that nobody needs",
            (READ_POLICIES,),
            (Evidence(POLICIES, f"{count} of {MAX_POLICIES} policies: " + ", ".join(p.name for p in self.policies)),),
        )

    def missing(self) -> Iterator[Diagnosis]:
        if self.state.revocable:
            yield self._revocable()
        elif not self.state.in_force:
            here = [policy.name for policy in self.policies]
            shows = "none of the policies allows it" if here else "there is no policy"
            refused = self.state.plan is None
            yield Diagnosis(
                "grant-missing",
                Weight.FAULT if refused else Weight.NOTE if self._is_unused else Weight.WARNING,
                self.request.policy_name,
                "The vended-logs grant is not in force, so that AWS adds an entry for each log group until none fits",
                f"Have it put in place, which {wanted(self.state)}" if not refused else self.state.refusal.rstrip("."),
                (READ_POLICIES,) if refused else (ensure(),),
                (Evidence(POLICIES, f"{shows}: {', '.join(_resources(self.request))}"),),
            )

    @property
    def _is_unused(self) -> bool:
        """Return whether nobody uses CloudWatch Logs in the region."""
        return not self.policies and self.survey.log_groups == frozenset()

    def _revocable(self) -> Diagnosis:
        return Diagnosis(
            "grant-revocable",
            Weight.NOTE,
            self.request.policy_name,
            "The vended-logs grant is in force by a stack's revocable statement alone, and goes when that stack goes",
            "Have it put in place for good, if others rest on it",
            (ensure(),),
            (Evidence(POLICIES, "no other statement allows it"),),
        )

    def _measured(self, policy: AccountPolicy) -> Evidence:
        return Evidence(POLICIES, f"{policy.size:,} of {SIZE_LIMIT:,} characters, {_entries(policy)}")

    @property
    def policies(self) -> tuple[AccountPolicy, ...]:
        return self.survey.policies or ()


def _resources(request: Request) -> tuple[str, ...]:
    return tuple(dict.fromkeys(resource for grant in request.grants for resource in grant.resources))


def _entries(policy: AccountPolicy) -> str:
    return counted(len(policy.entries), "entry", "entries")
