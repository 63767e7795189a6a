"""W9606 inside cfn-lint; its logic is that of ``vended-logs check``."""

from vended_logs_tools.cfn_lint_rules._adapter import Rule, page


class SharedPolicyNameClaimed(Rule):
    """A native resource policy claims the name AWSLogDeliveryWrite20150319."""

    id = "W9606"
    shortdesc = "A native resource policy claims the name AWSLogDeliveryWrite20150319"
    description = (
        "AWS itself writes the policy of that name. A native resource of that name fails where the policy exists, "
        "and takes every grant in it away when it is deleted."
    )
    source_url = page("W9606")
    tags = ("resources", "stepfunctions", "logs")
