"""A deploy that failed: from the stack's name alone the doctor tells why its state machine could not be made."""

from __future__ import annotations

import json

from tests.e2e import account, apps
from tests.e2e.local_cloud import ACCOUNT, REGION
from tests.e2e.scene import Scene
from tests.support.facts import MAX_POLICIES, ROLE_ACTIONS, SHARED_POLICY
from vended_logs.policy.grant import Scope
from vended_logs_tools.account.calls import Reader
from vended_logs_tools.diagnosis.examination import Examination
from vended_logs_tools.doctor import Target, examine, exit_code

GROUP = "/aws/vendedlogs/states/billing"


def examined(scene: Scene, name: str = "billing") -> Examination:
    """Return what the doctor finds about a stack."""
    services = ("logs", "iam", "kms", "stepfunctions", "cloudformation")
    reader = Reader(Scope("aws", REGION, ACCOUNT), {service: scene.client(service) for service in services})
    return examine(reader, Target("stack", name), f"--region {REGION}")


def causes(found: Examination) -> list[str]:
    """Return the names of what was found."""
    assert found.error is None
    assert found.all_unread == ()
    return [one.cause for one in found.findings]


def without_actions(template: apps.Template) -> apps.Template:
    """Return the template with a role such as SAM makes it of nothing."""
    template["Resources"][apps.MACHINE]["Properties"].pop("Policies")
    return template


def test_a_full_policy_is_why(scene: Scene) -> None:
    """The stack has been rolled back, role and log group are gone with it: only the policy is named."""
    scene.account.put(SHARED_POLICY, *account.full())
    assert scene.deploy("billing", apps.app()).status == "ROLLBACK_COMPLETE"
    found = examined(scene)

    assert causes(found) == ["policy-full"]
    assert found.findings[0].subject.startswith("state machine ")
    assert exit_code([found]) == 1


def test_a_deny_is_why(scene: Scene) -> None:
    """The message is of the role, and the cause a Deny in the policies."""
    scene.account.put("guardrail", account.denial("/aws/vendedlogs/*"))
    scene.deploy("billing", apps.app())

    assert causes(examined(scene)) == ["policy-denied"]


def test_ten_policies_are_why(scene: Scene) -> None:
    """AWS cannot make its policy."""
    for number in range(MAX_POLICIES):
        scene.account.put(f"other-{number}", account.foreign("es.amazonaws.com", f"/aws/search/{number}"))
    scene.deploy("billing", apps.app())

    assert causes(examined(scene)) == ["ten-of-ten"]


def test_a_role_without_actions_is_why(scene: Scene) -> None:
    """The role is gone with the rolled-back stack, so that its template tells."""
    scene.deploy("billing", without_actions(apps.app()))
    found = examined(scene)

    assert causes(found) == ["role-actions"]
    assert "E9602" in found.findings[0].message


def test_an_arn_without_its_star_is_why(scene: Scene) -> None:
    """The template's ARN as it was resolved, not as it is written."""
    template = apps.app()
    logging = template["Resources"][apps.MACHINE]["Properties"]["Logging"]
    arn = {"Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:" + GROUP}
    logging["Destinations"][0]["CloudWatchLogsLogGroup"]["LogGroupArn"] = arn
    scene.deploy("billing", template)

    assert causes(examined(scene)) == ["arn-without-star"]


def test_a_cause_that_has_gone_is_told_as_such(scene: Scene) -> None:
    """What kept the deploy from succeeding has been mended since: deploy again."""
    scene.account.put(SHARED_POLICY, *account.full())
    scene.deploy("billing", apps.drop_in(provided_by="arn:aws:lambda:us-west-2:1:function:none", waits=False))
    scene.account.put(SHARED_POLICY, account.delivery("/aws/vendedlogs/*"))
    found = examined(scene)

    assert "template-order" in causes(found)
    assert "policy-full" not in causes(found)


def test_a_provider_that_refuses_says_why_itself(scene: Scene) -> None:
    """Our resource failed: its own sentence is the cause."""
    scene.account.put(SHARED_POLICY, *account.full())
    scene.deploy("billing", apps.drop_in({"WhenFull": "Fail", "LogGroupPatterns": "/elsewhere/*"}))
    found = examined(scene)

    assert causes(found) == ["grant-refused"]
    assert "is full" in found.findings[0].message


def test_a_failure_of_something_else_is_a_warning(scene: Scene) -> None:
    """The machine is well; another resource was not."""
    scene.deploy("billing", apps.with_foreign_failure(apps.drop_in()))
    found = examined(scene)

    assert causes(found) == ["other-failure"]
    assert exit_code([found]) == 1


def test_a_stack_that_stands_has_its_machines_examined(scene: Scene) -> None:
    """After a good deploy nothing is found; after somebody deleted the policy, that is."""
    assert scene.deploy("billing", apps.drop_in()).status == "CREATE_COMPLETE"
    assert causes(examined(scene)) == []
    scene.client("logs").delete_resource_policy(policyName=SHARED_POLICY)

    assert causes(examined(scene)) == ["policy-missing"]


def test_a_stack_without_machines_is_told_so(scene: Scene) -> None:
    """Probably another stack was meant."""
    scene.deploy("billing", {"Resources": {"Logs": {"Type": "AWS::Logs::LogGroup"}}})

    assert causes(examined(scene)) == ["no-state-machine"]


def test_a_stack_that_is_not_there_is_an_error(scene: Scene) -> None:
    """It cannot be examined."""
    found = examined(scene, "biling")

    assert found.error is not None
    assert found.error.startswith("there is no stack biling")
    assert exit_code([found]) == 2


def test_a_nested_stack_is_looked_into(scene: Scene) -> None:
    """The failure of a nested stack's machine is found from the outer stack's name."""
    scene.account.put(SHARED_POLICY, *account.full())
    storage = scene.client("s3")
    storage.create_bucket(Bucket="templates", CreateBucketConfiguration={"LocationConstraint": REGION})
    storage.put_object(Bucket="templates", Key="inner.json", Body=json.dumps(plain_app()).encode())
    url = f"{scene.cloud.endpoint}/templates/inner.json"
    outer = {"Resources": {"Inner": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}}}
    scene.deploy("billing", outer)

    assert causes(examined(scene)) == ["policy-full"]


def plain_app() -> apps.Template:
    """Return an app with a state machine that logs, in plain CloudFormation, which needs no transform."""
    allows = {"Effect": "Allow", "Action": list(ROLE_ACTIONS), "Resource": "*"}
    trusts = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = {
        "AssumeRolePolicyDocument": account.document(trusts),
        "Policies": [{"PolicyName": "log", "PolicyDocument": account.document(allows)}],
    }
    machine = {
        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
        "DefinitionString": json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}),
        "LoggingConfiguration": {
            "Level": "ALL",
            "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": {"Fn::GetAtt": ["Logs", "Arn"]}}}],
        },
    }
    return {
        "Resources": {
            "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": GROUP}},
            "Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": machine},
            "Role": {"Type": "AWS::IAM::Role", "Properties": role},
        }
    }
