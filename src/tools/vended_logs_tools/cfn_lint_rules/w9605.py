"""W9605 inside cfn-lint; its logic is that of ``vended-logs check``."""

from vended_logs_tools.cfn_lint_rules._adapter import Rule, page


class RolePolicyNotWaitedFor(Rule):
    """A state machine does not wait for the policy by which its role may deliver logs."""

    id = "W9605"
    shortdesc = "A state machine does not wait for the policy by which its role may deliver logs"
    description = (
        "A policy that is a resource of its own may be attached to the role after the state machine is created, "
        "which then fails now and again."
    )
    source_url = page("W9605")
    tags = ("resources", "stepfunctions", "iam", "dependson")
