"""What the guard prints for CloudWatch to count, and what it logs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.fake_logs import SCOPE, FakeLogs, Fault, VirtualClock, lost_after
from tests.support.function import FUNCTION_ARN, Context
from vended_logs.errors import BadProperty, PlanRefused, TryAgain
from vended_logs.handler import handler
from vended_logs.policy.document import PolicyDocument, ResourcePolicy
from vended_logs.policy.request import Request

Printed = Callable[[], list[dict[str, Any]]]
NAME = "AWSLogDeliveryWrite20150319"
COUNTED_APART = {"service", "function_name", "PolicyName"}


GRANT = PolicyDocument(tuple(grant.statement() for grant in Request(scope=SCOPE).grants))
NOTHING = PolicyDocument()


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Printed:
    """Return all lines of JSON that the function has printed since the last look."""

    def found() -> list[dict[str, Any]]:
        return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]

    return found


@pytest.fixture
def printed(logs: Any, lines: Printed) -> Printed:
    """Return the same for a function whose account is empty."""
    return lines


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> FakeLogs:
    """Return an empty account in memory whose calls fail as they are told to."""
    logs = FakeLogs(VirtualClock())
    monkeypatch.setattr("vended_logs.provider.gateway", lambda _region: logs)
    monkeypatch.setattr("vended_logs.provider.clock", logs.clock)
    return logs


def guard_round(properties: dict[str, str] | None = None, **more: Any) -> None:
    """Send the function a round of the guard's."""
    given = {"SettleSeconds": "0", **(properties or {})}
    handler({"source": "vended-logs-policy.guard", "ResourceProperties": given, **more}, Context())


def apart(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines of metrics that have the guard's own dimensions, and no others."""
    measured = [line for line in lines if "_aws" in line]
    return [line for line in measured if set(dimensions(line)) == COUNTED_APART]


def dimensions(line: dict[str, Any]) -> list[str]:
    """Return the names of a line's one set of dimensions."""
    [directive] = line["_aws"]["CloudWatchMetrics"]
    [names] = directive["Dimensions"]
    return list(names)


def test_a_round_that_writes_is_a_repair_and_one_that_finds_the_grant_is_none(printed: Printed) -> None:
    """GrantRepaired is 1 in the round that put the grant back and 0 in the next."""
    guard_round()
    guard_round()

    assert [line["GrantRepaired"] for line in apart(printed())] == [[1.0], [0.0]]


def grown(logs: FakeLogs) -> None:
    """Append a log group to the policy as AWS does."""
    more = Request(scope=SCOPE, patterns=("/elsewhere/billing",)).grants
    document, _ = logs.policies[NAME]
    held = ResourcePolicy.parse(NAME, document, None).document.statements
    logs.hold(NAME, PolicyDocument((*held, *(grant.bare() for grant in more))).to_json(), 0)


def lost_and_appended_to(logs: FakeLogs) -> Fault:
    """Apply a write, lose its answer, and have AWS append to what it wrote."""

    def fault(effect: Callable[[], None]) -> None:
        effect()
        grown(logs)
        raise TryAgain("The answer was lost: deploy again.")

    return fault


def overtaken(logs: FakeLogs) -> Fault:
    """Refuse a write, because another guard has written the same."""

    def fault(_effect: Callable[[], None]) -> None:
        logs.hold(NAME, GRANT.to_json(), 0)
        raise TryAgain("Another change is under way: deploy again.")

    return fault


def lost(_logs: FakeLogs) -> Fault:
    """Apply a write and lose its answer."""
    return lost_after


@pytest.mark.parametrize("fault", [lost, lost_and_appended_to, overtaken])
def test_a_repair_that_nobody_confirmed_is_counted(
    scripted: FakeLogs, lines: Printed, fault: Callable[[FakeLogs], Fault]
) -> None:
    """A grant that was missing and stands is a repair, though the write's answer was lost or another was faster."""
    scripted.faults = [None, fault(scripted)]
    guard_round()
    guard_round()

    assert [line["GrantRepaired"] for line in apart(lines())] == [[1.0], [0.0]]


def test_a_grant_that_goes_while_the_guard_waits_for_quiet_is_a_repair(scripted: FakeLogs, lines: Printed) -> None:
    """A round that found the grant, saw it go and come back by another's hand, wrote nothing and is a repair."""
    scripted.hold(NAME, GRANT.to_json(), age=0)

    def overwrite() -> None:
        scripted.hold(NAME, NOTHING.to_json(), 0)
        scripted.faults = [None, overtaken(scripted)]

    scripted.clock.on_sleep = [overwrite]
    guard_round({"SettleSeconds": "5"})
    [line] = apart(lines())

    assert line["GrantRepaired"] == [1.0]
    assert scripted.calls.count(f"put {NAME}") == 1


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


def test_a_deploy_is_no_round_of_the_guard(printed: Printed, send: Callable[..., dict[str, Any]]) -> None:
    """What stacks have the provider write is counted with the service alone, and never as a repair."""
    send("Create")
    lines = [line for line in printed() if "_aws" in line]

    assert [dimensions(line) for line in lines] == [["service"]]
    assert "GrantRepaired" not in lines[0]


def test_a_round_that_fails_is_an_error_of_the_function_and_still_counted(printed: Printed, logs: Any) -> None:
    """A refused plan is raised, for the alarm on the function's errors; the request is counted, a repair is not."""
    for number in range(10):
        logs.put_resource_policy(policyName=f"p{number}", policyDocument='{"Version": "2012-10-17", "Statement": []}')
    with pytest.raises(PlanRefused, match="10 of 10 policies"):
        guard_round()
    lines = printed()

    assert apart(lines) == []
    assert [line["Requests"] for line in lines if "_aws" in line] == [[1.0]]


def test_properties_that_are_not_allowed_are_an_error_of_the_function_too(printed: Printed) -> None:
    """Nobody waits for the guard's answer, so its failure has to show."""
    with pytest.raises(BadProperty, match="WhenFull"):
        guard_round({"WhenFull": "Never"})

    assert apart(printed()) == []


def test_what_no_dimension_can_hold_is_replaced(printed: Printed) -> None:
    """A policy's name that is not ASCII does not cost the metrics."""
    guard_round({"PolicyName": "pol\u00efcy"})

    assert [line["PolicyName"] for line in apart(printed())] == ["pol?cy"]


def test_an_alias_does_not_split_the_metrics(printed: Printed) -> None:
    """The function's metrics carry its name by whatever alias it was invoked."""
    event = {"source": "vended-logs-policy.guard", "ResourceProperties": {"SettleSeconds": "0"}}
    handler(event, Context(invoked_function_arn=FUNCTION_ARN + ":live"))

    assert [line["function_name"] for line in apart(printed())] == [FUNCTION_ARN.rpartition(":")[2]]


@pytest.mark.usefixtures("logs")
def test_what_woke_the_guard_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever looks for the one that undid the grant finds the call and the id of CloudTrail's event in the log."""
    change = {"call": "DeleteResourcePolicy", "id": "0b1c"}
    with caplog.at_level("INFO"):
        guard_round(change=change)
        guard_round()

    assert [vars(record)["change"] for record in caplog.records if "change" in vars(record)] == [change]
