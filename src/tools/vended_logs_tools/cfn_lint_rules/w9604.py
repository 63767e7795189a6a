"""W9604 inside cfn-lint; its logic is that of ``vended-logs check``."""

from vended_logs_tools.cfn_lint_rules._adapter import Rule, page


class LogGroupOutsideGrant(Rule):
    """The log group's name is outside every granted pattern."""

    id = "W9604"
    shortdesc = "The log group's name is outside every granted pattern"
    description = (
        "A log group outside every pattern of the grant is added to the policy by AWS itself, one entry a log "
        "group, until the policy is full."
    )
    source_url = page("W9604")
    tags = ("resources", "stepfunctions", "logs")
