"""Taking back the revocable grant of one resource, and nothing else."""

from collections.abc import Iterable
from dataclasses import replace

from vended_logs.policy.compaction import resources
from vended_logs.policy.document import ResourcePolicy, Statement
from vended_logs.policy.plan import Plan
from vended_logs.policy.request import Owner


def revocable_statements(policies: Iterable[ResourcePolicy], owner: Owner) -> tuple[Statement, ...]:
    """Return the resource's revocable grants, in the policy it named or the one made beside it."""
    return tuple(
        statement
        for policy in policies
        for statement in policy.document.statements
        if owner.owns(policy.name, statement)
    )


def log_group_patterns(statements: Iterable[Statement]) -> tuple[str, ...]:
    """Return the log group patterns that the statements' resources name, sorted, without the ``:*`` for the streams."""
    names = (resource.split(":log-group:", 1)[-1] for statement in statements for resource in resources(statement))
    return tuple(sorted({name.removesuffix(":*") for name in names}))


def plan_removal(policies: Iterable[ResourcePolicy], owner: Owner) -> Plan | None:
    """Return the plan that takes the resource's revocable grant out of one policy, or None when there is none left.

    Law: every other statement stays as it was; a policy is deleted only if nothing else was in it.
    """
    listed = tuple(policies)
    for policy in listed:
        if not revocable_statements((policy,), owner):
            continue
        left = tuple(one for one in policy.document.statements if not owner.owns(policy.name, one))
        document = replace(policy.document, statements=left)
        removed = Plan(outcome="Removed", policy_name=policy.name, policy_count=len(listed), size=document.size)
        if left:
            return replace(removed, puts=(ResourcePolicy.of(policy.name, document),))
        return replace(removed, deletes=(policy.name,), policy_count=len(listed) - 1, size=0)
    return None
