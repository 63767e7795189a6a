"""Dropping the entries that name log groups which do not exist, and nothing else, in one write with the grant.

Only what AWS itself appends is looked at: entries of an Allow with the grant's principal alone, its actions, and the
account's condition or none, that name one log group of this account and region in full.
"""

import re
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import replace

from vended_logs.errors import PlanRefused, PolicyFull, shown
from vended_logs.policy import proof
from vended_logs.policy.compaction import context, is_compactable, resources, retain
from vended_logs.policy.document import PolicyDocument, ResourcePolicy, Statement
from vended_logs.policy.grant import Scope
from vended_logs.policy.limits import find
from vended_logs.policy.plan import Plan, plan, summarised
from vended_logs.policy.request import Request, is_revocable

Entry = tuple[Hashable, str]
"""What a statement says apart from its Sid and resources (``compaction.context``), and one of its resources."""

# CloudWatch Logs API, CreateLogGroup: the characters of a name. What has others (wildcards, variables) names no group.
_NAME = re.compile(r"[A-Za-z0-9_/.#-]{1,512}")


def log_group_of(resource: str, scope: Scope) -> str | None:
    """Return the one log group of the scope that an entry is about, whatever of it follows (``:*``, a log stream).

    None for anything else: a wildcard in the name, or another account, region or partition.
    """
    home = scope.log_groups
    name = resource.removeprefix(home).partition(":")[0]
    return name if resource.startswith(home) and _NAME.fullmatch(name) else None


def entries_of(document: PolicyDocument | None) -> frozenset[Entry]:
    """Return all entries of a document's statements that nobody can revoke."""
    found = document.statements if document else ()
    said = ((context(one), one) for one in found if is_compactable(one))
    return frozenset((same, resource) for same, one in said for resource in resources(one))


def named_log_groups(policies: Iterable[ResourcePolicy], request: Request) -> frozenset[str]:
    """Return the log groups whose entries would be dropped if they did not exist."""
    return frozenset(name for _, name in _named(policies, request))


def stale_entries(policies: Iterable[ResourcePolicy], request: Request, existing: Collection[str]) -> frozenset[Entry]:
    """Return the entries naming log groups that do not exist.

    Args:
        policies: all account-level policies of the region, as read.
        request: names the policy and the principals; its own patterns are never stale.
        existing: names of log groups; at least all those of ``named_log_groups`` that exist.
    """
    return frozenset(entry for entry, name in _named(policies, request) if name not in existing)


def without(
    policies: Iterable[ResourcePolicy], request: Request, stale: Collection[Entry]
) -> tuple[ResourcePolicy, ...]:
    """Return the policies without those entries that still stand in the policy asked for.

    Law: every other entry, statement and policy stays as it was, nothing more is allowed, and what is not allowed any
    more is log delivery by those entries. A statement that is left empty goes; a policy that is left empty stays, for
    what is to come into it.

    Raises:
        PlanRefused: it could not be proved that nothing else is lost.
    """
    return tuple(
        replace(policy, document=_pruned(policy, request, stale)) if policy.name == request.policy_name else policy
        for policy in policies
    )


def plan_pruned(
    policies: Iterable[ResourcePolicy],
    request: Request,
    limit: int | None = None,
    put_back: tuple[Statement, ...] = (),
    *,
    stale: Collection[Entry],
) -> Plan:
    """Return the plan that makes the grant stand and drops those entries that still stand, as ``policy.plan.plan``.

    Both in one write, unless the grant needs a policy of its own: then that one comes first. Where the grant stands
    already, the outcome is Pruned. The policy is deleted only if it is left empty and another one carries the grant.

    Raises:
        PlanRefused: as ``plan``, or it could not be proved that nothing is lost but these entries.
        PolicyFull: the service has refused the size even without these entries.
    """
    listed = tuple(sorted(policies, key=lambda policy: policy.name))
    name, pruned = request.policy_name, without(listed, request, stale)
    made = plan(pruned, request, limit, put_back)
    if pruned == listed:
        return made
    if made.outcome != "AlreadyGranted":
        return summarised(listed, made)
    only = Plan(outcome="Pruned", policy_name=name)
    left = {policy.name: policy.document for policy in pruned}[name]
    if not left.statements:
        return summarised(listed, replace(only, deletes=(name,)))
    if limit is not None and left.size > limit:
        raise PolicyFull(
            f"CloudWatch Logs refuses the policy {shown(name)} even without its stale entries ({left.size}"
            " characters): remove more of it by hand, then run it again."
        )
    return summarised(listed, replace(only, puts=(ResourcePolicy.of(name, left),)))


def _named(policies: Iterable[ResourcePolicy], request: Request) -> Iterator[tuple[Entry, str]]:
    """Yield the entries of the policy asked for that name one log group each, with its name; not what is asked for."""
    held = find(policies, request.policy_name)
    ours = _contexts(request)
    for said, resource in entries_of(held.document if held else None):
        name = log_group_of(resource, request.scope)
        if said in ours and name is not None and name not in request.patterns:
            yield (said, resource), name


def _contexts(request: Request) -> frozenset[Hashable]:
    """Return what statements of the request's principals say, with the account's condition or without one."""
    return frozenset(
        context(replace(grant.bare(), condition=condition))
        for grant in request.grants
        for condition in (request.scope.source_conditions(grant.principal), ())
    )


def _pruned(held: ResourcePolicy, request: Request, stale: Collection[Entry]) -> PolicyDocument:
    was = held.document.statements
    said = [context(statement) for statement in was]
    left = retain(was, lambda entry: (said[entry[0]], entry[1]) not in stale)
    if left != was:
        _prove(held, left, request, stale)
    return replace(held.document, statements=left)


def _prove(held: ResourcePolicy, becomes: tuple[Statement, ...], request: Request, stale: Collection[Entry]) -> None:
    """Hold what is left against what was there, by what each allows.

    Raises:
        PlanRefused: something is lost that is not stale, or something is gained.
    """
    was = held.document.statements
    lasting = tuple(statement for statement in becomes if not is_revocable(statement))
    lost = proof.lost(tuple(one for one in was if not is_revocable(one)), lasting)
    may_go = {entry for entry, _ in _named((held,), request)} & {*stale}
    if (
        not all(one in becomes for one in was if one.effect == "Deny" or is_revocable(one))
        or not all(map(proof.Sayings(was).say, becomes))
        or not all(resources(one) for one in lost)
        or not all((said, entry) in may_go for one in lost for said in [context(one)] for entry in resources(one))
    ):
        raise PlanRefused(
            f"Dropping stale entries from the CloudWatch Logs resource policy {shown(held.name)} would change more than"
            " that, so nothing was changed: report this with the policy."
        )
