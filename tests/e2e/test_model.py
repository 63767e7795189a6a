"""The model itself: what it adds to the engine, and that it says what AWS says."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.e2e import aws_model
from tests.e2e.account import SHARED_POLICY, SIZE_LIMIT, as_text, delivery, denial, document, foreign, full
from tests.e2e.apps import MACHINE, app
from tests.e2e.local_cloud import REGION
from tests.e2e.managed_policy_model import ATTACHED
from tests.e2e.patching import MissingNameError, replace
from tests.e2e.scene import Scene
from tests.support.facts import ROLE_ACTIONS

CREATED = "CREATE_COMPLETE"
DELETED = "DELETE_COMPLETE"
SIZE_EXCEEDED = "Invalid Logging Configuration: The CloudWatch Logs Resource Policy size was exceeded."
NOT_AUTHORIZED = "The state machine IAM Role is not authorized to access the Log Destination"


def test_a_policy_may_not_grow_past_the_limit(scene: Scene) -> None:
    """CloudWatch Logs refuses a document of more than 5,120 characters."""
    scene.account.put(SHARED_POLICY, *full())
    too_much = as_text(document(*full(), foreign()))
    assert len(too_much) > SIZE_LIMIT
    with pytest.raises(ClientError, match="either < 1 or > 5120") as refused:
        scene.client("logs").put_resource_policy(policyName=SHARED_POLICY, policyDocument=too_much)
    assert refused.value.response["Error"]["Code"] == "InvalidParameterException"


def test_documents_come_back_normalised(scene: Scene) -> None:
    """CloudWatch Logs returns one-element lists as strings, and a missing Version as 2008-10-17."""
    text = '{"Statement":[{"Effect":"Allow","Principal":{"Service":["s"]},"Action":["a"],"Resource":["b","c"]}]}'
    scene.client("logs").put_resource_policy(policyName="mine", policyDocument=text)
    assert scene.account.texts()["mine"] == (
        '{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"s"},"Action":"a",'
        '"Resource":["b","c"]}]}'
    )


def test_logging_appends_the_log_group(scene: Scene) -> None:
    """Where no policy lets log delivery in, Step Functions adds an entry of its own, one for each log group."""
    for number in (1, 2):
        assert scene.deploy(f"app{number}", app(f"/aws/vendedlogs/{number}")).status == "CREATE_COMPLETE"
    (statement,) = scene.account.statements()
    expected = delivery("/aws/vendedlogs/1", "/aws/vendedlogs/2")
    assert statement["Resource"] == expected["Resource"]
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": "123456789012"}


def test_a_granted_log_group_is_not_appended(scene: Scene) -> None:
    """A broad grant under any name is enough for Step Functions."""
    scene.account.put("mine", delivery("/aws/vendedlogs/*"))
    assert scene.deploy("app", app()).status == "CREATE_COMPLETE"
    assert list(scene.account.texts()) == ["mine"]


def test_a_full_policy_fails_the_machine(scene: Scene) -> None:
    """A log group that does not fit in fails the machine with the message about the size, in CloudFormation's words."""
    scene.account.put(SHARED_POLICY, *full())
    stack = scene.deploy("app", app())
    assert stack.status == "ROLLBACK_COMPLETE"
    assert stack.reason(MACHINE).startswith(f'Resource handler returned message: "{SIZE_EXCEEDED}')
    assert "Error Code: InvalidLoggingConfiguration" in stack.reason(MACHINE)
    assert stack.reason(MACHINE).endswith("HandlerErrorCode: InvalidRequest)")


def test_ten_policies_fail_the_machine(scene: Scene) -> None:
    """With ten policies and no shared one the grant cannot be added, and the message blames the role."""
    for number in range(10):
        scene.account.put(f"foreign-{number}", foreign())
    assert_access_denied(scene, app())


def test_a_denial_fails_the_machine(scene: Scene) -> None:
    """A Deny on the log group fails the machine, whatever else is allowed."""
    scene.account.put(SHARED_POLICY, delivery("/aws/vendedlogs/*"), denial("/aws/vendedlogs/states/*"))
    assert_access_denied(scene, app())


