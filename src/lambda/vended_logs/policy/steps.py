"""The ways to make a grant stand, from the least change to the largest."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace

from vended_logs.policy.compaction import compact, context, resources, retain, with_resources
from vended_logs.policy.coverage import Allowances, context_covers, gives
from vended_logs.policy.document import PolicyDocument, ResourcePolicy, Statement
from vended_logs.policy.grant import Grant
from vended_logs.policy.limits import MAX_NAME, MAX_POLICIES, find
from vended_logs.policy.patterns import Patterns
from vended_logs.policy.request import Request, is_revocable, sids
from vended_logs.policy.standing import relied_upon
from vended_logs.policy.wildcard import arn_covers

Statements = tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One policy as it could be written."""

    outcome: str
    policy: ResourcePolicy
    widened: tuple[str, ...] = ()


def candidates(
    policies: tuple[ResourcePolicy, ...], request: Request, put_back: Statements = ()
) -> Iterator[Candidate]:
    """Yield what could be written, in the order of preference; whether it fits is not looked at.

    What is to be put back goes into the policy asked for.
    """
    target = find(policies, request.policy_name)
    before = target.document if target else PolicyDocument()
    others = tuple(policy for policy in policies if policy is not target)
    start = restored(before.statements, put_back)

    def policy(statements: Statements) -> ResourcePolicy:
        return ResourcePolicy.of(request.policy_name, replace(before, statements=statements))

    added = _add(start, others, request)
    yield Candidate("Added" if target else "Created", policy(added))
    fewer = _drop(added, request)
    yield Candidate("Compacted" if target else "Created", policy(fewer))
    yield Candidate("Compacted" if target else "Created", policy(compact(fewer)))
    if request.when_full == "Widen" and not request.revocable:
        wider, widened = _widen(start, request)
        if widened:
            yield Candidate("Widened", policy(compact(_drop(_add(wider, others, request), request))), widened)
    if request.when_full != "Fail" and request.may_spill:
        yield from _spill(policies, request)


def restored(statements: Statements, put_back: Statements) -> Statements:
    """Return the statements with others put back, each into one that says the same or else at the end."""
    found = list(statements)
    taken = {statement.sid for statement in statements}
    homes: dict[Hashable, int] = {}
    more: dict[int, list[str]] = {}
    for position, statement in enumerate(statements):
        homes.setdefault(_home_of(statement), position)
    for lost in put_back:
        home = homes.get(_home_of(lost)) if gives(lost) else None
        if home is not None:
            more.setdefault(home, []).extend(resources(lost))
            continue
        found.append(replace(lost, sid=None) if lost.sid in taken else lost)
        taken.add(lost.sid)
        homes.setdefault(_home_of(found[-1]), len(found) - 1)
    for home, added in more.items():
        found[home] = with_resources(found[home], (*resources(found[home]), *added))
    return tuple(found)


def _home_of(statement: Statement) -> Hashable:
    """Return what a statement must have in common with one that its resources are put into."""
    return context(statement), is_revocable(statement) and statement.sid


def _add(statements: Statements, others: Iterable[ResourcePolicy], request: Request) -> Statements:
    """Return the statements with what is missing of each grant, in one of equal context or in one of its own."""
    here = ResourcePolicy(request.policy_name, PolicyDocument(statements), 0)
    allowances = Allowances.of(relied_upon((here, *others), request))
    for grant in request.grants:
        lacking = allowances.missing(grant)  # what is added for one principal gives nothing to another
        if lacking:
            statements = _add_grant(statements, grant, lacking, request)
    return statements


def _add_grant(statements: Statements, grant: Grant, lacking: tuple[str, ...], request: Request) -> Statements:
    home = _home(statements, grant, request)
    if home is None:
        taken = {statement.sid for statement in statements}
        sid = next(sid for sid in sids(grant) if sid not in taken)
        return (*statements, replace(grant.statement(*lacking), sid=sid))
    return _grown(statements, home, lacking)


def _grown(statements: Statements, position: int, more: tuple[str, ...]) -> Statements:
    """Return the statements with more resources in one of them."""
    grown = with_resources(statements[position], (*resources(statements[position]), *more))
    return (*statements[:position], grown, *statements[position + 1 :])


def _home(statements: Statements, grant: Grant, request: Request) -> int | None:
    """Return the position of the statement that is equal to the grant's in all but resources and Sid."""
    ours = grant.statement()
    wanted = context(ours)
    for position, statement in enumerate(statements):
        if statement.principal != ours.principal or context(statement) != wanted:
            continue
        if request.owner.owns(request.policy_name, statement) if request.revocable else not is_revocable(statement):
            return position
    return None


def _drop(statements: Statements, request: Request) -> Statements:
    """Return the statements without the entries that the grants cover; a revocable grant makes none needless."""
    if request.revocable:
        return statements
    for grant in request.grants:
        home = _home(statements, grant, request)
        if home is not None:
            statements = _drop_covered_by(statements, home, grant)
    return statements


def _drop_covered_by(statements: Statements, home: int, grant: Grant) -> Statements:
    listed = set(resources(statements[home]))
    patterns = [resource for resource in grant.resources if resource in listed]
    ours = grant.statement()
    needless = {position for position, statement in enumerate(statements) if context_covers(ours, statement)}
    wide = Patterns(patterns, arns=True)

    def is_kept(entry: tuple[int, str]) -> bool:
        position, resource = entry
        if position not in needless or (position == home and resource in patterns):
            return True
        return not wide.any_covers(resource)

    return retain(statements, is_kept)


def _widen(statements: Statements, request: Request) -> tuple[Statements, tuple[str, ...]]:
    """Put each pattern in place of the entries it covers, in statements of exactly our principal and actions.

    Their condition is absent or ours. Returns the statements and the patterns put into a statement without our
    condition.
    """
    widened: set[str] = set()
    found = list(statements)
    ours = [(grant, context(grant.statement()), context(grant.bare())) for grant in request.grants]
    for position, statement in enumerate(statements):
        said = context(statement)
        for grant, under_condition, bare in ours:
            if is_revocable(statement) or said not in (under_condition, bare):
                continue
            for pattern in grant.resources:
                covered = [entry for entry in resources(found[position]) if arn_covers(pattern, entry)]
                if covered and covered != [pattern]:
                    left = set(resources(found[position])) - set(covered)
                    found[position] = with_resources(found[position], (*left, pattern))
                    if said != under_condition:
                        widened.add(pattern)
    return tuple(found), tuple(sorted(widened))


def _spill(policies: tuple[ResourcePolicy, ...], request: Request) -> Iterator[Candidate]:
    name = request.spill_name
    held = find(policies, name)
    if len(name) > MAX_NAME or (held is None and len(policies) >= MAX_POLICIES):
        return
    before = held.document if held else PolicyDocument()
    added = _add(before.statements, [policy for policy in policies if policy is not held], request)
    if added == before.statements:  # the grant stands, so what does not fit is something to be put back
        return
    steps: tuple[Callable[[Statements], Statements], ...] = (
        lambda same: same,
        lambda some: _drop(some, request),
        compact,
    )
    for step in steps:
        added = step(added)
        yield Candidate("Spilled", ResourcePolicy.of(name, replace(before, statements=added)))
