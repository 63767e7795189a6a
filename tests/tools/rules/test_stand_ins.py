"""What the rules write out in place of the policy core is what the core says."""

import pytest

from vended_logs.policy import grant, request
from vended_logs_tools.rules import stand_ins


def test_the_names_are_the_core_s() -> None:
    """Policy, pattern and principal that are granted by default are those of the custom resource."""
    assert stand_ins.DEFAULT_POLICY_NAME == request.DEFAULT_POLICY_NAME
    assert stand_ins.DEFAULT_PATTERN == request.DEFAULT_PATTERN
    assert stand_ins.LOG_DELIVERY == grant.LOG_DELIVERY


@pytest.mark.parametrize("pattern", ["/aws/vendedlogs/*", "/orders", "a*b", "", "*", "/x:log-stream:*"])
def test_the_arn_of_a_pattern_is_the_core_s(pattern: str) -> None:
    """An entry of a template's own account is written as the core writes it."""
    scope = grant.Scope(stand_ins.PARTITION, stand_ins.REGION, stand_ins.ACCOUNT)
    assert stand_ins.log_group_arn(pattern) == scope.log_group_arn(pattern)
