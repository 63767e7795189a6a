"""The guarantee: a deploy that failed succeeds, and no grant that anyone relies on is lost."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.account import (
    BROAD_ENTRY,
    LOG_GROUP_PREFIX,
    SHARED_POLICY,
    SIZE_LIMIT,
    Statement,
    as_text,
    delivery,
    denial,
    document,
    foreign,
    full,
)
from tests.e2e.apps import MACHINE, POLICY, app, drop_in, policy, provider
from tests.e2e.scene import Scene, on_both_engines

SIZE_EXCEEDED = "The CloudWatch Logs Resource Policy size was exceeded."
WAF = delivery("aws-waf-logs-shop", "aws-waf-logs-admin", sid="AWSLogDeliveryWriteWAF")
SEARCH = foreign("es.amazonaws.com", "/aws/OpenSearchService/domains/*")


def test_the_deploy_that_failed_succeeds(scene: Scene) -> None:
    """With a full policy an app fails for its size; the same app with our resource in it deploys."""
    scene.account.put(SHARED_POLICY, *full(foreign()))
    without = scene.deploy("without", app())
    assert without.status == "ROLLBACK_COMPLETE"
    assert SIZE_EXCEEDED in without.reason(MACHINE)
    assert scene.deploy("with", drop_in()).status == "CREATE_COMPLETE"


@pytest.mark.parametrize("waits", [False, True], ids=["without DependsOn", "with DependsOn"])
def test_waiting_is_what_does_it(scene: Scene, *, waits: bool) -> None:
    """The machine comes first in the alphabet: only if it waits for the policy does it find the grant."""
    scene.account.put(SHARED_POLICY, *full())
    stack = scene.deploy("app", drop_in(waits=waits))
    if waits:
        assert stack.status == "CREATE_COMPLETE"
        assert stack.position(POLICY, "CREATE_COMPLETE") < stack.position(MACHINE, "CREATE_IN_PROGRESS")
    else:
        assert stack.status == "ROLLBACK_COMPLETE"
        assert SIZE_EXCEEDED in stack.reason(MACHINE)
        assert POLICY not in {event.logical_id for event in stack.events}


def test_the_machine_waits_at_an_update_too(scene: Scene) -> None:
    """When the grant has gone since, an update that touches both brings it back before the machine is updated."""
    scene.deploy("app", drop_in({"Refresh": "1"}))
    scene.account.put(SHARED_POLICY, *full())
    changed = drop_in({"Refresh": "2"})
    changed["Resources"][MACHINE]["Properties"]["Logging"]["Level"] = "ERROR"
    stack = scene.deploy("app", changed)
    assert stack.status == "UPDATE_COMPLETE"
    assert stack.position(POLICY, "UPDATE_COMPLETE") < stack.position(MACHINE, "UPDATE_IN_PROGRESS")


@pytest.mark.parametrize(
    ("others", "conditioned", "outcome"),
    [
        ([], True, "Compacted"),
        ([], False, "Widened"),
        ([foreign(), SEARCH], True, "Compacted"),
        ([WAF], True, "Compacted"),
        ([delivery("/aws/vendedlogs/states/old", sid="AWSLogDeliveryWrite2", conditioned=False)], True, "Compacted"),
    ],
    ids=["entries with conditions", "older entries without", "other services", "WAF entries", "both of AWS's classes"],
)
def test_what_others_rely_on_stays(
    scene: Scene,
    others: list[Statement],
    conditioned: bool,  # noqa: FBT001  a column of the table
    outcome: str,
) -> None:
    """Entries that the broad one covers make room for it; other services' and WAF's entries are there after it."""
    before = full(*others, conditioned=conditioned)
    scene.account.put(SHARED_POLICY, *before)
    earlier = [entry for statement in others for entry in entries_of(statement)]
    stack = scene.deploy("app", drop_in())
    assert stack.status == "CREATE_COMPLETE", stack.reason(POLICY)
    assert stack.outputs["Outcome"] == outcome
    entries = scene.account.entries()
    assert BROAD_ENTRY in entries
    assert set(earlier) <= set(entries)
    assert len(scene.account.texts()[SHARED_POLICY]) < SIZE_LIMIT
    assert int(stack.outputs["EntriesBefore"]) > int(stack.outputs["EntriesAfter"])


@pytest.mark.parametrize(
    "odd",
    [
        {**SEARCH, "Principal": "*"},
        {**SEARCH, "NotResource": f"{LOG_GROUP_PREFIX}/aws/vendedlogs/*", "Resource": None},
        {**SEARCH, "NotAction": "logs:PutLogEvents", "Action": None},
        {**delivery("/aws/vendedlogs/states/odd"), "Principal": {"AWS": "123456789012"}},
        {**delivery("/aws/vendedlogs/states/odd"), "Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        {**denial("/aws/vendedlogs/*"), "Principal": {"Service": "es.amazonaws.com"}},
    ],
    ids=["everyone", "NotResource", "NotAction", "an account", "another condition", "a Deny for another service"],
)
def test_statements_of_another_kind_are_kept_as_they_are(scene: Scene, odd: Statement) -> None:
    """What is no grant of ours is kept, whatever it says, beside the entries that make room."""
    odd = {key: value for key, value in odd.items() if value is not None} | {"Sid": "odd"}
    scene.account.put(SHARED_POLICY, *full(odd))
    before = [statement for statement in scene.account.statements() if statement["Sid"] == "odd"]
    stack = scene.deploy("app", drop_in())
    assert stack.status == "CREATE_COMPLETE", stack.reason(POLICY)
    assert [statement for statement in scene.account.statements() if statement["Sid"] == "odd"] == before


def test_a_single_statement_outside_a_list(scene: Scene) -> None:
    """A document whose Statement is an object is understood, and its entry kept."""
    text = as_text({"Version": "2012-10-17", "Statement": SEARCH})
    scene.client("logs").put_resource_policy(policyName=SHARED_POLICY, policyDocument=text)
    assert scene.deploy("app", drop_in()).status == "CREATE_COMPLETE"
    assert scene.account.entries() == [SEARCH["Resource"], BROAD_ENTRY]


def test_writers_at_once(scene: Scene) -> None:
    """Stacks that add different patterns to the full policy at the same time all find theirs in it at the end."""
    scene.account.put(SHARED_POLICY, *full(foreign()))
    names = ("red", "green", "blue")

    def deploy(name: str) -> str:
        properties = {"LogGroupPatterns": f"/aws/vendedlogs/*,/{name}/*", "SettleSeconds": 5}
        return scene.deploy(name, drop_in(properties, log_group=f"/aws/vendedlogs/{name}")).status

    scene.deploy("provider", provider())  # the package is uploaded once, before the race
    with ThreadPoolExecutor() as pool:
        assert list(pool.map(deploy, names)) == ["CREATE_COMPLETE"] * 3
    entries = scene.account.entries()
    assert {BROAD_ENTRY, *(f"{LOG_GROUP_PREFIX}/{name}/*" for name in names), foreign()["Resource"]} == set(entries)


def test_apps_deployed_before_go_on_deploying(scene: Scene) -> None:
    """A machine whose own entry was dropped as covered is updated without a refusal and without a new entry."""
    scene.deploy("earlier", app("/aws/vendedlogs/states/earlier"))
    own = scene.account.statements()[0]["Resource"]
    scene.account.put(SHARED_POLICY, *full(delivery("/aws/vendedlogs/states/earlier", sid="AWSLogDeliveryWrite2")))
    assert scene.deploy("app", drop_in()).status == "CREATE_COMPLETE"
    assert own not in scene.account.entries()
    text = scene.account.texts()[SHARED_POLICY]
    changed = app("/aws/vendedlogs/states/earlier")
    changed["Resources"][MACHINE]["Properties"]["Logging"]["Level"] = "ERROR"
    assert scene.deploy("earlier", changed).status == "UPDATE_COMPLETE"
    assert scene.account.texts()[SHARED_POLICY] == text


def test_an_account_without_policies_gets_one(scene: Scene) -> None:
    """Where there was no policy, there is one, with the broad entry alone."""
    stack = scene.deploy("app", drop_in())
    assert stack.outputs["Outcome"] == "Created"
    assert stack.outputs["Ref"] == stack.outputs["PolicyName"] == SHARED_POLICY
    assert scene.account.entries() == [BROAD_ENTRY]


def test_nine_foreign_policies_and_a_full_shared_one(scene: Scene) -> None:
    """At ten of ten policies the shared one is still mended, and the others keep every character."""
    for number in range(9):
        scene.account.put(f"foreign-{number}", foreign(log_group=f"/aws/route53/{number}"))
    scene.account.put(SHARED_POLICY, *full())
    before = scene.account.texts()
    assert scene.deploy("app", drop_in()).status == "CREATE_COMPLETE"
    after = scene.account.texts()
    del before[SHARED_POLICY], after[SHARED_POLICY]
    assert after == before


@on_both_engines
def test_a_grant_under_another_name_is_enough(scene: Scene) -> None:
    """Where the grant has long stood in another policy, nothing is written: one call is all that it takes."""
    scene.account.put("by-the-platform-team", {**delivery(), "Resource": BROAD_ENTRY})
    shared = scene.deploy("provider", provider())
    stack = scene.deploy("app", policy(provided_by=shared.outputs["ServiceToken"]))
    assert stack.status == "CREATE_COMPLETE", stack.reason(POLICY)
    assert stack.outputs["Outcome"] == "AlreadyGranted"
    assert stack.outputs["PolicyName"] == "by-the-platform-team"
    assert stack.outputs["Ref"] == SHARED_POLICY
    assert scene.calls() == ["DescribeResourcePolicies"]


@on_both_engines
def test_success_waits_until_the_policy_is_quiet(scene: Scene) -> None:
    """By default success is told five seconds after the write, on a read that shows the grant."""
    started = time.monotonic()
    stack = scene.deploy("app", drop_in({"SettleSeconds": "5"}))
    assert stack.status == "CREATE_COMPLETE", stack.reason(POLICY)
    assert stack.outputs["Settled"] == "true"
    assert 5 <= time.monotonic() - started < 20
    calls = scene.calls()
    assert calls.count("PutResourcePolicy") == 1
    assert calls[-1] == "DescribeResourcePolicies"


def test_a_full_policy_may_spill(scene: Scene) -> None:
    """With Spill, entries that nothing covers leave the full policy alone and a policy of its own carries the grant."""
    scene.account.put(SHARED_POLICY, *full(conditioned=False))
    before = scene.account.texts()[SHARED_POLICY]
    stack = scene.deploy("app", drop_in({"WhenFull": "Spill"}))
    assert stack.status == "CREATE_COMPLETE", stack.reason(POLICY)
    assert stack.outputs["Outcome"] == "Spilled"
    assert stack.outputs["PolicyName"] == f"{SHARED_POLICY}-VendedLogsPolicy"
    assert scene.account.texts()[SHARED_POLICY] == before


def test_the_brim_is_where_it_should_be() -> None:
    """The full policy of these scenarios has the limit's length, so that not one entry more fits in."""
    assert len(as_text(document(*full(foreign())))) == SIZE_LIMIT


def entries_of(statement: Statement) -> list[str]:
    """Return a statement's resources."""
    resource = statement["Resource"]
    return resource if isinstance(resource, list) else [resource]
