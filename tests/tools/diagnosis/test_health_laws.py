"""What holds of the findings whatever an account's policies are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.tools.diagnosis.accounts import SCOPE
from tests.unit.policy.strategies import Scene, scenes
from vended_logs.policy.coverage import in_force
from vended_logs.policy.limits import MAX_POLICIES
from vended_logs_tools.account.survey import AccountPolicy, Survey
from vended_logs_tools.diagnosis.finding import Weight
from vended_logs_tools.diagnosis.health import findings, grant_state
from vended_logs_tools.planning.pruning import log_group_of

_OBSTACLES = {"policy-denied", "policy-full", "policy-nearly-full", "ten-of-ten"}


def surveyed(scene: Scene, names: frozenset[str] | None) -> Survey:
    """Return the scene's account as the survey gives it."""
    held = tuple(AccountPolicy(one.name, one.size, one.last_updated, one.document) for one in scene.policies)
    return Survey(SCOPE, held, (), names)


@given(scenes, st.booleans())
def test_the_laws_of_findings(scene: Scene, known: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    """A grant in force has no fault, one that is not has a finding; each finding has evidence and a cure."""
    survey = surveyed(scene, frozenset() if known else None)
    state = grant_state(survey, scene.request)
    found = findings(survey, scene.request)
    causes = [one.cause for one in found]
    stands = all(in_force(scene.policies, grant) for grant in scene.request.grants)
    assert state is not None
    assert state.in_force == stands
    assert (state.plan is None) == bool(state.refusal)
    assert stands or {"grant-missing", *_OBSTACLES} & set(causes)
    if stands:
        assert not any(one.weight is Weight.FAULT for one in found)
    assert len(causes) == len({(one.cause, one.subject, one.message) for one in found})
    assert all(one.evidence and one.cure and one.commands and not one.message.endswith(".") for one in found)
    assert ("ten-of-ten" in causes) == (len(scene.policies) >= MAX_POLICIES)


@given(scenes)
def test_the_laws_of_stale_entries(scene: Scene) -> None:
    """An entry is stale exactly when it is an Allow's, names one log group, and that does not exist."""
    names = sorted({
        name
        for one in surveyed(scene, None).policies or ()
        for entry in one.entries
        if (name := log_group_of(entry, SCOPE))
    })  # fmt: skip
    survey = surveyed(scene, frozenset(names[::2]))
    for policy in survey.policies or ():
        stale = survey.stale(policy)
        allowed = [
            entry
            for one in policy.statements
            if one.effect == "Allow" and one.resource
            for entry in one.resource.values
        ]
        assert sorted(stale) == sorted(entry for entry in allowed if log_group_of(entry, SCOPE) in set(names[1::2]))
        assert Survey(SCOPE, survey.policies, (), frozenset(names)).stale(policy) == ()
