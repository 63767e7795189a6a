"""What is in the account beside Terraform: our app in a bucket, and a machine made as Terraform makes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import pytest
import yaml
from botocore.exceptions import ClientError

from tests.e2e.account import as_text, document
from tests.e2e.deploying import provider_package, read_template
from tests.e2e.local_cloud import ACCOUNT, REGION, ROOT
from tests.e2e.scene import Scene
from tests.examples.terraform_reading import Module
from tests.support.facts import ROLE_ACTIONS

MACHINE: Final = "aws_sfn_state_machine.orders"
BUCKET: Final = "releases"


def packaged(scene: Scene) -> str:
    """Return our template as `sam package` leaves it, with its function's package in a bucket."""
    storage = scene.client("s3")
    storage.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    storage.put_object(Bucket=BUCKET, Key="provider.zip", Body=provider_package().read_bytes())
    template = read_template(ROOT / "template.yaml")
    template["Resources"]["Provider"]["Properties"]["CodeUri"] = f"s3://{BUCKET}/provider.zip"
    return yaml.safe_dump(template, sort_keys=False)


def published(scene: Scene) -> str:
    """Put the packaged template into the bucket, and return its address."""
    key = "vended-logs-policy/0.1.0.yaml"
    scene.client("s3").put_object(Body=packaged(scene).encode(), Bucket=BUCKET, Key=key)
    return f"{scene.cloud.endpoint}/{BUCKET}/{key}"


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
