"""The story that `make demo` tells: a deploy fails on a full log policy, and succeeds with our resource in the app.

Everything in it happens, on the CloudFormation engine of `local_cloud`; nothing is told that was not seen. If a step
does not come out as told, the demo says which and ends with exit code 1.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from tests.e2e import journal
from tests.e2e.account import BROAD_ENTRY, SHARED_POLICY, SIZE_LIMIT, Account, foreign, full
from tests.e2e.apps import MACHINE, POLICY, Template, app, drop_in
from tests.e2e.building import NotBuilt
from tests.e2e.demo_words import GUIDE, OTHER_MESSAGE, introduce, tell_next_steps
from tests.e2e.deploying import TEMPLATES, Deployer, DeployError, Stack, provider_package
from tests.e2e.local_cloud import LocalCloud, LocalCloudError, local_cloud
from tests.e2e.narrator import Narrator
from tests.e2e.snapshot import Snapshot, short

WAF_GROUPS = ("aws-waf-logs-shop", "aws-waf-logs-admin")
EARLIER_GROUP = "/aws/vendedlogs/states/orders"
AS_SHIPPED: Mapping[str, object] = {"ServiceTimeout": 360, "SettleSeconds": 5}


class StoryError(RuntimeError):
    """A step did not come out as told."""


def main() -> int:
    """Tell the story; return the exit code."""
    narrator = Narrator(Console(highlight=False, soft_wrap=True))
    started = time.monotonic()
    try:
        introduce(narrator)
        with narrator.waiting("Packaging the provider, starting the engine"):
            provider_package()
        with local_cloud() as cloud:
            Story(cloud, narrator).tell()
    except (StoryError, DeployError, NotBuilt, LocalCloudError, BotoCoreError, ClientError) as error:
        narrator.say("", f"The demo stopped: {error}", *getattr(error, "__notes__", ()))
        return 1
    except KeyboardInterrupt:
        return 130
    narrator.say("", f"All of this happened just now, in {time.monotonic() - started:.0f} seconds, and was checked.")
    tell_next_steps(narrator)
    return 0


class Story:
    """The steps, in order. Each is told, done, and held against what was told."""

    def __init__(self, cloud: LocalCloud, narrator: Narrator) -> None:
        self.cloud = cloud
        self.narrator = narrator
        self.account = Account(cloud)
        self.deployer = Deployer(cloud, narrator.watch)

    def tell(self) -> None:
        """Tell all of it."""
        self.fill_the_policy()
        before = self.snapshot()
        self.fail_without()
        self.succeed_with()
        self.compare(before, self.snapshot())
        self.show_that_the_earlier_app_still_deploys()
        self.show_that_the_next_app_writes_nothing()

    def fill_the_policy(self) -> None:
        """Let an earlier app leave its entry, and many others theirs."""
        self.narrator.chapter("1. An account like many")
        self.narrator.say(
            "An app is deployed, a state machine that logs. So that the logs may be delivered, AWS itself puts the log "
            f"group into the account's policy {SHARED_POLICY}:",
            "",
        )
        stack = self.deploy("orders", app(EARLIER_GROUP))
        check(stack.status == "CREATE_COMPLETE", "The first app was not deployed")
        entry = next((entry for entry in self.account.entries() if EARLIER_GROUP in entry), "")
        check(entry, "No entry was written for the first app")
        self.narrator.say("")
        self.narrator.lines(f"{SHARED_POLICY}: + {short(entry)}")
        self.account.put(SHARED_POLICY, *full(foreign(), also=(*WAF_GROUPS, EARLIER_GROUP)))
        policy = self.snapshot()
        self.narrator.say(
            "", "Nothing ever takes an entry out. Some years and many apps later, the policy is full:", ""
        )
        self.narrator.lines(*table({"": policy}))
        self.narrator.say("")
        self.narrator.lines(*kinds(policy))
        self.narrator.say("", GUIDE)
        check(SIZE_LIMIT - policy.size < len(entry), "There is still room in the policy")

    def fail_without(self) -> None:
        """Deploy an app the way it fails."""
        self.narrator.chapter("2. One more app")
        text = self.account.texts()
        stack = self.deploy("billing", app())
        check(stack.status == "ROLLBACK_COMPLETE", f"The app was expected to fail, and is {stack.status}")
        check("Resource Policy size was exceeded" in stack.reason(MACHINE), "The app failed for another reason")
        check(self.account.texts() == text, "The failed deploy changed the policy")
        self.narrator.say(
            "",
            "The app is rolled back, and so will be every other that is new and logs. Some deploys are told something "
            "else for the same cause:",
            "",
        )
        self.narrator.quote(OTHER_MESSAGE)
        self.deployer.delete("billing")

    def succeed_with(self) -> None:
        """Deploy the same app with our resource in it."""
        self.narrator.chapter("3. The same app, with the resource")
        self.narrator.say("Beside the provider's function, this is what is added to its template:", "")
        self.narrator.added(addition())
        self.narrator.say(
            "",
            "The state machine waits for the resource. The resource reports success only when it has read the grant "
            "back from a policy that has been quiet for 5 seconds: whoever writes a log policy writes all of it, so "
            "another deploy that read it a moment before may overwrite what was just written.",
            "",
        )
        stack = self.deploy("billing", drop_in(AS_SHIPPED))
        check(stack.status == "CREATE_COMPLETE", f"The app is {stack.status}: {stack.reason(POLICY)}")
        in_order = stack.position(POLICY, "CREATE_COMPLETE") < stack.position(MACHINE, "CREATE_IN_PROGRESS")
        check(in_order, "The state machine did not wait for the policy")
        check(stack.outputs["Outcome"] == "Compacted", f"The outcome was {stack.outputs['Outcome']}")
        check(stack.outputs["Settled"] == "true", "The policy was not read back quiet")
        self.narrator.say("", "The resource's answer: Outcome Compacted, Settled true.")

    def compare(self, before: Snapshot, after: Snapshot) -> None:
        """Show the policy before and after, and hold that nothing is lost and nothing but the grant is new."""
        self.narrator.chapter("4. The policy, before and after")
        self.narrator.lines(*table({"before": before, "after": after}))
        added, dropped, kept = before.compared_with(after)
        covered = [entry for entry in dropped if entry.startswith(BROAD_ENTRY.removesuffix("*"))]
        check(added == [BROAD_ENTRY], "More was added than the grant")
        check(len(dropped) > 1 and dropped == covered, "An entry was dropped that the grant does not cover")
        same = all(after.terms_of(BROAD_ENTRY) == before.terms_of(entry) for entry in dropped)
        check(same, "The grant has other terms than the entries that were dropped for it")
        check(all(after.terms_of(entry) == before.terms_of(entry) for entry in kept), "An entry has other terms now")
        self.narrator.say("")
        self.narrator.lines(*changes(before, after))
        self.narrator.say(
            "",
            "Dropping them is safe: the new entry matches every log group that they named, for the same service, the "
            "same two actions and under the same condition. What it does not match was kept.",
        )

    def show_that_the_earlier_app_still_deploys(self) -> None:
        """Update the app whose own entry is gone."""
        self.narrator.chapter("5. Nobody lost a grant")
        left = [entry for entry in self.account.entries() if EARLIER_GROUP in entry]
        check(not left, "The first app's entry is still there")
        text = self.account.texts()
        self.narrator.say("The first app, whose own entry is gone, is deployed again with another log level:", "")
        changed = app(EARLIER_GROUP)
        changed["Resources"][MACHINE]["Properties"]["Logging"]["Level"] = "ERROR"
        stack = self.deploy("orders", changed)
        check(stack.status == "UPDATE_COMPLETE", f"The first app is {stack.status}: {stack.reason(MACHINE)}")
        check(self.account.texts() == text, "The first app's update changed the policy")

    def show_that_the_next_app_writes_nothing(self) -> None:
        """Deploy another app with the resource."""
        self.narrator.say("", "The next app with the resource finds the grant in place:", "")
        made = len(journal.calls(self.cloud.journal))
        stack = self.deploy("refunds", drop_in(AS_SHIPPED, log_group="/aws/vendedlogs/states/refunds"))
        check(stack.status == "CREATE_COMPLETE", f"The next app is {stack.status}: {stack.reason(POLICY)}")
        check(stack.outputs["Outcome"] == "AlreadyGranted", f"The outcome was {stack.outputs['Outcome']}")
        calls = journal.calls(self.cloud.journal)[made:]
        check(calls == ["DescribeResourcePolicies"], f"The provider called {', '.join(calls)}")
        self.narrator.say("", "The resource's answer: Outcome AlreadyGranted, after one call that read the policies.")

    def deploy(self, name: str, template: Template) -> Stack:
        """Deploy with the live line on."""
        with self.narrator.waiting(f"Deploying {name}"):
            return self.deployer.deploy(name, template)

    def snapshot(self) -> Snapshot:
        """Return the shared policy as it is now."""
        return Snapshot(len(self.account.texts()[SHARED_POLICY]), self.account.statements())


def check(holds: object, otherwise: str) -> None:
    """Stop the story if a claim does not hold."""
    if not holds:
        raise StoryError(f"{otherwise}.")


def addition() -> str:
    """Return what is added to the app's template, as it is in the file that was deployed."""
    lines = (TEMPLATES / "drop-in.yaml").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith(("#", "Resources:")))


