"""From an event to what it asks for: a Request, a grant to take back, or nothing.

Whoever can invoke the provider can have it write, so the bounds of the provider's own configuration are held here, and
a request of another account, region or partition is refused.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from vended_logs import properties
from vended_logs.deletion import revoked_policy_name
from vended_logs.errors import BadProperty, NotAllowed, shown
from vended_logs.policy.grant import Scope
from vended_logs.policy.request import Owner, Request
from vended_logs.policy.wildcard import ARN_COMPONENTS, arn_components
from vended_logs.properties import Bounds


def scope_of(arn: str) -> Scope:
    """Return partition, region and account of an ARN.

    Raises:
        NotAllowed: it is no ARN of a region and an account.
    """
    parts = arn_components(arn)
    if len(parts) < ARN_COMPONENTS or parts[0] != "arn" or not all((parts[1], parts[3], parts[4])):
        message = f"{shown(arn)} is not the ARN of a stack or function: send the event as CloudFormation made it."
        raise NotAllowed(message)
    return Scope(parts[1], parts[3], parts[4])


def request_of(event: Mapping[str, Any], function_arn: str, environment: Mapping[str, str]) -> Request:
    """Return what a Create, an Update or the guard asks for.

    Raises:
        BadProperty: a property's value is not allowed.
        NotAllowed: the request is outside the provider's bounds, or of another account, region or partition.
    """
    scope = scope_of(function_arn)
    stack_id = str(event.get("StackId", ""))
    if "RequestType" in event and scope_of(stack_id) != scope:
        message = (
            f"The stack is of {_where(scope_of(stack_id))} and the provider of {_where(scope)}: use a provider of the"
            " stack's own account and region."
        )
        raise NotAllowed(message)
    given = event.get("ResourceProperties")
    if not isinstance(given, dict):
        raise NotAllowed(
            "The event has no ResourceProperties: send it as CloudFormation or the guard's schedule makes it."
        )
    request = properties.parse(given, scope, stack_id, str(event.get("LogicalResourceId", "")))
    if "RequestType" not in event and request.revocable:
        raise NotAllowed(
            "The guard keeps no grant that is to be revoked: leave OnDelete out of its event, or set Retain."
        )
    bounds = Bounds.from_environment(environment)
    bounds.check(request)
    return replace(request, may_spill=bounds.allows_policy_name(request.spill_name))


def settle_seconds_of(event: Mapping[str, Any]) -> float:
    """Return SettleSeconds of a Delete, whose properties are not validated: the default for whatever is not allowed."""
    try:
        return float(properties.settle_seconds(event["ResourceProperties"]))
    except (BadProperty, KeyError, TypeError, AttributeError):
        return float(properties.settle_seconds({}))


def removal_of(event: Mapping[str, Any], function_arn: str, environment: Mapping[str, str]) -> Owner | None:
    """Return what a Delete has to take back, None if that is nothing: properties are not validated here.

    Nothing for ``Retain``, for an id that is not the PolicyName of the properties (CloudFormation makes ids up after a
    failed Create), for a policy the provider may not write, and for a stack elsewhere.
    """
    name = revoked_policy_name(event)
    if name is None:
        return None
    if not Bounds.from_environment(environment).allows_policy_name(name):
        return None
    stack_id = str(event.get("StackId", ""))
    try:
        elsewhere = scope_of(stack_id) != scope_of(function_arn)
    except NotAllowed:
        return None
    return None if elsewhere else Owner(name, stack_id, str(event.get("LogicalResourceId", "")))


def _where(scope: Scope) -> str:
    return f"{scope.partition} {scope.account} {scope.region}"
