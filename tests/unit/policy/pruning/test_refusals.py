"""A pruning that would change more than it may is never returned."""

from dataclasses import replace
from typing import Any

import pytest

from tests.unit.policy.policies import SHARED, aws_statement, group, policy_of
from tests.unit.policy.pruning.entries import GONE, MIXED, REQUEST, THERE, Json, pruned
from tests.unit.policy.universe import DELIVERY, SEARCH
from vended_logs.errors import PlanRefused
from vended_logs.policy.compaction import retain
from vended_logs.policy.document import Statement
from vended_logs_tools.planning import pruning


def _drops_first(found: tuple[Statement, ...], is_kept: Any) -> tuple[Statement, ...]:
    return retain(found[1:], is_kept)


def _adds(found: tuple[Statement, ...], is_kept: Any) -> tuple[Statement, ...]:
    return (*retain(found, is_kept), replace(found[-1], sid="More", condition=()))


_OTHERS = {key: value for key, value in MIXED.items() if key != "Resource"} | {"Sid": "First"}


@pytest.mark.parametrize(
    "first",
    [
        _OTHERS | {"Resource": [GONE, group("/aws/vendedlogs/too")]},
        _OTHERS | {"Resource": [GONE, group("/mine")]},
        _OTHERS | {"Resource": group("/aws/vendedlogs/*")},
        _OTHERS | {"Resource": GONE, "Effect": "Deny"},
        _OTHERS | {"Resource": group("/dead"), "Principal": {"Service": SEARCH}},
        _OTHERS | {"Resource": group("/dead"), "Principal": {"Service": [DELIVERY, SEARCH]}},
        _OTHERS | {"Resource": group("/dead"), "Principal": "*"},
        _OTHERS | {"NotResource": GONE},
        _OTHERS,
        MIXED | {"Sid": "VendedLogsPolicyR0123abcd"},
    ],
    ids=["alive", "asked", "wildcard", "deny", "other", "both", "everyone", "not-resource", "no-resource", "revocable"],
)
def test_a_plan_that_loses_more_is_refused(first: Json, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pruning that loses anything but stale entries is never returned."""
    monkeypatch.setattr(pruning, "retain", _drops_first)
    request = replace(REQUEST, patterns=("/mine",))
    said = (
        f"^Dropping stale entries from the CloudWatch Logs resource policy '{SHARED}' would change more than that, so"
        r" nothing was changed: report this with the policy\.$"
    )
    with pytest.raises(PlanRefused, match=said):
        pruned([policy_of(SHARED, first, MIXED)], request, {"/aws/vendedlogs/alive", "/aws/vendedlogs/too"})


def test_a_plan_that_rests_on_a_revocable_grant_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another resource may take back is no reason to drop a lasting entry."""
    monkeypatch.setattr(pruning, "retain", _drops_first)
    lasting = aws_statement([THERE], sid="First", condition=False)
    revocable = lasting | {"Sid": "VendedLogsPolicyR0123abcd"}
    with pytest.raises(PlanRefused, match="would change more"):
        pruned([policy_of(SHARED, lasting, revocable, MIXED)], REQUEST, {"/aws/vendedlogs/alive"})


def test_a_plan_that_allows_more_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pruning that grants anything is never returned."""
    monkeypatch.setattr(pruning, "retain", _adds)
    with pytest.raises(PlanRefused, match="would change more"):
        pruned([policy_of(SHARED, MIXED)], REQUEST, {"/aws/vendedlogs/alive"})
