"""``vended-logs doctor`` as people run it: a process of its own, its output, its exit codes."""

from __future__ import annotations

import json
import os

import pytest

from tests.e2e import account
from tests.e2e.command import Run, command
from tests.e2e.local_cloud import ACCOUNT, REGION
from tests.e2e.scene import Scene
from tests.support.facts import MAX_POLICIES, SHARED_POLICY


@pytest.fixture
def run(scene: Scene) -> Run:
    """Return what runs the command."""
    return command(scene.cloud, scene.cloud.folder)


def grant(scene: Scene) -> None:
    """Have the broad grant stand."""
    statement = account.delivery()
    statement["Resource"] = [account.BROAD_ENTRY]
    scene.account.put(SHARED_POLICY, statement)


def test_a_healthy_account(scene: Scene, run: Run) -> None:
    """Nothing is found where the broad grant stands: exit code 0."""
    grant(scene)
    done = run("doctor")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "in force, by AWSLogDeliveryWrite20150319" in done.stdout
    assert done.stderr == ""


def test_a_full_policy(scene: Scene, run: Run) -> None:
    """The fault, its evidence and a cure that can be copied: exit code 1, no colour in a pipe."""
    scene.account.put(SHARED_POLICY, *account.full())
    done = run("doctor")

    assert done.returncode == 1
    assert "fault: policy-full  AWSLogDeliveryWrite20150319" in done.stdout
    assert f"\n  vended-logs ensure --region {REGION}\n" in done.stdout
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_the_cure_that_is_shown_cures(scene: Scene, run: Run) -> None:
    """The command of the finding, typed as it is shown, makes the account healthy."""
    scene.account.put(SHARED_POLICY, *account.full())
    shown = next(line.strip() for line in run("doctor").stdout.splitlines() if line.startswith("  vended-logs ensure"))
    cured = run(*shown.split()[1:], "--yes")

    assert cured.returncode == 0, cured.stdout + cured.stderr
    assert run("doctor").returncode == 0
    assert scene.account.entries() == [account.BROAD_ENTRY]


def test_several_regions(scene: Scene, run: Run) -> None:
    """All are examined in one run, and shown in the order in which they were named."""
    grant(scene)
    done = run("doctor", "--region", f"eu-west-1,{REGION}", "--region", "us-east-1")

    headings = [line for line in done.stdout.splitlines() if line.startswith(ACCOUNT)]
    assert headings == [f"{ACCOUNT} eu-west-1", f"{ACCOUNT} {REGION}", f"{ACCOUNT} us-east-1"]
    assert "2 notes in 3 regions" in done.stdout
    assert done.returncode == 0  # nobody uses the other two


def test_all_regions(scene: Scene, run: Run) -> None:
    """Those that are enabled for the account, each once."""
    done = run("doctor", "--all-regions")
    enabled = {one["RegionName"] for one in scene.client("ec2").describe_regions()["Regions"]}

    headings = [line.split()[1] for line in done.stdout.splitlines() if line.startswith(ACCOUNT)]
    assert headings == sorted(enabled)


def test_json_for_machines(scene: Scene, run: Run) -> None:
    """One object with a list of regions, each with what was read, found and not read."""
    scene.account.put(SHARED_POLICY, *account.full())
    done = run("doctor", "--json")
    (region,) = json.loads(done.stdout)["regions"]

    assert (region["account"], region["region"], region["error"]) == (ACCOUNT, REGION, None)
    assert [finding["cause"] for finding in region["findings"]] == ["policy-full"]
    assert region["findings"][0]["commands"] == [f"vended-logs ensure --region {REGION}"]
    assert done.returncode == 1


def test_a_target_s_arn_names_its_region(scene: Scene, run: Run) -> None:
    """Whoever pastes an ARN need not name the region again."""
    scene.account.create_log_group("/aws/vendedlogs/states/orders")
    grant(scene)
    arn = f"{account.LOG_GROUP_PREFIX}/aws/vendedlogs/states/orders:*"
    done = run("doctor", "--log-group", arn, AWS_REGION="eu-west-1")

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"{ACCOUNT} {REGION}: log group\n  {arn}\n")


