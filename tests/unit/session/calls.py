"""The calls by which clients are compared, and the region that they go to."""

from __future__ import annotations

from typing import Any

REGION = "eu-west-3"
CALLS: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "describe_resource_policies": (
        {"nextToken": "2"},
        {
            "nextToken": "3",
            "resourcePolicies": [{"policyName": "p", "policyDocument": "{}", "lastUpdatedTime": 1_790_000_000_123}],
        },
    ),
    "put_resource_policy": (
        {"policyName": "pölicy", "policyDocument": '{"Version":"2012-10-17"}'},
        {"resourcePolicy": {"policyName": "p", "policyDocument": "{}", "lastUpdatedTime": 1}},
    ),
    "delete_resource_policy": ({"policyName": "p"}, {}),
    "describe_log_groups": (
        {"logGroupNamePrefix": "/aws/vendedlogs/", "nextToken": "2"},
        {"logGroups": [{"logGroupName": "/aws/vendedlogs/states/a"}], "nextToken": "3"},
    ),
}
"""All that the gateway calls: what it gives, and an answer."""
