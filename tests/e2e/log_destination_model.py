"""Our own model of how Step Functions checks the log destination of a state machine. It is not part of the engine.

Where logging is on, the log group's ARN has to end in ":*", the role needs the ten log-delivery actions, and the
account's policies must let delivery.logs.amazonaws.com write to the log group. Where they do not, the service appends
the log group to AWSLogDeliveryWrite20150319, as AWS does, if it fits. Each refusal carries the message that AWS gives.
How AWS orders its checks is not published: the ARN comes first here, then the role. Nor is it published when CloudWatch
Logs "automatically enables log groups that start with /aws/vendedlogs/" in a policy that approaches its limit, as the
guide of Step Functions says: here it never does, which is the account of those who search for these messages.
"""
# ruff: noqa: SLF001 - the engine has no public interface for what is modelled here

from __future__ import annotations

import json
import threading
from http import HTTPStatus
from typing import Any, Final, NoReturn

from ministack.core import iam_evaluator
from ministack.core.responses import error_response_json, get_account_id, get_region, new_uuid
from ministack.services import cloudwatch_logs, stepfunctions
from ministack.services.cloudformation import provisioners

from tests.e2e.account import SHARED_POLICY, SIZE_LIMIT
from tests.e2e.patching import existing, replace
from tests.support.facts import ROLE_ACTIONS

PRINCIPAL: Final = "delivery.logs.amazonaws.com"
WRITE_ACTIONS: Final = ("logs:CreateLogStream", "logs:PutLogEvents")
NOT_AUTHORIZED: Final = "The state machine IAM Role is not authorized to access the Log Destination"
# As hashicorp/terraform-provider-aws#17682 and #18614 quote it.
NO_QUALIFIER: Final = "Invalid Logging Configuration: Log Group ARN must be provided with '*' qualifier."
SIZE_EXCEEDED: Final = (
    "Invalid Logging Configuration: The CloudWatch Logs Resource Policy size was exceeded. "
    "We suggest prefixing your CloudWatch log group name with /aws/vendedlogs/states/."
)

_STATE_MACHINE: Final = "AWS::StepFunctions::StateMachine"
_appending = threading.Lock()


class LoggingRefusedError(ValueError):
    """Step Functions refuses a machine's logging; as text, in the words of CloudFormation's handler for machines."""

    def __init__(self, message: str, code: str, handler_code: str) -> None:
        super().__init__(
            f'Resource handler returned message: "{message} (Service: AWSStepFunctions; Status Code: 400; '
            f'Error Code: {code}; Request ID: {new_uuid()}; Proxy: null)" '
            f"(RequestToken: {new_uuid()}, HandlerErrorCode: {handler_code})"
        )
        self.message = message
        self.code = code


def apply() -> None:
    """Have the engine check a machine's logging at create and update, by template and by call."""
    for name in ("_gather_role_policies", "evaluate", "evaluate_resource_policy", "EvalContext"):
        existing(iam_evaluator, name)
    existing(stepfunctions, "_state_machines")
    _check_templates()
    _check_calls("_create_state_machine")
    _check_calls("_update_state_machine")


def _check_templates() -> None:
    handlers = existing(provisioners, "_RESOURCE_HANDLERS")[_STATE_MACHINE]
    create, update = handlers["create"], handlers["update"]

    def checked_create(logical_id: str, props: dict[str, Any], stack_name: str) -> Any:
        _check(props.get("LoggingConfiguration"), props.get("RoleArn", ""))
        return create(logical_id, props, stack_name)

    def checked_update(physical_id: str, old: dict[str, Any], new: dict[str, Any], *rest: Any, **more: Any) -> Any:
        if old != new:  # the engine also updates what has not changed, and CloudFormation does not
            _check(new.get("LoggingConfiguration"), new.get("RoleArn", ""))
        return update(physical_id, old, new, *rest, **more)

    handlers["create"], handlers["update"] = checked_create, checked_update


def _check_calls(name: str) -> None:
    original = existing(stepfunctions, name)

    def checked(data: dict[str, Any]) -> Any:
        machine = stepfunctions._state_machines.get(data.get("stateMachineArn")) or {}
        try:
            _check(data.get("loggingConfiguration"), data.get("roleArn") or machine.get("roleArn", ""))
        except LoggingRefusedError as refusal:
            return error_response_json(refusal.code, refusal.message, HTTPStatus.BAD_REQUEST)
        return original(data)

    replace(stepfunctions, name, checked)


def _check(configuration: dict[str, Any] | None, role_arn: str) -> None:
    """Raise LoggingRefusedError if Step Functions would refuse this logging configuration for this role."""
    level, log_groups = _read_logging(configuration or {})
    if level == "OFF":
        return
    if not all(log_group.endswith(":*") for log_group in log_groups):
        raise LoggingRefusedError(NO_QUALIFIER, "InvalidLoggingConfiguration", "InvalidRequest")
    if not _role_can_deliver(role_arn):
        _refuse_access()
    for log_group in log_groups:
        decision = _delivery_decision(log_group)
        if decision == "Deny":
            _refuse_access()
        if decision != "Allow":
            _append(log_group)


