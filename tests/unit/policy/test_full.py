"""A policy without room: what would make some, by what stands in the way."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.unit.policy.policies import filled
from tests.unit.policy.strategies import SCOPE
from vended_logs.errors import PolicyFull
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.plan import plan
from vended_logs.policy.request import DEFAULT_POLICY_NAME, Request

SPILLED = f"{DEFAULT_POLICY_NAME}-VendedLogsPolicy"


@pytest.mark.parametrize("may_spill", [True, False])
@pytest.mark.parametrize("others", [8, 9])
@pytest.mark.parametrize("when_full", ["Spill", "Widen", "Fail"])
def test_the_cure_names_what_is_in_the_way(
    when_full: Literal["Spill", "Widen", "Fail"], others: int, *, may_spill: bool
) -> None:
    """A slot that is wanting, or the provider's bounds where one is free; and what else WhenFull could say."""
    if when_full != "Fail" and others < 9 and may_spill:
        assert plan(_policies(others), Request(scope=SCOPE, when_full=when_full)).outcome == "Spilled"
        return
    slot = f"add '{SPILLED}' to AllowedPolicyNames" if others < 9 and not may_spill else "free one of the policies"
    cures = {
        "Spill": f"{slot}, or set WhenFull to Widen.",
        "Widen": f"remove entries that nobody needs, or {slot}.",
        "Fail": "set WhenFull to Widen or Spill.",
    }
    with pytest.raises(PolicyFull) as refused:
        plan(_policies(others), Request(scope=SCOPE, when_full=when_full, may_spill=may_spill))
    assert str(refused.value).endswith(f"; WhenFull: {when_full}): {cures[when_full]}")


def test_the_bounds_are_named_only_where_they_are_in_the_way() -> None:
    """A grant that no policy can hold, asked of a provider that may spill, says nothing of what it may do."""
    patterns = tuple(f"/aws/vendedlogs/{number:0200}" for number in range(25))
    with pytest.raises(PolicyFull) as refused:
        plan([], Request(scope=SCOPE, patterns=patterns))
    assert "AllowedPolicyNames" not in str(refused.value)


def _policies(others: int) -> list[ResourcePolicy]:
    full = filled(condition=True, prefix="aws-waf-logs-")
    texts = {DEFAULT_POLICY_NAME: full} | {f"other-{number}": _small(number) for number in range(others)}
    return [ResourcePolicy.parse(name, text) for name, text in texts.items()]


def _small(number: int) -> str:
    return filled(condition=True, prefix=f"/other-{number}/", limit=600)
