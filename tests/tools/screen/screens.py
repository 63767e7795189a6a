"""The screens that are expected, whole."""

from __future__ import annotations

FULL = """\
123456789012 eu-west-1

  AWSLogDeliveryWrite20150319
    ▕██████████████████████▏ 5,120 of 5,120 characters, 47 entries, 37 stale
    for delivery.logs; under a condition
  OpenSearch
    ▕█                     ▏ 248 of 5,120 characters, 1 entry
    for route53; without a condition

  slots       2 of 10
  grant       not in force; vended-logs ensure puts it in place of the entries
              that it covers in AWSLogDeliveryWrite20150319 and leaves that at
              404 of 5,120 characters
  log groups  10
              5 have a policy of their own; the largest, of 51,200:
                 404  /aws/own/4
                 403  /aws/own/3
                 402  /aws/own/2

  fault: policy-full  AWSLogDeliveryWrite20150319
    It has 0 characters left, and an entry that AWS adds takes about 110: the
    next deploy with logging to a log group that it does not name fails, unless
    AWS writes that log group a policy of its own.
    logs:DescribeResourcePolicies: 5,120 of 5,120 characters, 47 entries
    logs:ListLogGroups: not there: /aws/vendedlogs/states/Machine010-Logs,
      /aws/vendedlogs/states/Machine011-Logs and 35 more
    Cure: Put the broad grant in place of the entries that it covers, after
    which it has 404 characters.
  vended-logs ensure --region eu-west-1

1 fault in 1 region (7 calls, 3 s).
"""
HEALTHY = """\
123456789012 eu-west-1

  AWSLogDeliveryWrite20150319
    ▕███▊                  ▏ 877 of 5,120 characters, 3 entries
    for delivery.logs; all statements under a condition

  slots       1 of 10
  grant       in force, by AWSLogDeliveryWrite20150319

  No fault and no warning.

Nothing found in 1 region (7 calls, 3 s).
Roles were not looked at. If a deploy failed, ask about its stack:
  vended-logs doctor --stack NAME --region eu-west-1
"""
TROUBLED = """\
123456789012 eu-west-1

  broken
    ▕▏                     ▏ 1 of 5,120 characters
    cannot be read in full
  nobody
    ▕▏                     ▏ 39 of 5,120 characters, 0 entries
    no statement
  security
    ▕█▏                    ▏ 265 of 5,120 characters, 1 entry
    for delivery.logs; without a condition; 1 statement denies
  AWSLogDeliveryWrite20150319
    ▕███▎                  ▏ 783 of 5,120 characters, 3 entries
    for delivery.logs, AWS:999999999999, es, route53; 1 of 2 statements under a
    condition

  slots       4 of 10
  grant       not known, a policy cannot be read

  fault: policy-unreadable  broken
    Its document cannot be read in full, so whether it allows or denies log
    delivery is not known, and the provider refuses to write any policy.
    logs:DescribeResourcePolicies: 1 character, and it is not JSON
    Cure: Read it, then mend or delete it.
  aws logs describe-resource-policies --region eu-west-1

  fault: policy-denied  security
    The Deny KeepOut takes from the vended-logs grant, whatever any policy
    allows.
    logs:DescribeResourcePolicies: the policy security has the Deny KeepOut
      for log delivery
    Cure: Narrow or remove that Deny: nothing here ever changes one.
  aws logs describe-resource-policies --region eu-west-1

  Not looked at
    logs:DescribeLogGroups is not permitted, so it is not known which entries
      name log groups that are gone

2 faults in 1 region (7 calls, 3 s).
"""
TARGETED = """\
123456789012 eu-west-1: state machine orders

  fault: role-actions  orders
    Its role lacks logs:CreateLogDelivery.
    iam:SimulatePrincipalPolicy
      policy-source-arn=arn:aws:iam::123456789012:role/orders: implicitDeny for
      logs:CreateLogDelivery
    Cure: Allow the actions.
  aws iam put-role-policy --role-name orders --region eu-west-1
  Policies:
    - CloudWatchLogsFullAccess

1 fault in 1 region (3 calls, 3 s).
"""
NARROW = """\
123456789012 eu-west-1

  AWSLogDeliveryWrite20150319
    ▕██████████████████████▏
    5,120 of 5,120 characters, 47
    entries, 37 stale
    for delivery.logs; under a condition
  OpenSearch
    ▕█                     ▏
    248 of 5,120 characters, 1 entry
    for route53; without a condition

  slots       2 of 10
  grant       not in force; vended-logs
              ensure puts it in place of
              the entries that it covers
              in
              AWSLogDeliveryWrite2015031
              9 and leaves that at 404
              of 5,120 characters
  log groups  10
              5 have a policy of their
              own; the largest, of
              51,200:
                 404  /aws/own/4
                 403  /aws/own/3
                 402  /aws/own/2

  fault: policy-full
    AWSLogDeliveryWrite20150319
    It has 0 characters left, and an
    entry that AWS adds takes about 110:
    the next deploy with logging to a
    log group that it does not name
    fails, unless AWS writes that log
    group a policy of its own.
    logs:DescribeResourcePolicies:
      5,120 of 5,120 characters, 47
      entries
    logs:ListLogGroups: not there:
      /aws/vendedlogs/states/Machine010-
      Logs,
      /aws/vendedlogs/states/Machine011-
      Logs and 35 more
    Cure: Put the broad grant in place
    of the entries that it covers, after
    which it has 404 characters.
  vended-logs ensure --region eu-west-1

1 fault in 1 region (7 calls, 3 s).
"""
