"""Dropping the entries that name log groups which do not exist, and nothing else.

Only what AWS itself appends is looked at: entries of an Allow, for one of the request's principals alone, that name one
log group of this account and region in full.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from vended_logs.errors import PlanRefused, shown
from vended_logs.policy import proof
from vended_logs.policy.compaction import is_compactable, resources, retain
from vended_logs.policy.coverage import gives
from vended_logs.policy.document import Element, ResourcePolicy, Statement
from vended_logs.policy.grant import Scope
from vended_logs.policy.limits import find
from vended_logs.policy.plan import Plan, summarised
from vended_logs.policy.request import Request, is_revocable

# CloudWatch Logs API, CreateLogGroup: the characters of a name. What has others (wildcards, variables) names no group.
_NAME = re.compile(r"[A-Za-z0-9_/.#-]{1,512}")


def log_group_of(resource: str, scope: Scope) -> str | None:
    """Return the one log group of the scope that an entry is about, whatever of it follows (``:*``, a log stream).

    None for anything else: a wildcard in the name, or another account, region or partition.
    """
    home = f"arn:{scope.partition}:logs:{scope.region}:{scope.account}:log-group:"
    name = resource.removeprefix(home).partition(":")[0]
    return name if resource.startswith(home) and _NAME.fullmatch(name) else None


def named_log_groups(policies: Iterable[ResourcePolicy], request: Request) -> frozenset[str]:
    """Return the log groups whose entries would be dropped if they did not exist."""
    held = find(policies, request.policy_name)
    return frozenset(name for statement in _statements(held) for _, name in _named(statement, request))


def plan_pruning(policies: Iterable[ResourcePolicy], request: Request, existing: Collection[str]) -> Plan | None:
    """Return the plan that drops the entries naming log groups that do not exist, or None where there are none.

    Law: every other entry, statement and policy stays as it was, nothing more is allowed, and what is not allowed any
    more is log delivery to log groups that are not among ``existing``. A statement that is left empty goes; the policy
    is deleted only if nothing else was in it.

    Args:
        policies: all account-level policies of the region, as read.
        request: names the policy and the principals; its own patterns are never stale.
        existing: names of log groups; at least all those of ``named_log_groups`` that exist.

    Raises:
        PlanRefused: the plan could not be proved to lose nothing else.
    """
    listed = tuple(sorted(policies, key=lambda policy: policy.name))
    held = find(listed, request.policy_name)
    if held is None:
        return None
    was = held.document.statements
    stale = {
        (position, resource)
        for position, statement in enumerate(was)
        for resource, name in _named(statement, request)
        if name not in existing
    }
    if not stale:
        return None
    left = retain(was, lambda entry: entry not in stale)
    _prove(held, left, request, existing)
    made = Plan(outcome="Pruned", policy_name=held.name)
    if left:
        document = replace(held.document, statements=left)
        return summarised(listed, replace(made, puts=(ResourcePolicy.of(held.name, document),)))
    return summarised(listed, replace(made, deletes=(held.name,)))


def _statements(policy: ResourcePolicy | None) -> tuple[Statement, ...]:
    return policy.document.statements if policy else ()


def _named(statement: Statement, request: Request) -> Iterator[tuple[str, str]]:
    """Yield the entries of a statement that name one log group each, with its name; not what the request asks for."""
    if is_compactable(statement) and statement.principal in _alone(request):
        for resource in resources(statement):
            name = log_group_of(resource, request.scope)
            if name is not None and name not in request.patterns:
                yield resource, name


def _alone(request: Request) -> tuple[Element, ...]:
    """Return the request's principals, each as the only one of a statement."""
    return tuple(Element((f"Service:{principal}",)) for principal in request.principals)


def _prove(held: ResourcePolicy, becomes: tuple[Statement, ...], request: Request, existing: Collection[str]) -> None:
    """Hold what is left against what was there, by what each allows.

    Raises:
        PlanRefused: something is lost that is not stale, or something is gained.
    """
    was = held.document.statements
    lasting = tuple(statement for statement in becomes if not is_revocable(statement))
    lost = proof.lost(tuple(one for one in was if not is_revocable(one)), lasting)
    spared = {None, *existing, *request.patterns}
    if (
        not all(one in becomes for one in was if one.effect == "Deny" or is_revocable(one))
        or not all(proof.within(one, was) for one in becomes)
        or not all(gives(one) and one.principal in _alone(request) for one in lost)
        or any(log_group_of(resource, request.scope) in spared for one in lost for resource in resources(one))
    ):
        raise PlanRefused(
            f"Dropping stale entries from the CloudWatch Logs resource policy {shown(held.name)} would change more than"
            " that, so nothing was changed: report this with the policy."
        )
