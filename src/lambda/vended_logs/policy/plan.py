"""From the policies that were read to the one write that makes a grant stand and loses nothing.

The order is fixed: add the statement; drop the entries that it covers; merge; then what ``WhenFull`` allows. The first
that fits is taken, and proved (``proof``) before it is returned.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain
from operator import lt

from vended_logs.errors import PlanRefused, PolicyFull, shown
from vended_logs.policy import proof
from vended_logs.policy.compaction import context, is_compactable, resources
from vended_logs.policy.coverage import Allowances, denials
from vended_logs.policy.document import ResourcePolicy, Statement
from vended_logs.policy.limits import MAX_POLICIES, SIZE_LIMIT, find, size_limit
from vended_logs.policy.request import Request
from vended_logs.policy.standing import relied_upon, stands
from vended_logs.policy.steps import Candidate, candidates


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be written, and what that means."""

    outcome: str
    """AlreadyGranted, Created, Added, Compacted, Widened, Spilled or Removed; from a terminal also Pruned, Restored."""
    policy_name: str
    """The policy that carries the grant."""
    puts: tuple[ResourcePolicy, ...] = ()
    deletes: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    """Resource entries that are no longer listed, because what stays covers them."""
    widened: tuple[str, ...] = ()
    """Resource entries that stand, in statements without our condition, for the entries they cover."""
    size: int = 0
    """Characters of the policy that carries the grant, after the plan."""
    size_limit: int = SIZE_LIMIT
    policy_count: int = 0
    entries_before: int = 0
    entries_after: int = 0


def plan(
    policies: Iterable[ResourcePolicy],
    request: Request,
    limit: int | None = None,
    put_back: tuple[Statement, ...] = (),
) -> Plan:
    """Return the plan that makes the request's grants stand.

    Args:
        policies: all account-level policies of the region, as read.
        request: what is asked for.
        limit: the most characters a document may have, where the service has refused a larger one.
        put_back: grants of others that a stale overwrite took out of the policy, to be written along.

    Raises:
        PlanRefused: a Deny takes from the grant, there are ten policies already, the policy is full, or the plan could
            not be proved to lose nothing.
    """
    listed = tuple(sorted(policies, key=lambda policy: policy.name))
    _refuse_denied(listed, request)
    if stands(listed, request) and not put_back:
        return summarised(listed, Plan(outcome="AlreadyGranted", policy_name=_carrier(listed, request)))
    if find(listed, request.policy_name) is None and len(listed) >= MAX_POLICIES:
        raise PlanRefused(_no_slot(listed, request))
    unproved: PlanRefused | None = None
    for candidate in candidates(listed, request, put_back):
        if not _fits(listed, candidate.policy, limit):
            continue
        made = _writing(candidate)
        try:
            proof.prove(listed, apply(listed, made), request, made.widened, put_back)
        except PlanRefused as error:
            unproved = error
        else:
            return summarised(listed, made)
    raise unproved or PolicyFull(_full(listed, request, limit))


def _writing(candidate: Candidate) -> Plan:
    """Return the plan that writes the candidate, not yet summed up."""
    policy = candidate.policy
    return Plan(outcome=candidate.outcome, policy_name=policy.name, puts=(policy,), widened=candidate.widened)


def _fits(policies: tuple[ResourcePolicy, ...], policy: ResourcePolicy, limit: int | None) -> bool:
    """Return whether the policy may be written: it has room, and is not what is there already."""
    held = find(policies, policy.name)
    changes = held is None or held.document != policy.document
    return changes and policy.document.size <= size_limit(policies, policy.name, limit)


def apply(policies: Iterable[ResourcePolicy], made: Plan) -> tuple[ResourcePolicy, ...]:
    """Return the policies as they stand once the plan is carried out."""
    changed = {policy.name: policy for policy in made.puts}
    kept = [changed.pop(policy.name, policy) for policy in policies if policy.name not in made.deletes]
    return (*kept, *changed.values())


def _carrier(policies: tuple[ResourcePolicy, ...], request: Request) -> str:
    """Return the name of the policy that gives the grant, preferring one that gives it whole and the one asked for."""
    ordered = sorted(policies, key=lambda policy: policy.name != request.policy_name)
    relied = [(policy.name, Allowances.of(relied_upon((policy,), request))) for policy in ordered]
    lacking = [(name, [len(held.missing(one)) for one in request.grants]) for name, held in relied]
    whole = (name for name, counts in lacking if not any(counts))
    part = (name for name, counts in lacking if any(map(lt, counts, (len(one.resources) for one in request.grants))))
    return next(chain(whole, part), request.policy_name)


def summarised(policies: tuple[ResourcePolicy, ...], made: Plan) -> Plan:
    """Return a plan for the policies with its sizes, its counts and what is dropped by it."""
    after = apply(policies, made)
    old, new = find(policies, made.policy_name), find(after, made.policy_name)
    before_statements = old.document.statements if old else ()
    after_statements = new.document.statements if new else ()
    gone = _atoms(before_statements) - _atoms(after_statements)
    return replace(
        made,
        dropped=tuple(sorted({resource for _, resource in gone})),
        size=new.size if new else 0,
        size_limit=size_limit(policies, made.policy_name),
        policy_count=len(after),
        entries_before=sum(len(resources(statement)) for statement in before_statements),
        entries_after=sum(len(resources(statement)) for statement in after_statements),
    )


def _atoms(statements: tuple[Statement, ...]) -> set[tuple[object, str]]:
    found: set[tuple[object, str]] = set()
    for statement in filter(is_compactable, statements):
        said = context(statement)
        found |= {(said, resource) for resource in resources(statement)}
    return found


def _refuse_denied(policies: tuple[ResourcePolicy, ...], request: Request) -> None:
    denial = next(denials(policies, *request.grants), None)
    if denial is not None:
        raise PlanRefused(
            f"The CloudWatch Logs resource policy {shown(denial.policy_name)} denies what the grant allows (Sid"
            f" {shown(str(denial.sid))}), so nothing was changed: narrow or remove that Deny, then deploy again."
        )


def _no_slot(policies: tuple[ResourcePolicy, ...], request: Request) -> str:
    return (
        f"{len(policies)} of {MAX_POLICIES} policies of CloudWatch Logs exist in this region and none is named"
        f" {shown(request.policy_name)}: delete or merge one, or set PolicyName to one of them."
    )


def _full(policies: tuple[ResourcePolicy, ...], request: Request, limit: int | None) -> str:
    held = find(policies, request.policy_name)
    slot = "free one of the policies"
    if len(policies) < MAX_POLICIES and not request.may_spill:
        slot = f"add {shown(request.spill_name)} to AllowedPolicyNames"
    cures = {
        "Fail": "set WhenFull to Widen or Spill",
        "Spill": f"{slot}, or set WhenFull to Widen",
        "Widen": f"remove entries that nobody needs, or {slot}",
    }
    name, used = shown(request.policy_name), held.size if held else 0
    full = f"The CloudWatch Logs resource policy {name} is full ({used} of {size_limit(policies, request.policy_name)}"
    refused = f"CloudWatch Logs refused the policy {name} at {(limit or 0) + 1} characters for its size (now {used}"
    return (
        f"{full if limit is None else refused} characters; {len(policies)} of {MAX_POLICIES} policies; WhenFull:"
        f" {request.when_full}): {cures[request.when_full]}."
    )
