"""``vended-logs ensure`` and ``restore`` as people run them, against an account of the local cloud."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e import account
from tests.e2e.apps import app
from tests.e2e.command import Run, command
from tests.e2e.scene import Scene
from tests.support.facts import MAX_POLICIES, SHARED_POLICY
from vended_logs.policy.document import PolicyDocument


@pytest.fixture
def run(scene: Scene, tmp_path: Path) -> Run:
    """Return what runs the command in an empty folder."""
    return command(scene.cloud, tmp_path)


def documents(scene: Scene) -> dict[str, PolicyDocument]:
    """Return what all policies say; the order in which it is said has no meaning."""
    return {name: PolicyDocument.parse(text) for name, text in scene.account.texts().items()}


def test_a_full_policy_is_cured(scene: Scene, run: Run, tmp_path: Path) -> None:
    """Where no machine with logging could be made any more, it can be after ensure; others' grants stand."""
    scene.account.put(SHARED_POLICY, *account.full(account.foreign(), conditioned=False))
    before = documents(scene)
    assert scene.deploy("before", app()).status == "ROLLBACK_COMPLETE"

    done = run("ensure", "--yes")

    assert (done.returncode, done.stderr) == (0, "")
    assert account.BROAD_ENTRY in scene.account.entries()
    assert account.foreign()["Resource"] in scene.account.entries()
    assert "without the account's condition" in " ".join(done.stdout.split())
    assert max(len(line) for line in done.stdout.splitlines() if not line.startswith(("Backup", "To put"))) <= 80
    assert scene.deploy("after", app()).status == "CREATE_COMPLETE"
    [backup] = tmp_path.glob("*.backup.json")
    kept = json.loads(backup.read_text(encoding="utf-8"))["resourcePolicies"]
    assert {policy["policyName"]: PolicyDocument.parse(policy["policyDocument"]) for policy in kept} == before


def test_stale_entries_go_and_a_backup_brings_them_back(scene: Scene, run: Run, tmp_path: Path) -> None:
    """Entries of log groups that exist stay; restore --exact of the backup is the account as it was."""
    scene.account.create_log_group("/mine/alive")
    scene.account.put(SHARED_POLICY, account.delivery("/mine/alive", "/mine/dead"), account.foreign())
    scene.account.put("another", account.foreign("es.amazonaws.com", "/search/dead"))
    before = documents(scene)

    done = run("ensure", "--yes", "--prune-stale")

    assert (done.returncode, done.stderr) == (0, "")
    assert "- /mine/dead:log-stream:* (no such log group)" in done.stdout
    entries = [entry.removeprefix(account.LOG_GROUP_PREFIX) for entry in scene.account.entries()]
    assert sorted(entries) == ["/aws/route53/*", "/aws/vendedlogs/*", "/mine/alive:log-stream:*"]
    assert documents(scene)["another"] == before["another"]

    [backup] = tmp_path.glob("*.backup.json")
    put_back = run("restore", "--exact", "--yes", backup.name)

    assert (put_back.returncode, put_back.stderr) == (0, "")
    assert documents(scene) == before


def test_a_deleted_policy_is_restored_from_what_the_aws_cli_printed(scene: Scene, run: Run, tmp_path: Path) -> None:
    """The plain output of describe-resource-policies is a backup, too."""
    scene.account.put(SHARED_POLICY, account.delivery("/aws/vendedlogs/one"), account.foreign())
    before = documents(scene)
    printed = scene.client("logs").describe_resource_policies()["resourcePolicies"]
    (tmp_path / "saved.json").write_text(json.dumps({"resourcePolicies": printed}), encoding="utf-8")
    scene.client("logs").delete_resource_policy(policyName=SHARED_POLICY)

    done = run("restore", "--yes", "saved.json")

    assert (done.returncode, done.stderr) == (0, "")
    assert documents(scene) == before


def test_nothing_is_changed_unless_it_is_agreed_to(scene: Scene, run: Run, tmp_path: Path) -> None:
    """A dry run ends with 0, and a run without a terminal and without --yes with 2; neither writes anything."""
    scene.account.put(SHARED_POLICY, *account.full())
    before = documents(scene)

    dry, unasked = run("ensure", "--dry-run"), run("ensure")

    assert (dry.returncode, unasked.returncode) == (0, 2)
    assert dry.stdout.endswith("Nothing was changed.\n")
    assert "--yes" in unasked.stderr
    assert documents(scene) == before
    assert list(tmp_path.iterdir()) == []


def test_ten_of_ten_is_refused(scene: Scene, run: Run) -> None:
    """No slot for the policy: 1, with the counts and the option that helps."""
    for number in range(MAX_POLICIES):
        scene.account.put(f"policy-{number}", account.foreign())

    done = run("ensure", "--yes")

    assert done.returncode == 1
    assert "10 of 10 policies" in done.stderr
    assert "--policy-name" in done.stderr
    assert len(documents(scene)) == MAX_POLICIES
