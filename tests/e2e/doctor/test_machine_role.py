"""A state machine that cannot log for its role or a key, and which machine is meant.

On the engine as it comes, which takes any logging configuration: the faults are there as if they had come later.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.e2e import account
from tests.e2e.doctor.patient import GROUP, Patient, causes
from tests.e2e.local_cloud import ACCOUNT, REGION
from tests.support.facts import SHARED_POLICY
from vended_logs_tools.doctor import Target, exit_code

pytestmark = pytest.mark.parametrize("scene", ["plain"], indirect=True)


def test_a_machine_may_be_named_by_its_arn(patient: Patient) -> None:
    """Also with the name of an alias or the number of a version at its end."""
    patient.machine()
    arn = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:orders"

    assert causes(patient.examined(Target("state machine", arn))) == ["policy-missing"]
    assert causes(patient.examined(Target("state machine", f"{arn}:prod"))) == ["policy-missing"]


def test_a_machine_that_is_not_there_is_told_with_names_like_it(patient: Patient) -> None:
    """A typing error is answered with what was probably meant."""
    patient.machine()
    found = patient.examined(Target("state machine", "order"))

    assert found.error == f"there is no state machine 'order' in {REGION}: did you mean orders?"
    assert exit_code([found]) == 2


def test_a_role_without_actions_is_named(patient: Patient) -> None:
    """As SAM makes it."""
    patient.machine()
    patient.grant()
    patient.allow("lambda:InvokeFunction")

    assert causes(patient.examined()) == ["role-actions"]


def test_a_role_of_another_service_is_named(patient: Patient) -> None:
    """Step Functions may not assume it."""
    patient.machine()
    patient.grant()
    trusts = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps(account.document(trusts))
    patient.scene.client("iam").update_assume_role_policy(RoleName="orders", PolicyDocument=document)

    assert causes(patient.examined()) == ["role-trust"]


def test_a_deleted_role_is_named(patient: Patient) -> None:
    """The machine still names it."""
    patient.machine()
    patient.grant()
    iam = patient.scene.client("iam")
    iam.delete_role_policy(RoleName="orders", PolicyName="log")
    iam.delete_role(RoleName="orders")

    assert causes(patient.examined()) == ["role-missing"]


def test_a_boundary_is_named(patient: Patient) -> None:
    """The role's own policies would do."""
    patient.machine()
    patient.grant()
    allows = account.document({"Effect": "Allow", "Action": "lambda:*", "Resource": "*"})
    iam = patient.scene.client("iam")
    made = iam.create_policy(PolicyName="limits", PolicyDocument=json.dumps(allows))
    iam.put_role_permissions_boundary(RoleName="orders", PermissionsBoundary=made["Policy"]["Arn"])

    assert causes(patient.examined()) == ["permissions-boundary"]


def test_a_disabled_key_is_named(patient: Patient) -> None:
    """What encrypts the log group has to work."""
    keys = patient.scene.client("kms")
    everyone = {"Sid": "All", "Effect": "Allow", "Principal": {"Service": f"logs.{REGION}.amazonaws.com"}}
    document = account.document({**everyone, "Action": "kms:*", "Resource": "*"})
    key = keys.create_key(Policy=json.dumps(document))["KeyMetadata"]
    patient.machine(group=None)
    patient.grant()
    patient.scene.client("logs").create_log_group(logGroupName=GROUP, kmsKeyId=key["Arn"])
    assert causes(patient.examined()) == []
    keys.disable_key(KeyId=key["KeyId"])

    assert causes(patient.examined()) == ["kms-key"]


def test_two_causes_are_both_named(patient: Patient) -> None:
    """Whoever mends one of them would otherwise come back for the other."""
    patient.machine()
    patient.account.put(SHARED_POLICY, *account.full())
    patient.allow("lambda:InvokeFunction")

    assert causes(patient.examined()) == ["policy-full", "role-actions"]


def test_a_role_is_read_where_it_may_not_be_simulated(patient: Patient) -> None:
    """That a policy of the organisation cannot be seen then is told, and makes nobody ill."""
    patient.machine()
    patient.grant()

    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "SimulatePrincipalPolicy")

    iam = patient.scene.client("iam")
    iam.meta.events.register("before-call.iam.SimulatePrincipalPolicy", refuse)
    try:
        well = patient.examined()
        patient.allow("lambda:InvokeFunction")
        ill = patient.examined()
    finally:
        iam.meta.events.unregister("before-call.iam.SimulatePrincipalPolicy", refuse)

    assert (well.findings, exit_code([well])) == ((), 0)
    assert [one.call.operation for one in well.unread] == ["SimulatePrincipalPolicy"]
    assert [one.cause for one in ill.findings] == ["role-actions"]
