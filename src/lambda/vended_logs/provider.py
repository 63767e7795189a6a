"""The provider put together: wiring, no logic.

Events with a RequestType are CloudFormation's, all others are the guard's.
"""

import logging
import os
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from vended_logs import lifecycle
from vended_logs.caller import LAST_WRITE
from vended_logs.clock import SystemClock
from vended_logs.custom_resource import CustomResource, Gated
from vended_logs.errors import AwsRefused, OutOfTime, shortened
from vended_logs.event import removal_of, request_of, scope_of, settle_seconds_of
from vended_logs.gateway import Gateway
from vended_logs.identifiers import plain
from vended_logs.policy.wildcard import arn_components
from vended_logs.redaction import LOGGER_NAME, keep_secret, redact, redacted, silence_libraries
from vended_logs.result import Observed, Result
from vended_logs.surroundings import variable_in

SERVICE = LOGGER_NAME
NAMESPACE = "VendedLogsPolicy"

_LOGGED = {"request_type": "RequestType", "stack_id": "StackId", "logical_resource_id": "LogicalResourceId"}
"""What each line of the log says about its event."""

_LEVEL = os.environ.get("POWERTOOLS_LOG_LEVEL", "").upper()
# Powertools raises for a level it does not know, before anyone could be answered.
logger = Logger(service=SERVICE, level=_LEVEL if _LEVEL in ("DEBUG", "INFO", "WARNING") else "INFO")
metrics = Metrics(namespace=NAMESPACE, service=SERVICE)
resource = CustomResource()
clock = SystemClock()
# After all that they are told at their import and their making.
silence_libraries()
redact(logging.getLogger(LOGGER_NAME))


@cache
def gateway(region: str) -> Gateway:
    """Return CloudWatch Logs in a region.

    Raises:
        AwsRefused: no client could be made of the function's configuration.
    """
    try:
        return Gateway(region)
    # Not only botocore's own exceptions: a nonsense endpoint is a ValueError, a nonsense date the parser's.
    except Exception as error:
        variable = variable_in(str(error), os.environ)
        said = shortened(redacted(str(error)), 90).rstrip(" .")
        message = (
            f"No client for CloudWatch Logs could be made ({type(error).__name__}: {said}): mend"
            f" {variable or 'what it names'} in the provider function's environment variables, then deploy again."
        )
        raise AwsRefused(message) from error


@resource.create
@resource.update
def create_or_update(event: dict[str, Any], context: Any) -> str:  # noqa: ANN401 - Lambda's context has no public type
    """Make the grant stand; return the physical id."""
    request = request_of(event, context.invoked_function_arn, os.environ)
    observed = Observed(gateway(request.scope.region), request)
    result = lifecycle.ensure(request, Gated(observed, resource.gate), clock, _deadline(resource.seconds_left()))
    resource.Data = result.attributes()
    _measure(result, observed.room_left(result))
    return request.policy_name


@resource.delete
def delete(event: dict[str, Any], context: Any) -> str:  # noqa: ANN401  the context is Lambda's, which has no type
    """Take back a revocable grant; anything else is left as it is, without a call to AWS."""
    removal = removal_of(event, context.invoked_function_arn, os.environ)
    if removal is not None:
        gated = Gated(gateway(scope_of(context.invoked_function_arn).region), resource.gate)
        deadline = _deadline(resource.seconds_left())
        result = lifecycle.remove(removal, gated, clock, deadline, settle_seconds_of(event))
        _measure(result, result.room_left)
    return str(event.get("PhysicalResourceId", ""))


def guard(event: dict[str, Any], context: Any) -> dict[str, str]:  # noqa: ANN401  the context is Lambda's, which has no type
    """Make the grant of the guard's own properties stand again; return what the resource's attributes would be."""
    if "change" in event:
        logger.info("A change of the policies woke the guard", extra={"change": event["change"]})
    request = request_of(event, context.invoked_function_arn, os.environ)
    seconds = context.get_remaining_time_in_millis() / 1000 - LAST_WRITE
    observed = Observed(gateway(request.scope.region), request)
    result = lifecycle.ensure(request, observed, clock, _deadline(seconds))
    _measure(result, observed.room_left(result))
    _measure_guard(result, observed, context.invoked_function_arn, request.policy_name)
    return result.attributes()


@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, str] | None:  # noqa: ANN401  the context is Lambda's, which has no type
    """Answer CloudFormation, or do the guard's round."""
    # Not inject_lambda_context: that can be told by the environment to log the event, which carries a signed URL.
    event = plain(event)
    keep_secret(event.get("ResponseURL"))
    logger.clear_state()
    logger.append_keys(
        function_request_id=getattr(context, "aws_request_id", None),
        **{key: event.get(name) for key, name in _LOGGED.items() if name in event},
    )
    metrics.add_metric("Requests", MetricUnit.Count, 1)
    if "RequestType" not in event:
        return guard(event, context)
    resource(event, context)
    return None


def _deadline(seconds: float) -> float:
    """Return when so many seconds will have passed, by the clock.

    Raises:
        OutOfTime: the function has no time for anything but its answer; SAM's own default is three seconds.
    """
    if seconds <= 0:
        raise OutOfTime(
            "The provider function is given too little time for a call and an answer: set its Timeout to 60 seconds or"
            " more, then deploy again."
        )
    return clock.monotonic() + seconds


def _measure(result: Result, room_left: int) -> None:
    metrics.add_metric("Writes", MetricUnit.Count, result.writes)
    metrics.add_metric("Repairs", MetricUnit.Count, result.repairs)
    metrics.add_metric("ForeignGrantsVanished", MetricUnit.Count, result.vanished)
    metrics.add_metric("PoliciesUsed", MetricUnit.Count, result.plan.policy_count)
    metrics.add_metric("RoomLeft", MetricUnit.Count, room_left)


def _function_name(function_arn: str) -> str:
    """Return the name in a function's ARN, which may end in an alias."""
    return arn_components(function_arn)[-1].removeprefix("function:").partition(":")[0]


def _measure_guard(result: Result, observed: Observed, function_arn: str, policy_name: str) -> None:
    """Print the metrics of one round of the guard by its function and by the policy that it asks for.

    So the alarms of one copy of the provider see neither another copy's rounds nor what stacks have the provider do.
    """
    apart = EphemeralMetrics(namespace=NAMESPACE, service=SERVICE)
    apart.add_dimension("function_name", _function_name(function_arn))
    # CloudWatch takes no other characters in a dimension, and would drop the metrics.
    apart.add_dimension("PolicyName", policy_name.encode("ascii", "replace").decode("ascii"))
    # Not by the writes: the answer to one may have been lost, or somebody else was faster.
    apart.add_metric("GrantRepaired", MetricUnit.Count, int(observed.missed))
    apart.add_metric("PoliciesUsed", MetricUnit.Count, result.plan.policy_count)
    apart.add_metric("RoomLeft", MetricUnit.Count, observed.room_left(result))
    apart.flush_metrics()
