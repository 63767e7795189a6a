"""E9602 inside cfn-lint; its logic is that of ``vended-logs check``."""

from vended_logs_tools.cfn_lint_rules._adapter import Rule, page


class RoleWithoutLogDelivery(Rule):
    """The role of a state machine with logging lacks log-delivery actions."""

    id = "E9602"
    shortdesc = "The role of a state machine with logging lacks log-delivery actions"
    description = (
        "Step Functions sets up the delivery of logs with the state machine's own role. A role without the ten "
        "log-delivery actions on every resource fails with the same message as a missing grant."
    )
    source_url = page("E9602")
    tags = ("resources", "stepfunctions", "iam")