def table(rows: Mapping[str, Snapshot]) -> list[str]:
    """Return lines that show each policy's characters and entries."""
    body = (
        f"{name:8}{policy.size:>10,}{SIZE_LIMIT - policy.size:>12,}"
        f"{len(policy.statements):>13}{len(policy.entries):>10}"
        for name, policy in rows.items()
    )
    return [f"{'':8}{'characters':>10}{'room left':>12}{'statements':>13}{'entries':>10}", *body]


def changes(before: Snapshot, after: Snapshot) -> list[str]:
    """Return lines that tell which entries came, went and stayed."""
    added, dropped, kept = before.compared_with(after)
    return [
        *(f"added    {short(entry)}" for entry in added),
        *(f"{'' if number else 'dropped':9}{short(entry)}" for number, entry in enumerate(dropped[:2])),
        f"         and {len(dropped) - 2} more, all below /aws/vendedlogs/",
        *(f"kept     {short(entry)}" for entry in kept),
    ]


def kinds(policy: Snapshot) -> list[str]:
    """Return lines that tell whose the entries are."""
    beginnings = {
        "/aws/vendedlogs/states/": "state machines that log, or did",
        "aws-waf-logs-": "AWS WAF",
        "/aws/route53/": "Route 53, in a statement of its own",
    }
    counts = {start: sum(short(entry).startswith(start) for entry in policy.entries) for start in beginnings}
    check(sum(counts.values()) == len(policy.entries), "The policy holds what it should not")
    return [f"{counts[start]:>10}  {start + '...':<28}{whose}" for start, whose in beginnings.items()]


if __name__ == "__main__":
    sys.exit(main())
