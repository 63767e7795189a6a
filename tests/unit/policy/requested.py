"""What a request asks for, worked out from the documented properties and not from the core."""

import json
import re
from typing import Any

from vended_logs.policy.grant import Grant
from vended_logs.policy.request import Request

from .evaluator import listed
from .policies import ACTIONS
from .universe import DELIVERY

# The second part tells one principal of a resource from the next: Sids are unique in a document.
_REVOCABLE = re.compile(r"VendedLogsPolicyR[0-9a-f]{8}(P[0-9a-f]{8})?")


def asked(request: Request) -> list[str]:
    """Return the policies, one for each principal, that allow exactly what the request asks for."""
    return [allowing(principal, entries(request), _condition(request, principal)) for principal in request.principals]


def entries(request: Request) -> list[str]:
    """Return the ARNs for the request's log group patterns."""
    scope = request.scope
    return [
        f"arn:{scope.partition}:logs:{scope.region}:{scope.account}:log-group:{pattern}"
        + ("" if pattern.endswith("*") else ":*")
        for pattern in request.patterns
    ]


def _condition(request: Request, principal: str) -> dict[str, Any]:
    scope = request.scope
    if not request.source_conditions:
        return {}
    account = {"StringEquals": {"aws:SourceAccount": scope.account}}
    source = f"arn:{scope.partition}:logs:{scope.region}:{scope.account}:*"
    return account | ({"ArnLike": {"aws:SourceArn": source}} if principal == DELIVERY else {})


def allowing(principal: str, resources: list[str], condition: dict[str, Any]) -> str:
    """Return a policy that allows a service the two actions on the resources."""
    statement = {"Effect": "Allow", "Principal": {"Service": principal}, "Action": ACTIONS, "Resource": resources}
    return json.dumps(
        {"Version": "2012-10-17", "Statement": statement | ({"Condition": condition} if condition else {})}
    )


def granting(grant: Grant) -> str:
    """Return a policy that allows exactly what the core's grant says."""
    condition: dict[str, dict[str, list[str]]] = {}
    for clause in grant.condition:
        condition.setdefault(clause.operator, {})[clause.key] = list(clause.values)
    principal = grant.principal.removeprefix("Service:")
    statement = json.loads(allowing(principal, list(grant.resources), condition))["Statement"]
    return json.dumps({"Version": "2012-10-17", "Statement": statement | {"Action": list(grant.actions)}})


def statements(policy: str) -> list[dict[str, Any]]:
    """Return the statements of a policy text."""
    found: list[dict[str, Any]] = listed(json.loads(policy)["Statement"])
    return found


def entries_of(policy: str) -> list[str]:
    """Return the resources that a policy text names, in order."""
    return [entry for one in statements(policy) for entry in listed(one.get("Resource", []))]


def permanent(policies: dict[str, str]) -> list[str]:
    """Return the policy texts without the statements that some resource will take back when it is deleted."""
    kept = (
        (json.loads(policy), [one for one in statements(policy) if not is_revocable(one)])
        for policy in policies.values()
    )
    return [json.dumps({**document, "Statement": found}) for document, found in kept if found]


def is_revocable(statement: dict[str, Any]) -> bool:
    """Whether the statement belongs to one resource alone."""
    return bool(_REVOCABLE.fullmatch(statement.get("Sid", "")))


def is_kept_as_it_is(statement: dict[str, Any]) -> bool:
    """Whether nothing may be merged into, dropped from or moved out of the statement."""
    negated = any(key.startswith("Not") for key in statement)
    return statement["Effect"] == "Deny" or negated or statement.get("Principal") == "*" or is_revocable(statement)


def meaning(statement: dict[str, Any]) -> str:
    """Return a statement with everything that does not matter put in one order."""
    return json.dumps(_ordered(statement), sort_keys=True)


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _ordered(one) for key, one in value.items()}
    return sorted({str(one) for one in listed(value)})