@pytest.mark.parametrize(
    ("arguments", "settings", "said"),
    [
        (["--region", "nowhere"], {}, "'nowhere' is no name of a region"),
        ([], {"AWS_REGION": ""}, "no region is named: give --region"),
        (["--profile", "nobody"], {}, "no profile is configured"),
        ([], {"AWS_ACCESS_KEY_ID": "", "AWS_EC2_METADATA_DISABLED": "true"}, "no credentials were found"),
        ([], {"AWS_ENDPOINT_URL": "https://127.0.0.1:9"}, "look at the network"),
        (["--state-machine", "a/b"], {}, "is no name of a state machine"),
        (["--state-machine", "nobody"], {}, "there is no state machine"),
        (["--stack", "nobody"], {}, "there is no stack nobody"),
        (["--log-group", "arn:aws:logs:us-west-2:999999999999:log-group:/x"], {}, "is no log group of account"),
    ],
)
def test_what_cannot_be_examined(run: Run, arguments: list[str], settings: dict[str, str], said: str) -> None:
    """A mistake is told in a sentence, without a traceback: exit code 2."""
    done = run("doctor", *arguments, **settings)

    assert done.returncode == 2
    told = " ".join((done.stdout + done.stderr).split())
    assert said in told
    assert "Traceback" not in told


def test_two_targets_are_an_error_of_the_arguments(run: Run) -> None:
    """One thing at a time is asked about."""
    done = run("doctor", "--stack", "a", "--log-group", "b")

    assert done.returncode == 2
    assert "not allowed with argument" in done.stderr


@pytest.mark.parametrize("option", ["--stack", "--log-group", "--state-machine"])
def test_an_empty_target_is_no_target(run: Run, option: str) -> None:
    """A variable of a script that is not set must not turn the question into another one."""
    done = run("doctor", option, "")

    assert done.returncode == 2
    assert "it is empty" in done.stderr


def test_a_reader_that_goes_is_told_as_shells_tell_it(scene: Scene, run: Run) -> None:
    """``vended-logs doctor | true`` is no finding."""
    grant(scene)
    reading, writing = os.pipe()
    os.close(reading)
    try:
        assert run("doctor", stdout=writing).returncode == 141
    finally:
        os.close(writing)


def test_a_caller_who_may_read_nothing(scene: Scene, run: Run) -> None:
    """What may not be read is told; an account of which nothing is known is not called healthy."""
    done = run("doctor", **_user_with(scene, "sts:GetCallerIdentity"))

    assert done.returncode == 2
    assert "logs:DescribeResourcePolicies is not permitted" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_caller_who_may_read_the_policies_alone(scene: Scene, run: Run) -> None:
    """The rest goes on without what may not be read."""
    scene.account.put(SHARED_POLICY, *account.full())
    done = run("doctor", **_user_with(scene, "logs:DescribeResourcePolicies"))

    assert done.returncode == 1
    assert "policy-full" in done.stdout
    assert "logs:DescribeLogGroups is not permitted" in done.stdout


def test_a_big_account_takes_few_calls(scene: Scene, run: Run) -> None:
    """Ten policies and many log groups: under ten calls, and one a page of log groups."""
    for number in range(MAX_POLICIES - 1):
        scene.account.put(f"other-{number}", account.foreign("es.amazonaws.com", f"/aws/search/{number}"))
    scene.account.put(SHARED_POLICY, *account.full())
    for number in range(500):
        scene.account.create_log_group(f"/aws/lambda/function-{number:03}")
    done = run("doctor", "--json")
    (region,) = json.loads(done.stdout)["regions"]

    assert region["log_groups"]["count"] == 500
    assert region["calls"] < 10 + 500 / 50


def _user_with(scene: Scene, *actions: str) -> dict[str, str]:
    """Return the credentials of a user who is allowed these actions alone."""
    iam = scene.client("iam")
    iam.create_user(UserName="auditor")
    allows = account.document({"Effect": "Allow", "Action": list(actions), "Resource": "*"})
    iam.put_user_policy(UserName="auditor", PolicyName="own", PolicyDocument=json.dumps(allows))
    key = iam.create_access_key(UserName="auditor")["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
