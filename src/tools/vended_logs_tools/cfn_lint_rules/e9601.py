"""E9601 inside cfn-lint; its logic is that of ``vended-logs check``."""

from vended_logs_tools.cfn_lint_rules._adapter import Rule, page


class LoggingBeforeGrant(Rule):
    """A state machine with logging does not wait for the vended-logs grant."""

    id = "E9601"
    shortdesc = "A state machine with logging does not wait for the vended-logs grant"
    description = (
        "CloudFormation creates resources in any order that their references allow. A state machine with logging "
        "that is created before the grant stands fails, or eats into the policy that the grant is to keep small."
    )
    source_url = page("E9601")
    tags = ("resources", "stepfunctions", "dependson")
