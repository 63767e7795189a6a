"""A state machine that cannot log, for each cause that lies in the policies or the log group: it is named, alone.

On the engine as it comes, which takes any logging configuration: the faults are there as if they had come later.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.e2e import account
from tests.e2e.local_cloud import ACCOUNT, REGION
from tests.e2e.scene import Scene
from tests.support.facts import MAX_POLICIES, ROLE_ACTIONS, SHARED_POLICY
from vended_logs.policy.grant import Scope
from vended_logs_tools.account.calls import Reader
from vended_logs_tools.diagnosis.examination import Examination
from vended_logs_tools.diagnosis.finding import Weight
from vended_logs_tools.doctor import Target, examine, exit_code

GROUP = "/aws/vendedlogs/states/orders"
MACHINE = Target("state machine", "orders")
DEFINITION = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})

pytestmark = pytest.mark.parametrize("scene", ["plain"], indirect=True)


class Patient:
    """A state machine ``orders`` that is well, but for what a test makes of it."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.account = scene.account

    def machine(self, arn: str | None = None, level: str = "ALL", group: str | None = GROUP, **more: Any) -> None:
        """Make the machine, its role and its log group."""
        role_arn = self.role()
        if group:
            self.account.create_log_group(group)
        logging: dict[str, Any] = {"level": level}
        if level != "OFF":
            named = arn or f"{account.LOG_GROUP_PREFIX}{GROUP}:*"
            logging["destinations"] = [{"cloudWatchLogsLogGroup": {"logGroupArn": named}}]
        self.scene.client("stepfunctions").create_state_machine(
            name="orders",
            definition=DEFINITION,
            roleArn=role_arn,
            loggingConfiguration=logging,
            **more,
        )

    def role(self) -> str:
        """Make the machine's role, and return its ARN."""
        iam = self.scene.client("iam")
        trusts = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
        made = iam.create_role(RoleName="orders", AssumeRolePolicyDocument=json.dumps(account.document(trusts)))
        self.allow(*ROLE_ACTIONS)
        return str(made["Role"]["Arn"])

    def allow(self, *actions: str) -> None:
        """Have the role's policy allow these actions alone."""
        allows = account.document({"Effect": "Allow", "Action": list(actions), "Resource": "*"})
        iam = self.scene.client("iam")
        iam.put_role_policy(RoleName="orders", PolicyName="log", PolicyDocument=json.dumps(allows))

    def grant(self) -> None:
        """Put the broad grant into the shared policy."""
        self.account.put(SHARED_POLICY, account.delivery(GROUP))

    def examined(self, target: Target = MACHINE, region: str = REGION) -> Examination:
        """Return what the doctor finds."""
        services = ("logs", "iam", "kms", "stepfunctions", "cloudformation")
        clients = {service: self.scene.cloud.client(service, region) for service in services}
        return examine(Reader(Scope("aws", region, ACCOUNT), clients), target, f"--region {region}")


@pytest.fixture
def patient(scene: Scene) -> Patient:
    """An empty cloud."""
    return Patient(scene)


def causes(found: Examination) -> list[str]:
    """Return the names of what was found."""
    assert found.error is None
    assert found.all_unread == ()
    assert all(one.evidence and one.cure for one in found.findings)
    return [one.cause for one in found.findings]


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


def test_an_arn_without_its_star_is_named(patient: Patient) -> None:
    """Step Functions refuses such an ARN."""
    patient.machine(arn=f"{account.LOG_GROUP_PREFIX}{GROUP}")
    patient.grant()

    assert causes(patient.examined()) == ["arn-without-star"]


def test_a_missing_log_group_is_named(patient: Patient) -> None:
    """Somebody has deleted the log group."""
    patient.machine(group=None)
    patient.grant()
    found = patient.examined()

    assert causes(found) == ["log-group-missing"]
    assert found.command(found.findings[0].commands[0]).startswith(
        f"aws logs create-log-group --log-group-name {GROUP}"
    )


def test_a_missing_log_group_is_not_a_missing_policy(patient: Patient) -> None:
    """AWS adds a log group that is there: so what is missing first is the log group."""
    patient.machine(group=None)

    assert causes(patient.examined()) == ["log-group-missing"]


@pytest.mark.parametrize(
    ("where", "said"), [(f"eu-west-1:{ACCOUNT}", "in eu-west-1"), (f"{REGION}:999999999999", "account 999999999999")]
)
def test_a_log_group_elsewhere_is_named(patient: Patient, where: str, said: str) -> None:
    """A machine logs to its own region and account alone."""
    patient.machine(arn=f"arn:aws:logs:{where}:log-group:{GROUP}:*")
    patient.grant()
    found = patient.examined()

    assert causes(found) == ["log-group-elsewhere"]
    assert said in found.findings[0].message


def test_logging_that_is_off_is_named(patient: Patient) -> None:
    """Nothing else is looked at then, since it is not asked for."""
    patient.machine(level="OFF")
    found = patient.examined()

    assert causes(found) == ["logging-off"]
    assert exit_code([found]) == 1


def test_an_express_machine_has_a_note(patient: Patient) -> None:
    """What the console calls Unknown is no fault, and does not count as one."""
    patient.machine(type="EXPRESS")
    patient.grant()
    found = patient.examined()

    assert causes(found) == ["express-unknown"]
    assert found.findings[0].weight is Weight.NOTE
    assert exit_code([found]) == 0


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


def test_a_log_group_may_be_asked_about(patient: Patient) -> None:
    """Without a machine: whether logs can be delivered there."""
    patient.account.create_log_group(GROUP)
    assert causes(patient.examined(Target("log group", GROUP))) == ["policy-missing"]
    patient.grant()
    assert causes(patient.examined(Target("log group", GROUP))) == []
    assert causes(patient.examined(Target("log group", f"{account.LOG_GROUP_PREFIX}{GROUP}:*"))) == []


def test_a_log_group_that_is_not_there_is_named(patient: Patient) -> None:
    """Though one begins with its name."""
    patient.account.create_log_group(f"{GROUP}-2")
    patient.grant()

    assert causes(patient.examined(Target("log group", GROUP))) == ["log-group-missing"]


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
    """That a policy of the organization cannot be seen then is told, and makes nobody ill."""
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
