"""What is promised to users of the SAM CLI holds with the real one."""

import json
import shutil
from typing import Final

from tests.e2e.account import BROAD_ENTRY, LOG_GROUP_PREFIX, Account, full
from tests.e2e.deploying import read_template
from tests.e2e.local_cloud import LocalCloud
from tests.e2e.sam.sam_cli import SamCli

OURS: Final = ("deploy", "--config-env=dev", "--no-confirm-changeset")
QUICK: Final = "SettleSeconds=0"


def stack_status(cloud: LocalCloud, name: str) -> str:
    """Return the status of the newest stack of that name, deleted ones included."""
    listed = cloud.client("cloudformation").list_stacks()["StackSummaries"]
    return str(next(stack["StackStatus"] for stack in listed if stack["StackName"] == name))


def outputs(cloud: LocalCloud, name: str) -> dict[str, str]:
    """Return a stack's outputs."""
    [stack] = cloud.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def test_the_template_is_valid(sam: SamCli) -> None:
    """`sam validate --lint` finds nothing in our template."""
    assert "is a valid SAM Template" in sam.run("validate", "--lint")


def test_it_builds_without_a_matching_python(sam: SamCli) -> None:
    """`sam build` needs no Python of the function's version, and leaves the function with what it needs."""
    assert not [name for name in ("python3", "python3.13") if shutil.which(name, path=sam.search_path)]
    sam.run("build")
    built = sam.folder / ".aws-sam" / "build"
    assert read_template(built / "template.yaml")["Resources"]["Provider"]["Properties"]["CodeUri"] == "Provider"
    assert {"vended_logs", "crhelper", "aws_lambda_powertools"} <= {
        path.name for path in (built / "Provider").iterdir()
    }
    assert not (built / "Provider" / "Makefile").exists()


def test_our_app_lives_and_dies(sam: SamCli, cloud: LocalCloud, account: Account) -> None:
    """Our own app deploys with the canary, is updated and shared, and leaves the grant when it is deleted."""
    both = [BROAD_ENTRY, f"{LOG_GROUP_PREFIX}aws-waf-logs-*"]
    sam.run("build")
    sam.run(*OURS, f"--parameter-overrides=Canary=true {QUICK}")
    assert stack_status(cloud, "vended-logs-policy-dev") == "CREATE_COMPLETE"
    assert account.entries() == [BROAD_ENTRY]
    first = outputs(cloud, "vended-logs-policy-dev")
    assert first["PolicyName"] == first["GrantedBy"] == "AWSLogDeliveryWrite20150319"
    assert first["Outcome"] == "Created"

    patterns = "LogGroupPatterns='/aws/vendedlogs/*, aws-waf-logs-*'"
    sam.run(*OURS, f"--parameter-overrides=Canary=true ShareProvider=true {QUICK} {patterns}")
    second = outputs(cloud, "vended-logs-policy-dev")
    assert second["Outcome"] == "Added"
    assert account.entries() == both
    shared = cloud.client("ssm").get_parameter(Name="/vended-logs-policy/service-token")["Parameter"]["Value"]
    assert shared == second["SharedServiceToken"] == first["ServiceToken"]

    sam.run("delete", "--config-env=dev", "--no-prompts", "--stack-name=vended-logs-policy-dev")
    assert stack_status(cloud, "vended-logs-policy-dev") == "DELETE_COMPLETE"
    assert account.entries() == both


def test_the_guard_answers(sam: SamCli, cloud: LocalCloud, account: Account) -> None:
    """The guard's event, sent by `sam remote invoke`, puts a grant back that somebody has overwritten."""
    sam.run("build")
    sam.run(*OURS, f"--parameter-overrides={QUICK} GuardSchedule='rate(1 day)'")
    [rule] = cloud.client("events").list_rules()["Rules"]
    [target] = cloud.client("events").list_targets_by_rule(Rule=rule["Name"])["Targets"]
    event = sam.folder / "events" / "guard.json"
    example = json.loads(event.read_text(encoding="utf-8"))
    example["ResourceProperties"]["SettleSeconds"] = "0"
    assert json.loads(target["Input"]) == example
    assert rule["ScheduleExpression"] == "rate(1 day)"

    account.put("AWSLogDeliveryWrite20150319", full()[0] | {"Resource": "arn:aws:logs:us-west-2:123456789012:x"})
    event.write_text(target["Input"], encoding="utf-8")
    sam.run("remote", "invoke", "--stack-name=vended-logs-policy-dev", "--event-file=events/guard.json", "Provider")
    assert BROAD_ENTRY in account.entries()
