"""What the service allows, at the very edge: one character, one policy, one name more is refused."""

import pytest

from vended_logs.errors import PlanRefused
from vended_logs.policy.document import PolicyDocument, ResourcePolicy
from vended_logs.policy.limits import MAX_NAME, MAX_POLICIES, SIZE_LIMIT, find, size_limit
from vended_logs.policy.plan import plan
from vended_logs.policy.request import Request

from .policies import SHARED, filled, foreign
from .strategies import SCOPE

_EMPTY = PolicyDocument()


def test_the_limits_are_those_of_the_documentation() -> None:
    """A policy has 5,120 characters, a region ten policies, and a name 255 characters."""
    assert (SIZE_LIMIT, MAX_POLICIES, MAX_NAME) == (5120, 10, 255)


def test_a_policy_is_found_by_its_name() -> None:
    """The policy of exactly that name is found, among others and nowhere else."""
    policies = [ResourcePolicy(name, _EMPTY, size) for size, name in enumerate(("a", "b", "ab"))]
    assert [policy.size for name in ("b", "ab") if (policy := find(policies, name))] == [1, 2]
    assert find(policies, "c") is None
    assert find([], "a") is None


@pytest.mark.parametrize(
    ("size", "refused_above", "expected"),
    [
        (0, None, 5120),
        (5120, None, 5120),
        (5121, None, 5121),
        (9000, None, 9000),
        (9000, 8000, 8000),
        (9000, 9001, 9000),
        (100, 5119, 5119),
        (100, 6000, 5120),
        (100, 0, 0),
    ],
)
def test_the_limit_is_the_documented_one_or_the_size_held_or_what_the_service_takes(
    size: int, refused_above: int | None, expected: int
) -> None:
    """A policy that is larger already may keep its size, and a refusal by the service is the last word."""
    policies = [ResourcePolicy("other", _EMPTY, 99_999), ResourcePolicy("held", _EMPTY, size)]
    assert size_limit(policies, "held", refused_above) == expected


def test_a_policy_that_is_not_there_has_the_documented_limit() -> None:
    """The sizes of other policies do not matter."""
    assert size_limit([ResourcePolicy("other", _EMPTY, 9000)], "held") == SIZE_LIMIT


def test_a_plan_takes_the_last_character_and_not_one_more() -> None:
    """A plan fits at exactly its own size, and not with one character less."""
    request = Request(scope=SCOPE, when_full="Fail")
    size = plan([], request).size
    assert plan([], request, size).outcome == "Created"
    with pytest.raises(PlanRefused):
        plan([], request, size - 1)


@pytest.mark.parametrize(("length", "outcome"), [(238, "Spilled"), (239, None)])
def test_a_spill_needs_a_name_that_the_service_takes(length: int, outcome: str | None) -> None:
    """The name of the policy of its own, seventeen characters longer, may have 255 characters and not one more."""
    request = Request(scope=SCOPE, policy_name="x" * length, when_full="Spill")
    policies = [ResourcePolicy.parse(request.policy_name, filled(condition=False))]
    if outcome:
        assert plan(policies, request).outcome == outcome
    else:
        with pytest.raises(PlanRefused, match="is full"):
            plan(policies, request)


@pytest.mark.parametrize("others", [8, 9])
def test_a_spill_needs_a_slot(others: int) -> None:
    """With nine policies there is room for a tenth, with ten there is none but for the spill that is there already."""
    request = Request(scope=SCOPE, when_full="Spill")
    texts = {SHARED: filled(condition=False)} | foreign(others)
    policies = [ResourcePolicy.parse(name, text) for name, text in texts.items()]
    if others == 8:
        assert plan(policies, request).outcome == "Spilled"
        assert plan(policies, request).policy_count == 10
        return
    with pytest.raises(PlanRefused, match="10 of 10"):
        plan(policies, request)
    spill = ResourcePolicy.of(request.spill_name, _EMPTY)
    assert plan([*policies[:-1], spill], request).outcome == "Spilled"
