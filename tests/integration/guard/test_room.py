"""The room that a round of the guard tells, and under which dimensions."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.guard.rounds import COUNTED_APART, GRANT, NAME, Printed, apart, guard_round
from tests.support.function import FUNCTION_ARN, Context
from vended_logs.handler import handler
from vended_logs.policy.document import PolicyDocument, ResourcePolicy


def test_a_round_tells_the_room_and_the_policies_under_dimensions_of_its_own(printed: Printed) -> None:
    """The function and the policy that is asked for tell one guard's metrics from another's."""
    guard_round({"PolicyName": "other"})
    [line] = apart(printed())

    assert {name: line[name] for name in COUNTED_APART} == {
        "service": "vended-logs-policy",
        "function_name": FUNCTION_ARN.rpartition(":")[2],
        "PolicyName": "other",
    }
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "VendedLogsPolicy"
    assert [metric["Name"] for metric in directive["Metrics"]] == ["GrantRepaired", "PoliciesUsed", "RoomLeft"]
    assert (line["PoliciesUsed"], line["RoomLeft"]) == ([1.0], [5120.0 - 401])


def test_the_room_left_is_that_of_another_policy_which_carries_the_grant(printed: Printed, logs: Any) -> None:
    """A grant that stands in a policy of another name is measured there, under the name that was asked for."""
    guard_round({"PolicyName": "elsewhere"})
    logs.put_resource_policy(policyName=NAME, policyDocument='{"Version": "2012-10-17", "Statement": []}')
    printed()
    guard_round({"PolicyName": NAME})
    [line] = apart(printed())

    assert (line["PolicyName"], line["GrantRepaired"], line["RoomLeft"]) == (NAME, [0.0], [5120.0 - 401])
    assert line["PoliciesUsed"] == [2.0]


def filled(to: int) -> str:
    """Return a policy of so many characters that nothing takes any from."""
    length = to - len(filled_with(""))
    return filled_with("x" * length)


def filled_with(name: str) -> str:
    """Return a policy for one function of another service's."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "es.amazonaws.com"},
        "Action": "logs:PutLogEvents",
        "Resource": f"arn:aws:logs:us-west-2:123456789012:log-group:{name}",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))


def test_a_full_policy_is_seen_behind_a_grant_that_has_spilled(printed: Printed, logs: Any) -> None:
    """The room left is that of the policy asked for where that is the fuller one, in this round and the next."""
    logs.put_resource_policy(policyName=NAME, policyDocument=filled(5100))
    guard_round({"WhenFull": "Spill"})
    guard_round({"WhenFull": "Spill"})

    assert [(line["RoomLeft"], line["GrantRepaired"]) for line in apart(printed())] == [
        ([20.0], [1.0]),
        ([20.0], [0.0]),
    ]
    assert len(logs.describe_resource_policies()["resourcePolicies"]) == 2


def test_a_policy_over_its_limit_has_no_room(printed: Printed, logs: Any) -> None:
    """A policy that is larger than it may be has room for nothing, and not for less."""
    logs.put_resource_policy(policyName=NAME, policyDocument=filled(5200))
    guard_round({"WhenFull": "Spill"})

    assert [line["RoomLeft"] for line in apart(printed())] == [[0.0]]


def test_the_carrier_may_be_the_fuller_one(printed: Printed, logs: Any) -> None:
    """The room left is that of the policy which carries the grant where the one asked for has more."""
    held = ResourcePolicy.parse("other", filled(4500), None).document.statements
    both = PolicyDocument((*held, *GRANT.statements)).to_json()
    logs.put_resource_policy(policyName="other", policyDocument=both)
    logs.put_resource_policy(policyName=NAME, policyDocument=filled(4000))
    guard_round()
    [line] = apart(printed())

    assert (line["GrantRepaired"], line["PoliciesUsed"]) == ([0.0], [2.0])
    assert line["RoomLeft"] == [float(5120 - len(both))]


def test_what_no_dimension_can_hold_is_replaced(printed: Printed) -> None:
    """A policy's name that is not ASCII does not cost the metrics."""
    guard_round({"PolicyName": "pol\u00efcy"})

    assert [line["PolicyName"] for line in apart(printed())] == ["pol?cy"]


def test_an_alias_does_not_split_the_metrics(printed: Printed) -> None:
    """The function's metrics carry its name by whatever alias it was invoked."""
    event = {"source": "vended-logs-policy.guard", "ResourceProperties": {"SettleSeconds": "0"}}
    handler(event, Context(invoked_function_arn=FUNCTION_ARN + ":live"))

    assert [line["function_name"] for line in apart(printed())] == [FUNCTION_ARN.rpartition(":")[2]]
