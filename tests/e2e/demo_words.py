"""What `make demo` says before and after its story: what is real in it, and what to do next."""

from __future__ import annotations

from typing import Final

from tests.e2e.local_cloud import ENGINE_VERSION
from tests.e2e.narrator import Narrator

OTHER_MESSAGE: Final = "The state machine IAM Role is not authorized to access the Log Destination"
"""What AWS tells some deploys of the same cause."""
GUIDE: Final = (
    "AWS's guide says that, as a policy nears its limit, CloudWatch Logs lets all log groups below /aws/vendedlogs/ in "
    "by itself. This account is one where that has not happened."
)


def introduce(narrator: Narrator) -> None:
    """Say what is shown, and what is real in it."""
    narrator.say(
        "A deploy fails because the account's log policy is full. The same app deploys once the resource is in its "
        "template, and nobody loses a grant by it.",
        "",
        f"This runs on ministack {ENGINE_VERSION}, a CloudFormation engine on this machine: templates, stack events, "
        "the Lambda function and the enforcement of its role are the engine's. It knows neither the size limit of log "
        "policies nor how Step Functions checks a log destination: tests/e2e/aws_model.py adds the one and "
        "tests/e2e/log_destination_model.py the other, with the messages that AWS gives.",
        "",
    )


def tell_next_steps(narrator: Narrator) -> None:
    """Say what to type next, as it is to be typed."""
    narrator.say("", "Next, see what a template of yours lacks. It is read, not changed, and no AWS is called:", "")
    narrator.lines("make setup", ".venv/bin/vended-logs check YOUR-TEMPLATE")
