"""The report for programs: fixed names, null for what was not looked at, and never what cannot be written."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.tools.diagnosis.accounts import BROAD, REQUEST, account, granting, policy
from tests.tools.screen.examinations import examined, failed, full, targeted, troubled
from tests.unit.policy.policies import SHARED
from vended_logs_tools.account.survey import Survey
from vended_logs_tools.diagnosis import health
from vended_logs_tools.screen.as_json import as_json


def test_a_region_has_all_that_the_screen_has() -> None:
    """Policies with room and stale entries, slots, the grant, log groups and findings are there under fixed names."""
    found = json.loads(json.dumps(as_json(full())))
    assert list(found) == [
        "account", "region", "target", "error", "policies", "slots", "grant", "log_groups", "findings", "unread",
        "calls",
    ]  # fmt: skip
    shared = next(one for one in found["policies"] if one["name"] == SHARED)
    assert (shared["size"], shared["limit"], shared["room"], shared["entries"]) == (5120, 5120, 0, 47)
    assert len(shared["stale"]) == 37
    assert shared["statements"][0]["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
    assert found["slots"] == {"used": 2, "limit": 10}
    assert found["grant"] == {
        "in_force": False,
        "revocable": False,
        "policy": SHARED,
        "outcome": "Compacted",
        "size_after": 404,
        "refusal": None,
        "takes": f"puts it in place of the entries that it covers in {SHARED} and leaves that at 404 of 5,120"
        " characters",
    }
    assert found["log_groups"]["count"] == 10
    assert len(found["log_groups"]["policies"]) == 5


def test_a_finding_has_its_commands_and_evidence() -> None:
    """Commands come with their place in them, evidence with the action and the arguments of its call."""
    (found,) = as_json(targeted())["findings"]
    assert found["cause"] == "role-actions"
    assert found["weight"] == "fault"
    assert found["commands"][0] == "aws iam put-role-policy --role-name orders --region eu-west-1"
    assert found["evidence"] == [
        {
            "action": "iam:SimulatePrincipalPolicy",
            "arguments": {"policy-source-arn": "arn:aws:iam::123456789012:role/orders"},
            "shows": "implicitDeny for logs:CreateLogDelivery",
        }
    ]


def test_what_is_not_known_is_null() -> None:
    """Nothing is made up of a target, a failed region, an unreadable policy, or log groups that may not be listed."""
    for examination in (targeted(), failed()):
        found = as_json(examination)
        assert [found[name] for name in ("policies", "slots", "grant", "log_groups")] == [None] * 4
    assert as_json(failed())["error"]
    found = as_json(troubled())
    broken = next(one for one in found["policies"] if one["name"] == "broken")
    assert broken["unreadable"] == "it is not JSON"
    assert [broken[name] for name in ("entries", "stale", "statements")] == [None] * 3
    assert all(one["stale"] is None for one in found["policies"])
    assert found["grant"]["in_force"] is None
    assert found["log_groups"]["count"] is None
    assert found["unread"][0]["action"] == "logs:DescribeLogGroups"
    nothing = Survey(full().scope, None, None, None)
    assert as_json(replace(full(), survey=nothing, grant=health.grant_state(nothing, REQUEST)))["policies"] is None


def test_hostile_names_are_json() -> None:
    """Half a surrogate pair, and whatever else a name holds, goes into ASCII and comes back."""
    name = "\ud800\x1b[2J\u202e"
    found = as_json(examined(account(policy(name, granting()))))
    text = json.dumps(found)
    assert text.isascii()
    assert json.loads(text)["policies"][0]["name"] == name
    assert json.loads(text)["policies"][0]["statements"][0]["Resource"] == BROAD
