"""Whether the text of a native resource policy gives log delivery the grant: judged by the policy core."""

import json
import re
from dataclasses import replace
from typing import Final

from vended_logs.errors import UnreadableDocument
from vended_logs.policy.coverage import in_force
from vended_logs.policy.document import ResourcePolicy
from vended_logs.policy.grant import Scope
from vended_logs.policy.request import DEFAULT_PATTERN, Request
from vended_logs.policy.wildcard import arn_overlaps
from vended_logs_tools.reading.formula import FALSE, TRUE, UNKNOWN, Formula
from vended_logs_tools.rules.holes import as_pattern, is_vague
from vended_logs_tools.rules.stand_ins import ACCOUNT, PARTITION, REGION

_SCOPE: Final = Scope(PARTITION, REGION, ACCOUNT)
_DEFAULT: Final = Request(scope=_SCOPE, policy_name="any").grants[0]
_ACCOUNT: Final = re.compile(r"(?<![0-9A-Za-z])[0-9]{12}(?![0-9A-Za-z])")
_RESOURCES: Final = re.compile(r'"Resource"\s*:\s*(?:"[^"]*"|\[[^\]]*\])')
_ARN_HEAD: Final = re.compile(r"arn:aws[a-z-]*:logs:[a-z0-9-]+:")


def gives(text: str, log_group: str | None) -> Formula:
    """Return whether a policy document gives log delivery the grant for a log group; the broad one for none."""
    here = _ACCOUNT.sub(_SCOPE.account, _ARN_HEAD.sub(f"arn:{_SCOPE.partition}:logs:{_SCOPE.region}:", text))
    policy, widest = _parsed(here), _parsed(as_pattern(here))
    if policy is None or widest is None:
        return UNKNOWN if is_vague(text) or _is_json(text) else FALSE
    wanted = _SCOPE.log_group_arn(DEFAULT_PATTERN) if log_group is None else _streams(log_group)
    if _is_given(policy, wanted):
        return TRUE
    if is_vague(_RESOURCES.sub("", here)):
        return UNKNOWN
    # What is not known of a resource, or of the log group, may be just what is needed.
    return UNKNOWN if is_vague(here + wanted) and _may_give(widest, as_pattern(wanted)) else FALSE


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _streams(log_group: str) -> str:
    """Return what log delivery writes to: the log group's streams."""
    return f"{_SCOPE.log_groups}{log_group}:log-stream:*"


def _parsed(text: str) -> ResourcePolicy | None:
    try:
        return ResourcePolicy.parse("any", text)
    except UnreadableDocument:
        return None


def _is_given(policy: ResourcePolicy, *resources: str) -> bool:
    return in_force((policy,), replace(_DEFAULT, resources=resources))


def _may_give(policy: ResourcePolicy, wanted: str) -> bool:
    return any(
        arn_overlaps(resource, wanted) and _is_given(policy, resource)
        for statement in policy.document.statements
        if statement.resource is not None
        for resource in statement.resource.values
    )
