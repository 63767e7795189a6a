"""Where a template is taken to be deployed, and what our resource grants by itself there.

The policy core says the same, and a test holds the two together. It is written out here because most templates have no
policy to be judged: what judges them in the core is loaded for those that have one.
"""

from typing import Final

PARTITION: Final = "aws"
REGION: Final = "us-east-1"
ACCOUNT: Final = "123456789012"

DEFAULT_POLICY_NAME: Final = "AWSLogDeliveryWrite20150319"
DEFAULT_PATTERN: Final = "/aws/vendedlogs/*"
LOG_DELIVERY: Final = "delivery.logs.amazonaws.com"

_LOG_GROUPS: Final = f"arn:{PARTITION}:logs:{REGION}:{ACCOUNT}:log-group:"


def log_group_arn(pattern: str) -> str:
    """Return the ARN of the log groups of a pattern, as an entry has it: with ``:*`` unless it ends in ``*``."""
    return _LOG_GROUPS + pattern + ("" if pattern.endswith("*") else ":*")
