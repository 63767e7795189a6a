"""A no-op Create as a careful person would write it by hand, with boto3 and urllib3: one read, one answer.

`python bare.py [TIMES]` does it once, cold, and TIMES - 1 times more in the same process, as later events find it. The
surroundings come from `benchmarks.service`. Ends with 0 only if every answer was a success and was taken.
"""

import json
import os
import sys
from http import HTTPStatus
from typing import Any

import boto3
import surroundings
import urllib3

# The list of authorities is the machine's, in place of botocore's own of the same length.
logs = boto3.client("logs", verify=os.environ["SSL_CERT_FILE"])
http = urllib3.PoolManager()


def handler(event: dict[str, Any], context: surroundings.Context) -> bool:
    """Say whether the grant is there; write nothing. Returns whether a success was taken."""
    status, reason = "SUCCESS", ""
    try:
        check(event["ResourceProperties"], context.invoked_function_arn)
    except Exception as error:  # noqa: BLE001  whatever it is, someone waits
        status, reason = "FAILED", str(error)
    return answer(event, status, reason)


def check(properties: dict[str, Any], function_arn: str) -> None:
    """Raise LookupError unless the policy allows what is asked for."""
    _, partition, _, region, account, *_ = function_arn.split(":")
    wanted = f"arn:{partition}:logs:{region}:{account}:log-group:{properties['LogGroupPatterns']}"
    for policy in logs.describe_resource_policies()["resourcePolicies"]:
        if policy["policyName"] == properties["PolicyName"]:
            for statement in json.loads(policy["policyDocument"])["Statement"]:
                allowed = statement["Effect"] == "Allow" and statement["Principal"].get("Service")
                listed = statement["Resource"]
                if allowed == properties["Principals"] and wanted in (listed if isinstance(listed, list) else [listed]):
                    return
    raise LookupError("The grant is not there.")


def answer(event: dict[str, Any], status: str, reason: str) -> bool:
    """Answer CloudFormation; return whether it took a success."""
    fields = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": event["ResourceProperties"]["PolicyName"],
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
        "NoEcho": False,
        "Data": {"PolicyName": event["ResourceProperties"]["PolicyName"]},
    }
    body = json.dumps(fields).encode()
    headers = {"content-type": "", "content-length": str(len(body))}
    taken = http.request("PUT", event["ResponseURL"], body=body, headers=headers, retries=False)
    return status == "SUCCESS" and taken.status == HTTPStatus.OK


if __name__ == "__main__":
    for _ in range(surroundings.times()):
        event = surroundings.event()
        if not handler(event, surroundings.Context(event)):
            sys.exit("The answer was no success, or was not taken.")
