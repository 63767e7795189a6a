"""What AWS documents, where several folders of tests rest on it."""

from typing import Final

SHARED_POLICY: Final = "AWSLogDeliveryWrite20150319"
"""The account policy that AWS itself appends to."""
SIZE_LIMIT: Final = 5120
"""Characters of an account policy (Step Functions Developer Guide, "Logging using CloudWatch Logs")."""
MAX_POLICIES: Final = 10
"""Account policies in a region (CloudWatch Logs quotas)."""

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