def _read_logging(configuration: dict[str, Any]) -> tuple[str, list[str]]:
    """Return the level and the ARNs of the log groups, from the template's spelling or the API's."""
    lowered = {key[:1].lower() + key[1:]: value for key, value in configuration.items()}
    groups = []
    for destination in lowered.get("destinations") or []:
        inner = destination.get("CloudWatchLogsLogGroup") or destination.get("cloudWatchLogsLogGroup") or {}
        groups.append(inner.get("LogGroupArn") or inner.get("logGroupArn") or "")
    return str(lowered.get("level") or "OFF").upper(), groups


def _role_can_deliver(role_arn: str) -> bool:
    account, region = get_account_id(), get_region()
    policies = iam_evaluator._gather_role_policies(role_arn.rpartition("/")[2], account)
    contexts = (
        iam_evaluator.EvalContext(role_arn, "AssumedRole", account, action, "*", region) for action in ROLE_ACTIONS
    )
    return all(iam_evaluator.evaluate(context, policies).decision == "Allow" for context in contexts)


def _delivery_decision(log_group: str) -> str:
    """Return Allow, Deny or ImplicitDeny: the least that the account's policies say for log delivery's two actions."""
    texts = [policy["policyDocument"] for policy in cloudwatch_logs._resource_policies.values()]
    statements = [statement for text in texts for statement in _statements(json.loads(text))]
    decisions = {_evaluate(statements, log_group, action) for action in WRITE_ACTIONS}
    return next(decision for decision in ("Deny", "ImplicitDeny", "Allow") if decision in decisions)


def _evaluate(statements: list[dict[str, Any]], log_group: str, action: str) -> str:
    account, region = get_account_id(), get_region()
    context = iam_evaluator.EvalContext(
        principal_arn="",
        principal_type="Service",
        principal_account=account,
        action=action,
        resource_arn=_stream(log_group, "0"),
        region=region,
        service_context={
            "aws:sourceaccount": account,
            "aws:sourcearn": f"arn:aws:logs:{region}:{account}:delivery-source:states",
        },
    )
    decided = iam_evaluator.evaluate_resource_policy({"Statement": statements}, context, service=PRINCIPAL)
    return str(decided.decision)


def _append(log_group: str) -> None:
    """Add the log group to the shared policy the way the service does, or refuse if it does not fit."""
    with _appending:
        stored = cloudwatch_logs._resource_policies.get(SHARED_POLICY)
        before = stored["policyDocument"] if stored else '{"Version":"2012-10-17","Statement":[]}'
        document = json.loads(before)
        document["Statement"] = _with_log_group(_statements(document), log_group)
        after = json.dumps(document, separators=(",", ":"))
        if len(after) > max(SIZE_LIMIT, len(before)):
            raise LoggingRefusedError(SIZE_EXCEEDED, "InvalidLoggingConfiguration", "InvalidRequest")
        answer = cloudwatch_logs._put_resource_policy({"policyName": SHARED_POLICY, "policyDocument": after})
    if answer[0] != HTTPStatus.OK:
        _refuse_access()


def _with_log_group(statements: list[dict[str, Any]], log_group: str) -> list[dict[str, Any]]:
    """Return the statements with the log group in the service's own one, which is added if there is none."""
    resource = _stream(log_group, "*")
    for number, statement in enumerate(statements):
        if _is_the_services_own(statement):
            extended = {**statement, "Resource": [*_as_list(statement["Resource"]), resource]}
            return [*statements[:number], extended, *statements[number + 1 :]]
    taken = {statement.get("Sid") for statement in statements}
    sid = "AWSLogDeliveryWrite" if "AWSLogDeliveryWrite" not in taken else "AWSLogDeliveryWrite2"
    return [*statements, _service_statement(sid, resource)]


def _service_statement(sid: str, resource: str) -> dict[str, Any]:
    """Return the statement that AWS writes for log delivery (Step Functions guide, "Logging using CloudWatch Logs")."""
    account, region = get_account_id(), get_region()
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": PRINCIPAL},
        "Action": list(WRITE_ACTIONS),
        "Resource": [resource],
        "Condition": {
            "StringEquals": {"aws:SourceAccount": [account]},
            "ArnLike": {"aws:SourceArn": [f"arn:aws:logs:{region}:{account}:*"]},
        },
    }


def _is_the_services_own(statement: dict[str, Any]) -> bool:
    own = _service_statement("", "")
    same = ("Effect", "Principal", "Action", "Condition")
    return "Resource" in statement and all(
        without_short_lists(statement.get(key)) == without_short_lists(own[key]) for key in same
    )


def without_short_lists(value: Any, key: str = "") -> Any:
    """Return JSON with every one-element list as its element, but for the list of statements."""
    if isinstance(value, dict):
        return {name: without_short_lists(item, name) for name, item in value.items()}
    if isinstance(value, list) and len(value) == 1 and key != "Statement":
        return without_short_lists(value[0])
    if isinstance(value, list):
        return [without_short_lists(item) for item in value]
    return value


def _stream(log_group: str, name: str) -> str:
    return f"{log_group.removesuffix(':*')}:log-stream:{name}"


def _statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    found = document.get("Statement") or []
    return [found] if isinstance(found, dict) else found


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _refuse_access() -> NoReturn:
    raise LoggingRefusedError(NOT_AUTHORIZED, "AccessDeniedException", "AccessDenied")
