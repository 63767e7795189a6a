"""E9603 inside cfn-lint; its logic is that of ``vended-logs check``."""

from vended_logs_tools.cfn_lint_rules._adapter import Rule, page


class LogGroupArnWithoutStar(Rule):
    """The log group's ARN in a logging configuration lacks :* at its end."""

    id = "E9603"
    shortdesc = "The log group's ARN in a logging configuration lacks :* at its end"
    description = "Step Functions takes a log group's ARN only with :* at its end, as Fn::GetAtt gives it."
    source_url = page("E9603")
    tags = ("resources", "stepfunctions", "logs")
