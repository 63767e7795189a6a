"""What is in the account beside Terraform: our app in a bucket, and a machine made as Terraform makes it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from botocore.exceptions import ClientError

from tests.e2e.account import as_text, document
from tests.e2e.deploying import provider_package, read_template
from tests.e2e.local_cloud import ACCOUNT, REGION, ROOT
from tests.e2e.scene import Scene
from tests.examples.ledger import Ledger
from tests.examples.page import typed
from tests.examples.sam import Sam
from tests.examples.terraform.reading import Module
from tests.examples.terraform.ways import MACHINE
from tests.support.facts import ROLE_ACTIONS

BUCKET: Final = "releases"
PLACE: Final = {
    "data.aws_partition.current.partition": "aws",
    "data.aws_region.current.id": REGION,
    "data.aws_caller_identity.current.account_id": ACCOUNT,
}
"""Where it is, as Terraform asks for it."""


def published(scene: Scene) -> str:
    """Put our template into a bucket, as `sam package` leaves it, and its code; return the template's address."""
    storage = scene.client("s3")
    storage.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    storage.put_object(Bucket=BUCKET, Key="provider.zip", Body=provider_package().read_bytes())
    template = read_template(ROOT / "template.yaml")
    template["Resources"]["Provider"]["Properties"]["CodeUri"] = f"s3://{BUCKET}/provider.zip"
    key = "vended-logs-policy/0.1.0.yaml"
    storage.put_object(Bucket=BUCKET, Key=key, Body=yaml.safe_dump(template, sort_keys=False).encode())
    return f"{scene.cloud.endpoint}/{BUCKET}/{key}"


def package_as_typed(scene: Scene, page: Path, scratch: Path, ledger: Ledger) -> str:
    """Run the page's `sam` commands in a copy of the project, upload as it says, and return the template's address."""
    scene.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    sam = Sam(scratch, scene.cloud, ledger)
    for folder, command in typed(page):
        program, *arguments = shlex.split(command.replace("BUCKET", BUCKET))
        if program == "sam":
            assert folder == ROOT
            sam.run(*arguments)
        elif program == "aws":
            assert arguments[:2] == ["s3", "cp"]
            body = (sam.folder / arguments[2]).read_bytes()
            bucket, _, key = arguments[3].removeprefix("s3://").partition("/")
            scene.client("s3").put_object(Body=body, Bucket=bucket, Key=key)
    return f"{scene.cloud.endpoint}/{bucket}/{key}"


def create_stack(scene: Scene, module: Module, **template: str) -> Any:
    """Create the module's stack as Terraform does, with what the module acknowledges; raises what AWS answers."""
    (body,) = (block.body for block in module.of_type("aws_cloudformation_stack"))
    formation = scene.client("cloudformation")
    # What refers to a variable is left to the template's default.
    told = {name: value for name, value in body["parameters"].items() if "${" not in value}
    formation.create_stack(
        StackName=body["name"],
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in told.items()],
        Capabilities=body.get("capabilities", []),
        **template,
    )
    formation.get_waiter("stack_create_complete").wait(StackName=body["name"], WaiterConfig={"Delay": 1})
    (stack,) = formation.describe_stacks(StackName=body["name"])["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def attach(scene: Scene, module: Module) -> Callable[[], None]:
    """Give a role the policy that the module finds by its SSM parameter; returns what takes it away again."""
    found = "data.aws_ssm_parameter.log_delivery_policy_arn"
    (attachment,) = module.of_type("aws_iam_role_policy_attachment")
    assert attachment.body["policy_arn"] == f"${{{found}.insecure_value}}"
    parameter = scene.client("ssm").get_parameter(Name=module.block(found).body["name"])["Parameter"]
    names = {"RoleName": role(scene).rpartition("/")[2], "PolicyArn": parameter["Value"]}
    scene.client("iam").attach_role_policy(**names)
    return lambda: scene.client("iam").detach_role_policy(**names)


def make_machine(scene: Scene, module: Module) -> None:
    """Make the module's machine as Terraform would, with a role that may do all it has to; raises what AWS answers."""
    body: Mapping[str, Any] = module.block(MACHINE).body
    (logging,) = body["logging_configuration"]
    group = module.block("aws_cloudwatch_log_group.orders").body["name"]
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}"
    destination = logging["log_destination"].replace("${aws_cloudwatch_log_group.orders.arn}", arn)
    scene.client("stepfunctions").create_state_machine(
        name=body["name"],
        definition=json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}),
        roleArn=role(scene),
        loggingConfiguration={
            "level": logging["level"],
            "includeExecutionData": logging["include_execution_data"],
            "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": destination}}],
        },
    )


def refusal(scene: Scene, module: Module) -> Exception:
    """Return why the module's machine cannot be made."""
    with pytest.raises(ClientError) as refused:
        make_machine(scene, module)
    return refused.value


def role(scene: Scene) -> str:
    """Return the ARN of a role with the ten actions, made if it is not there."""
    iam = scene.client("iam")
    statement = {"Effect": "Allow", "Action": list(ROLE_ACTIONS), "Resource": "*"}
    if not [one for one in iam.list_roles()["Roles"] if one["RoleName"] == "orders"]:
        iam.create_role(RoleName="orders", AssumeRolePolicyDocument=as_text(document()))
        iam.put_role_policy(RoleName="orders", PolicyName="logs", PolicyDocument=as_text(document(statement)))
    return f"arn:aws:iam::{ACCOUNT}:role/orders"
