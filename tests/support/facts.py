"""What AWS documents, where several folders of tests rest on it."""

from typing import Final

ROLE_ACTIONS: Final = (
    "logs:CreateLogDelivery",
    "logs:CreateLogStream",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutLogEvents",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
)
"""What a state machine's role needs to log (Step Functions Developer Guide, "Logging using CloudWatch Logs")."""
