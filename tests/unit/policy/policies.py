"""Policies as real accounts hold them, in the shapes that AWS writes."""

import json
from collections.abc import Iterable
from typing import Any

from vended_logs.policy.document import PolicyDocument, ResourcePolicy, Statement

from .universe import ACCOUNT, DELIVERY, HOME

SHARED = "AWSLogDeliveryWrite20150319"
LIMIT = 5120
"""Characters that an account policy may have, by the Step Functions guide."""

BROAD = f"{HOME}:log-group:/aws/vendedlogs/*"
"""The entry of the default grant."""
ACTIONS = ["logs:CreateLogStream", "logs:PutLogEvents"]
CONDITION = {"StringEquals": {"aws:SourceAccount": [ACCOUNT]}, "ArnLike": {"aws:SourceArn": [f"{HOME}:*"]}}


def text(*statements: dict[str, Any], version: str | None = "2012-10-17") -> str:
    """Return a policy text, compact, as it would be put."""
    head = {} if version is None else {"Version": version}
    return json.dumps(head | {"Statement": list(statements)}, separators=(",", ":"))


def parsed(*statements: dict[str, Any]) -> tuple[Statement, ...]:
    """Return statements as the core reads them."""
    return PolicyDocument.parse(text(*statements)).statements


def policy_of(name: str, *statements: dict[str, Any]) -> ResourcePolicy:
    """Return a policy of these statements."""
    return ResourcePolicy.parse(name, text(*statements))


def described(policy: str) -> str:
    """Return a policy text as DescribeResourcePolicies gives it back: lists of one as strings, a Version always."""
    document = json.loads(policy)
    flat = {"Version": "2008-10-17"} | {key: _flat(value) for key, value in document.items()}
    return json.dumps(flat, separators=(",", ":"))


def _flat(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _flat(one) for key, one in value.items()}
    if not isinstance(value, list):
        return value
    flat = [_flat(one) for one in value]
    return flat[0] if len(flat) == 1 and isinstance(flat[0], str) else flat


def group(name: str, *, stream: bool = True) -> str:
    """Return the entry AWS writes for a log group."""
    return f"{HOME}:log-group:{name}" + (":log-stream:*" if stream else "")


def states(count: int, start: int = 0) -> list[str]:
    """Return entries of state machines, one log group each."""
    return [group(f"/aws/vendedlogs/states/Machine{number:03}-Logs") for number in range(start, start + count)]


def aws_statement(
    resources: Iterable[str],
    *,
    sid: str | None = "AWSLogDeliveryWrite",
    condition: bool = True,
    service: str = DELIVERY,
) -> dict[str, Any]:
    """Return the statement that AWS writes for log delivery, of the newer class (with a condition) or the older."""
    statement: dict[str, Any] = {"Sid": sid} if sid else {}
    statement |= {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": ACTIONS,
        "Resource": list(resources),
    }
    return statement | ({"Condition": CONDITION} if condition else {})


def filled(*, condition: bool, prefix: str = "/aws/vendedlogs/states/", limit: int = LIMIT) -> str:
    """Return a policy of log groups under the prefix, the last one's name so long that the limit is reached exactly."""

    def policy(entries: list[str]) -> str:
        return text(aws_statement(entries, condition=condition))

    entries: list[str] = []
    while len(policy([*entries, group(f"{prefix}Machine{len(entries):03}-Logs")])) <= limit:
        entries.append(group(f"{prefix}Machine{len(entries):03}-Logs"))
    padding = "x" * (limit - len(policy(entries)))
    return policy([*entries[:-1], group(f"{prefix}Machine{len(entries) - 1:03}-{padding}Logs")])


def foreign(count: int) -> dict[str, str]:
    """Return policies of other services, one for each name, as their consoles write them."""
    services = ("route53.amazonaws.com", "es.amazonaws.com", "events.amazonaws.com", "apigateway.amazonaws.com")
    return {
        f"other-{number}": text(
            {
                "Sid": f"Other{number}",
                "Effect": "Allow",
                "Principal": {"Service": services[number % len(services)]},
                "Action": ACTIONS,
                "Resource": f"{HOME}:log-group:/aws/other/{number}/*",
            }
        )
        for number in range(count)
    }


def waf_statement(count: int, sid: str = "AWSLogDeliveryWrite2") -> dict[str, Any]:
    """Return the statement that AWS writes for web ACLs, whose log groups begin with `aws-waf-logs-`."""
    return aws_statement([group(f"aws-waf-logs-acl{number:02}") for number in range(count)], sid=sid)
