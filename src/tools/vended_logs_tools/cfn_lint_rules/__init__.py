"""Our rules for cfn-lint: ``--append-rules vended_logs_tools.cfn_lint_rules``, or in ``append_rules`` of .cfnlintrc."""

from vended_logs_tools.cfn_lint_rules.e9601 import LoggingBeforeGrant
from vended_logs_tools.cfn_lint_rules.e9602 import RoleWithoutLogDelivery
from vended_logs_tools.cfn_lint_rules.e9603 import LogGroupArnWithoutStar
from vended_logs_tools.cfn_lint_rules.w9604 import LogGroupOutsideGrant
from vended_logs_tools.cfn_lint_rules.w9605 import RolePolicyNotWaitedFor
from vended_logs_tools.cfn_lint_rules.w9606 import SharedPolicyNameClaimed

__all__ = [
    "LogGroupArnWithoutStar",
    "LogGroupOutsideGrant",
    "LoggingBeforeGrant",
    "RolePolicyNotWaitedFor",
    "RoleWithoutLogDelivery",
    "SharedPolicyNameClaimed",
]
