"""A backup for which there is hardly room: of ten policies, and of the characters of each."""

from dataclasses import replace

import pytest

from tests.unit.policy.policies import BROAD, SHARED, aws_statement, filled, foreign, group, states, text
from tests.unit.policy.restoration.backups import ENTRY_A, ENTRY_B, SEARCHES, Json, policy_of, written_by
from tests.unit.policy.universe import SEARCH
from vended_logs.errors import PlanRefused, PolicyFull
from vended_logs.policy.document import PolicyDocument, ResourcePolicy
from vended_logs_tools.planning.restoration import plan_restore


@pytest.mark.parametrize("exact", [False, True])
def test_an_eleventh_policy_is_refused(exact: bool) -> None:  # noqa: FBT001 - a table's column
    """Where the backup's policies and those of now would be more than ten, nothing is planned."""
    others = [ResourcePolicy.parse(name, one) for name, one in foreign(9).items()]
    backup = [policy_of(ENTRY_A), policy_of(ENTRY_B, name="b")]
    assert len(plan_restore(others[:8], backup, exact=exact).plans) == 2
    with pytest.raises(
        PlanRefused, match=rf"^9 of 10 policies .*, and the backup would make 2 more \('{SHARED}, b'\): delete or merge"
    ):
        plan_restore(others, backup, exact=exact)


@pytest.mark.parametrize("exact", [False, True])
def test_one_of_ten_policies_can_be_restored(exact: bool) -> None:  # noqa: FBT001 - a table's column
    """A policy that is there takes no further slot, however many there are."""
    others = [ResourcePolicy.parse(name, one) for name, one in foreign(9).items()]
    assert len(plan_restore([*others, policy_of(ENTRY_B)], [policy_of(ENTRY_A)], exact=exact).plans) == 1


_BROAD = aws_statement([BROAD], sid="Broad")


def _search(count: int) -> Json:
    return aws_statement(
        [group(f"/search/{'x' * 40}{number:02}") for number in range(count)], sid="Search", service=SEARCH
    )


def test_what_does_not_fit_is_compacted() -> None:
    """Entries that another one covers make room for what comes back; without need for room they stay."""
    now = policy_of(_BROAD, aws_statement(states(35)))
    assert plan_restore([now], [policy_of(_search(1))]).plans[0].dropped == ()
    found = plan_restore([now], [policy_of(_search(12))])
    assert [one["Sid"] for one in written_by(found)] == ["Broad", "Search"]
    assert len(found.plans[0].dropped) == 35


def test_what_does_not_fit_even_so_is_refused() -> None:
    """With the size that it would have at least, and nothing is planned for any policy."""
    now, back = policy_of(_BROAD, aws_statement(states(10))), _search(45)
    least = PolicyDocument.parse(text(_BROAD, back)).size
    sizes = rf"\({least} of {policy_of(back).size} characters\)"
    with pytest.raises(
        PolicyFull,
        match=rf"^The CloudWatch .* '{SHARED}' has no room for what the backup would put back {sizes}: remove",
    ):
        plan_restore([now], [policy_of(back), policy_of(ENTRY_A, name="x")])


def test_a_policy_that_is_larger_may_stay_as_large() -> None:
    """What stands there now says how large it may be, where that is more than is documented."""
    now = replace(ResourcePolicy.parse(SHARED, filled(condition=True)), size=6000)
    [made] = plan_restore([now], [policy_of(SEARCHES)]).plans
    assert 5120 < made.size < 6000


def _refused(size: int) -> str:
    return (
        f"^CloudWatch Logs refused the policy '{SHARED}' at {size} characters for its size, and what the backup would"
        rf" put back needs {size}: remove entries that nobody needs, then restore again\.$"
    )


def test_a_refusal_of_more_than_there_is_room_for_is_no_cause() -> None:
    """Where the documented limit is what is in the way, that is what is told."""
    now, back = policy_of(_BROAD, aws_statement(states(10))), _search(45)
    with pytest.raises(PolicyFull, match="has no room for what the backup would put back"):
        plan_restore([now], [policy_of(back)], limits={SHARED: 9000})


def test_the_account_may_hold_what_it_held() -> None:
    """A backup that is larger than the documented limit can be put back, unless CloudWatch Logs refuses it."""
    large = ResourcePolicy.parse(SHARED, filled(condition=True, limit=5211))
    for exact in (False, True):
        [made] = plan_restore([], [large], exact=exact).plans
        assert 5120 < made.size <= 5211
        assert plan_restore([], [large], exact=exact, limits={"x": 1, SHARED: made.size}).plans == (made,)
        with pytest.raises(PolicyFull, match=_refused(made.size)):
            plan_restore([], [large], exact=exact, limits={SHARED: made.size - 1})