@pytest.mark.parametrize("action", ROLE_ACTIONS)
def test_the_role_needs_each_of_the_ten_actions(scene: Scene, action: str) -> None:
    """A role that lacks one of the log-delivery actions fails the machine, though the policy grants all."""
    scene.account.put(SHARED_POLICY, delivery("/aws/vendedlogs/*"))
    template = app()
    statement = template["Resources"][MACHINE]["Properties"]["Policies"][0]["Statement"][0]
    statement["Action"].remove(action)
    assert_access_denied(scene, template)


def test_logging_that_is_off_is_not_checked(scene: Scene) -> None:
    """A machine without logging needs no grant."""
    scene.account.put(SHARED_POLICY, denial("*"))
    template = app()
    del template["Resources"][MACHINE]["Properties"]["Logging"]
    assert scene.deploy("app", template).status == "CREATE_COMPLETE"


def test_calls_are_checked_too(scene: Scene) -> None:
    """Without CloudFormation the same refusal reaches the caller of UpdateStateMachine."""
    stack = scene.deploy("app", app())
    scene.account.put(SHARED_POLICY, denial("*"))
    group = {"cloudWatchLogsLogGroup": {"logGroupArn": "arn:aws:logs:us-west-2:123456789012:log-group:other:*"}}
    with pytest.raises(ClientError, match=NOT_AUTHORIZED):
        scene.client("stepfunctions").update_state_machine(
            stateMachineArn=stack.outputs["Machine"], loggingConfiguration={"level": "ALL", "destinations": [group]}
        )


def test_a_policy_that_a_role_has_is_not_deleted(scene: Scene) -> None:
    """CloudFormation cannot delete a managed policy while a role of another stack has it, and can afterwards."""
    statement = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    policy = {"PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
    shared = {"Type": "AWS::IAM::ManagedPolicy", "Properties": policy}
    arn = scene.deploy("shared", {"Resources": {"P": shared}, "Outputs": {"Arn": {"Value": {"Ref": "P"}}}}).outputs[
        "Arn"
    ]
    trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = {"Version": "2012-10-17", "Statement": [trust]}
    role = {"AssumeRolePolicyDocument": document, "ManagedPolicyArns": [arn]}
    assert scene.deploy("user", {"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": role}}}).status == CREATED

    assert ATTACHED in scene.delete("shared").reason("P")
    assert scene.delete("user").status == DELETED
    assert scene.delete("shared").status == DELETED


def test_a_nested_template_is_transformed(scene: Scene) -> None:
    """What is nested may be a SAM template, if that has been acknowledged."""
    storage = scene.client("s3")
    storage.create_bucket(Bucket="apps", CreateBucketConfiguration={"LocationConstraint": REGION})
    storage.put_object(Bucket="apps", Key="app.json", Body=as_text(app()).encode())
    url = f"{scene.cloud.endpoint}/apps/app.json"
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}
    assert scene.deploy("parent", {"Resources": {"App": nested}}).status == CREATED
    assert [one["name"] for one in scene.client("stepfunctions").list_state_machines()["stateMachines"]]
    assert scene.delete("parent").status == DELETED


def test_a_missing_name_is_told() -> None:
    """An engine of another version is refused by the name that it lacks."""
    with pytest.raises(MissingNameError, match=r"tests\.e2e\.aws_model\.no_such_name"):
        replace(aws_model, "no_such_name", None)


def assert_access_denied(scene: Scene, template: dict[str, object]) -> None:
    """The deploy fails with the message that blames the role."""
    stack = scene.deploy("app", template)
    assert stack.status == "ROLLBACK_COMPLETE"
    assert stack.reason(MACHINE).startswith(f'Resource handler returned message: "{NOT_AUTHORIZED} (Service: ')
    assert "Error Code: AccessDeniedException" in stack.reason(MACHINE)
    assert stack.reason(MACHINE).endswith("HandlerErrorCode: AccessDenied)")
