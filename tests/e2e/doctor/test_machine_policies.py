"""A state machine that cannot log, for each cause that lies in the policies.

On the engine as it comes, which takes any logging configuration: the faults are there as if they had come later.
"""

from __future__ import annotations

import pytest

from tests.e2e import account
from tests.e2e.doctor.patient import GROUP, Patient, causes
from tests.e2e.local_cloud import ACCOUNT, REGION
from tests.support.facts import MAX_POLICIES, SHARED_POLICY
from vended_logs_tools.doctor import Target, exit_code

pytestmark = pytest.mark.parametrize("scene", ["plain"], indirect=True)


def test_a_machine_that_can_log_is_healthy(patient: Patient) -> None:
    """Nothing is found where policy, role and log group are as they should be."""
    patient.machine()
    patient.grant()
    found = patient.examined()

    assert causes(found) == []
    assert exit_code([found]) == 0


def test_a_missing_policy_is_named(patient: Patient) -> None:
    """With no policy at all, nothing arrives: the cure is to ensure the grant."""
    patient.machine()
    found = patient.examined()

    assert causes(found) == ["policy-missing"]
    assert found.command(found.findings[0].commands[0]) == f"vended-logs ensure --region {REGION}"
    assert found.findings[0].evidence[0].call.action == "logs:DescribeResourcePolicies"
    assert exit_code([found]) == 1


def test_a_policy_that_does_not_name_the_log_group_is_missing_it(patient: Patient) -> None:
    """The log groups of others do not help, nor does a log group whose name only begins alike."""
    patient.machine()
    patient.account.put(SHARED_POLICY, account.delivery(f"{GROUP}-2", "/aws/vendedlogs/states/order"))

    assert causes(patient.examined()) == ["policy-missing"]


def test_a_full_policy_is_named(patient: Patient) -> None:
    """Where AWS could not add the log group any more, the policy's size is the evidence."""
    patient.machine()
    patient.account.put(SHARED_POLICY, *account.full())
    found = patient.examined()

    assert causes(found) == ["policy-full"]
    assert "of 5,120 characters" in found.findings[0].evidence[0].shows


def test_a_full_policy_that_grants_is_well(patient: Patient) -> None:
    """A policy may be full and have the log group in it."""
    patient.machine()
    patient.account.put(SHARED_POLICY, *account.full(also=(GROUP,)))

    assert causes(patient.examined()) == []


def test_a_deny_is_named(patient: Patient) -> None:
    """A Deny is stronger than the grant beside it."""
    patient.machine()
    patient.grant()
    patient.account.put("guardrail", account.denial(f"{GROUP}*", "KeepOut"))
    found = patient.examined()

    assert causes(found) == ["policy-denied"]
    assert "'KeepOut'" in found.findings[0].evidence[0].shows


def test_ten_policies_without_the_shared_one_are_named(patient: Patient) -> None:
    """AWS cannot make its policy where all slots are used by others."""
    patient.machine()
    for number in range(MAX_POLICIES):
        patient.account.put(f"other-{number}", account.foreign("es.amazonaws.com", f"/aws/search/{number}"))
    found = patient.examined()

    assert causes(found) == ["ten-of-ten"]
    assert "10 of 10" in found.findings[0].evidence[0].shows


def test_ten_policies_of_which_one_grants_are_well(patient: Patient) -> None:
    """All slots may be used."""
    patient.machine()
    patient.grant()
    for number in range(MAX_POLICIES - 1):
        patient.account.put(f"other-{number}", account.foreign("es.amazonaws.com", f"/aws/search/{number}"))

    assert causes(patient.examined()) == []


def test_a_policy_of_the_log_group_s_own_grants_too(patient: Patient) -> None:
    """AWS writes those for new subscriptions."""
    patient.machine()
    patient.scene.client("logs").put_resource_policy(
        policyName="own",
        policyDocument=account.as_text(account.document(account.delivery(GROUP))),
        resourceArn=f"{account.LOG_GROUP_PREFIX}{GROUP}",
    )

    assert causes(patient.examined()) == []


def test_a_log_group_outside_the_usual_pattern_is_granted_by_its_name(patient: Patient) -> None:
    """The cure's command names the log group where the broad grant would not cover it."""
    patient.account.create_log_group("/my-team/orders")
    found = patient.examined(Target("log group", "/my-team/orders"))

    assert found.findings[0].commands[0] == "vended-logs ensure --pattern /my-team/orders {place}"


def test_a_condition_that_cannot_be_judged_is_a_note(patient: Patient) -> None:
    """No fault is claimed where a statement may well allow it."""
    patient.machine()
    statement = account.delivery(GROUP)
    statement["Condition"] = {"ArnLike": {"aws:SourceArn": [f"arn:aws:logs:{REGION}:{ACCOUNT}:delivery-source:*"]}}
    patient.account.put(SHARED_POLICY, statement)
    found = patient.examined()

    assert causes(found) == ["policy-unclear"]
    assert exit_code([found]) == 0


def test_a_condition_of_another_account_is_no_grant(patient: Patient) -> None:
    """A statement for deliveries of another account surely does not help."""
    patient.machine()
    statement = account.delivery(GROUP)
    statement["Condition"] = {"StringEquals": {"aws:SourceAccount": ["999999999999"]}}
    patient.account.put(SHARED_POLICY, statement)

    assert causes(patient.examined()) == ["policy-missing"]
